import assert from "node:assert/strict";
import { test } from "node:test";

import { refusalWord, sizeWord, WORDS } from "../../../static/js/files/file-words.js";

const places = (forms) => [...new Set(Object.values(typeof forms === "string" ? { forms } : forms)
  .flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();

for (const [language, words] of Object.entries(WORDS)) {
  test(`${language} says everything English says, with the same to fill in`, () => {
    assert.deepEqual(Object.keys(words).sort(), Object.keys(WORDS.en).sort());
    for (const [key, forms] of Object.entries(words)) {
      assert.deepEqual(places(forms), places(WORDS.en[key]).filter((place) => places(forms).includes(place)), key);
      if (typeof forms === "object") assert.ok(forms.other, key);
    }
  });
}

test("a size is written so that one can compare it with the limit", () => {
  assert.equal(sizeWord(10 * 2 ** 20), "10 MB");
  assert.equal(sizeWord(5), "0.1 kB");
  assert.equal(sizeWord(3.25 * 2 ** 20), "3.3 MB");
});

test("every refusal has words, an unknown one too", () => {
  for (const code of ["gone", "busy", "limited", "bad_field", "too_long", "not_allowed", "not_found", "new_one"]) {
    assert.match(refusalWord({ code, message: "", retry_ms: 180_000 }), /\w/);
  }
  assert.match(refusalWord({ code: "limited", message: "", retry_ms: 180_000 }), /3 min/);
});
