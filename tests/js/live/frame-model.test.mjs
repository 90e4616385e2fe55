import assert from "node:assert/strict";
import { test } from "node:test";

import { cut, wellFormed, written } from "../../../static/js/live/frame-model.js";

test("a half character is replaced, a whole one and everything else is kept", () => {
  assert.equal(wellFormed("a\uD83Db"), "a\uFFFDb");
  assert.equal(wellFormed("a\uDE00"), "a\uFFFD");
  assert.equal(wellFormed("\uDE00\uD83D"), "\uFFFD\uFFFD");
  assert.equal(wellFormed("😀 é 汉字 \\ud83d"), "😀 é 汉字 \\ud83d");
});

test("NUL does not travel", () => {
  assert.equal(written({ text: "a\0b", deep: [{ x: "\0" }] }), '{"text":"ab","deep":[{"x":""}]}');
});

test("a cut never leaves half a character", () => {
  assert.equal(cut("ab😀", 3), "ab");
  assert.equal(cut("ab😀", 4), "ab😀");
  assert.equal(cut("ab", 300), "ab");
});

test("numbers, null and what is left out are written as JSON does", () => {
  assert.equal(written({ a: 1, b: null, c: undefined, d: true }), '{"a":1,"b":null,"d":true}');
});
