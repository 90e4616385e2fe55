import assert from "node:assert/strict";
import { test } from "node:test";

import { AttentionModel } from "../../../static/js/audience/attention-model.js";

const SECOND = 1_000;

function reader() {
  const model = new AttentionModel();
  assert.equal(model.see(true, 0), "reading");
  return model;
}

test("opening the page is reading, and a quarter of a minute without input is not", () => {
  const model = reader();

  assert.equal(model.look(14 * SECOND), null);
  assert.equal(model.look(15 * SECOND), "idle");
  assert.equal(model.look(16 * SECOND), null);
  assert.equal(model.input(17 * SECOND), "reading");
});

test("input is told at most every five seconds, and none of it is lost", () => {
  const model = reader();
  const said = [];
  for (let at = 100; at < 5 * SECOND; at += 100) said.push(model.input(at));

  assert.deepEqual([...new Set(said)], [null]);
  assert.equal(model.look(5 * SECOND), "reading");
  assert.equal(model.look(10 * SECOND), null);
});

test("a hidden page is hidden whatever moves on it", () => {
  const model = reader();

  assert.equal(model.see(false, SECOND), "hidden");
  assert.equal(model.input(2 * SECOND), null);
  assert.equal(model.see(true, 60 * SECOND), "reading");
});

test("a fresh socket is told where things stand", () => {
  const model = reader();
  model.look(20 * SECOND);

  assert.equal(model.again(21 * SECOND), "idle");
});
