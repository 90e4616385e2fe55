import assert from "node:assert/strict";
import { test } from "node:test";

import { PatienceModel } from "../../../static/js/live/patience-model.js";

test("a blip of less than a second is never told", () => {
  const patience = new PatienceModel();
  const said = [];
  for (let now = 0; now < 60_000; now += 100) said.push(patience.say(now % 2_000 < 900 ? "down" : "", now));

  assert.deepEqual([...new Set(said)], [""]);
});

test("what lasts is told after a second, and asks to be looked at then", () => {
  const patience = new PatienceModel();

  assert.equal(patience.say("down", 0), "");
  assert.equal(patience.dueAt, 1_000);
  assert.equal(patience.say("down", 1_000), "down");
  assert.equal(patience.say("down still", 1_500), "down still");
  assert.equal(patience.dueAt, Infinity);
});

test("what was told can be read: it stands for a second", () => {
  const patience = new PatienceModel();
  patience.say("down", 0);
  patience.say("down", 1_000);

  assert.equal(patience.say("", 1_050), "down");
  assert.equal(patience.dueAt, 2_000);
  assert.equal(patience.say("", 2_000), "");
});

test("trouble that comes back while it is still told is told on, without a gap", () => {
  const patience = new PatienceModel();
  patience.say("down", 0);
  patience.say("down", 1_000);
  patience.say("", 1_100);

  assert.equal(patience.say("again", 1_200), "again");
  assert.equal(patience.say("", 5_000), "");
});
