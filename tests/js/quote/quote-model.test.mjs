import assert from "node:assert/strict";
import { test } from "node:test";

import { LONGEST, quotable, quoteFrom, shortened } from "../../../static/js/quote/quote-model.js";

test("a selection becomes one line", () => {
  assert.equal(quotable("  The harbour\n\n reopened\ton Monday. "), "The harbour reopened on Monday.");
  assert.equal(quotable("港口\n重新开放"), "港口 重新开放");
});

test("where no word is, nothing is quoted", () => {
  for (const nothing of ["", "  \n", "—", "“”", "a"]) assert.equal(quotable(nothing), "");
});

test("what the server would refuse does not stand in it", () => {
  assert.equal(quotable("two\0 words\ud800"), "two words\ufffd");
});

test("a long one ends between words, within what the server takes", () => {
  const quoted = quotable("word ".repeat(500));

  assert.ok(quoted.length <= LONGEST && quoted.length > LONGEST - 10);
  assert.match(quoted, / word…$/);
  assert.equal([...quotable("🙂".repeat(1_500) + "ab")].length, LONGEST);
  assert.equal(quotable("x".repeat(LONGEST)).length, LONGEST);
});

test("it is cut where words are, if they are near", () => {
  assert.equal(shortened("one two three", 9), "one two…");
  assert.equal(shortened("one two three", 13), "one two three");
  assert.equal(shortened("港口在关闭十一周之后", 5), "港口在关…");
});

test("what was kept is believed only if it is a quotation", () => {
  const quote = { article: 4, revision: 2, paragraph: "p-1", text: "words" };

  assert.deepEqual(quoteFrom({ ...quote, more: 1 }), { ...quote, title: "", url: "" });
  assert.deepEqual(quoteFrom({ ...quote, title: "T", url: "/t" }), { ...quote, title: "T", url: "/t" });
  for (const wrong of [null, undefined, "words", {}, { ...quote, article: "4" }, { ...quote, text: "" }]) {
    assert.equal(quoteFrom(wrong), null);
  }
});
