import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { DeskTyping } from "../../../static/js/staff/desk-typing.js";

let now;
let sent;
let typing;
beforeEach(() => {
  now = 10_000;
  sent = [];
  typing = new DeskTyping((frame) => sent.push(frame), () => now);
});

const TYPES = { type: "chat.typing", conversation: "c" };

test("typing is told at once, and again before it is forgotten", () => {
  typing.on("c", false);
  now += 2_999;
  typing.on("c", false);
  assert.deepEqual(sent, [TYPES]);

  now += 1;
  typing.on("c", false);
  assert.deepEqual(sent, [TYPES, TYPES]);
});

test("whoever goes over to a note stops typing to the visitor at once", () => {
  typing.on("c", false);
  typing.on("c", true);
  assert.deepEqual(sent, [TYPES, { ...TYPES, on: false }, { ...TYPES, note: true }]);
});

test("whoever goes back to the answer is seen at once, and the note's end only inside", () => {
  typing.on("c", true);
  typing.on("c", false);
  assert.deepEqual(sent, [{ ...TYPES, note: true }, { ...TYPES, on: false, note: true }, TYPES]);
});

test("an end is told once, and not of what was said", () => {
  typing.on("c", false);
  typing.off("c");
  typing.off("c");
  typing.on("c", false);
  typing.forget("c");
  typing.off("c");
  assert.deepEqual(sent, [TYPES, { ...TYPES, on: false }, TYPES]);
});
