import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { LOUDNESS, REPEAT_MS, RingModel } from "../../../static/js/staff/ring-model.js";

let ring;
beforeEach(() => {
  ring = new RingModel();
});

test("a new waiting chat rings at once", () => {
  ring.wait(["a"]);

  assert.deepEqual(ring.due(0), { sound: true, fresh: ["a"] });
});

test("it rings again only after the pause, as long as it waits", () => {
  ring.wait(["a"]);
  ring.due(0);

  assert.equal(ring.due(REPEAT_MS - 1).sound, false);
  assert.deepEqual(ring.due(REPEAT_MS), { sound: true, fresh: [] });
  assert.equal(ring.due(2 * REPEAT_MS).sound, true);
});

test("each repeat nobody heeds is a little louder, and a new chat begins softly", () => {
  ring.wait(["a"]);
  const heard = [0, 1, 2, 3].map((repeat) => {
    ring.due(repeat * REPEAT_MS);
    return ring.loudness;
  });
  ring.wait(["a", "b"]);
  ring.due(4 * REPEAT_MS);

  assert.deepEqual(heard, [...LOUDNESS, LOUDNESS.at(-1)]);
  assert.equal(ring.loudness, LOUDNESS[0]);
});

test("it stops when somebody claims it", () => {
  ring.wait(["a"]);
  ring.due(0);
  ring.wait([]);

  assert.equal(ring.due(REPEAT_MS).sound, false);
});

test("a second chat rings without waiting for the first one's pause", () => {
  ring.wait(["a"]);
  ring.due(0);
  ring.wait(["a", "b"]);

  assert.deepEqual(ring.due(5_000), { sound: true, fresh: ["b"] });
});

test("chats that begin together ring once", () => {
  ring.wait(["a"]);
  ring.due(0);
  ring.wait(["a", "b"]);

  assert.deepEqual(ring.due(100), { sound: false, fresh: ["b"] });
});

test("a chat that was answered and waits again rings again", () => {
  ring.wait(["a"]);
  ring.due(0);
  ring.wait([]);
  ring.due(3_000);
  ring.wait(["a"]);

  assert.deepEqual(ring.due(6_000), { sound: true, fresh: ["a"] });
});

test("an agent who is away hears nothing and is told all the same", () => {
  ring.available = false;
  ring.wait(["a"]);

  assert.deepEqual(ring.due(0), { sound: false, fresh: ["a"] });
});

test("coming back to a desk where somebody waits rings at once", () => {
  ring.available = false;
  ring.wait(["a"]);
  ring.due(0);
  ring.available = true;

  assert.equal(ring.due(1_000).sound, true);
});

test("the title counts what waits", () => {
  assert.equal(ring.title("Portal desk"), "Portal desk");
  ring.wait(["a", "b"]);
  assert.equal(ring.title("Portal desk"), "(2) Portal desk");
});
