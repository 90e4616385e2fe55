import assert from "node:assert/strict";
import { test } from "node:test";

import { ranked } from "../../../static/js/audience/most-read-model.js";

const row = (article, clicks) => ({ article, clicks });

test("the most read stands first", () => {
  const [one, two, three] = [row("1", 5), row("2", 9), row("3", 7)];

  assert.deepEqual(ranked([one, two, three]), [two, three, one]);
});

test("what stands right is left alone, and among equals nobody overtakes", () => {
  assert.equal(ranked([row("1", 9), row("2", 9), row("3", 1)]), null);
  assert.equal(ranked([row("3", 9), row("2", 9), row("1", 9)]), null);
  assert.equal(ranked([row("1", 1)]), null);
  assert.equal(ranked([]), null);
});

test("the rows given are not moved", () => {
  const given = [row("1", 1), row("2", 2)];
  ranked(given);

  assert.deepEqual(
    given.map((each) => each.article),
    ["1", "2"],
  );
});
