import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Typing } from "../../../static/js/chat/typing.js";

let told;
let typing;
function begin(shown) {
  told = [];
  typing = new Typing({ tell: (...text) => told.push(...text.length ? text : ["…"]), changed: () => {}, shown });
}
beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 }));
afterEach(() => {
  typing.stop();
  mock.timers.reset();
});

test("what is read along is told once a second, the newest of it", () => {
  begin(true);
  for (const text of ["W", "Wh", "Whi"]) typing.writes(text);
  assert.deepEqual(told, ["W"]);
  mock.timers.tick(1_000);
  assert.deepEqual(told, ["W", "Whi"]);
  mock.timers.tick(10_000);

  assert.deepEqual(told, ["W", "Whi"]);
});

test("what was said or taken back is not told after it", () => {
  begin(true);
  typing.writes("W");
  typing.writes("Wh");
  typing.rests();
  mock.timers.tick(5_000);
  assert.deepEqual(told, ["W", ""]);
  typing.writes("X");
  typing.writes("Xy");
  typing.ends();
  mock.timers.tick(5_000);

  assert.deepEqual(told, ["W", "", "X"]);
});

test("a text too long for a frame is cut between two characters", () => {
  begin(true);
  typing.writes("😀".repeat(5_000));

  assert.equal([...told[0]].length, 4_000);
  assert.ok(told[0].endsWith("😀"));
});

test("where nobody reads along no word is told, and seldom that he writes", () => {
  begin(false);
  typing.writes("W");
  mock.timers.tick(1_500);
  typing.writes("Wh");
  mock.timers.tick(1_500);
  typing.writes("Whi");

  assert.deepEqual(told, ["…", "…"]);
});

test("that somebody writes is believed for seven seconds", () => {
  begin(true);
  typing.heard({ author: { kind: "agent", name: "Mara" }, on: true });
  typing.heard({ author: { kind: "visitor" }, on: false });
  assert.equal(typing.by, "Mara");
  mock.timers.tick(7_000);

  assert.equal(typing.by, null);
});
