import assert from "node:assert/strict";
import { test } from "node:test";

import { PROBE_MS, SILENCE_MS, SilenceModel } from "../../../static/js/live/silence-model.js";

/** A line that was heard at 0. */
function heard() {
  const silence = new SilenceModel();
  silence.heard(0);
  return silence;
}

test("45 seconds without a word and the line is dead, not a moment before", () => {
  const silence = heard();

  assert.equal(silence.dueAt, 45_000);
  assert.equal(silence.look(SILENCE_MS - 1), "alive");
  assert.equal(silence.look(SILENCE_MS), "dead");
});

test("a look held up by sleep asks first, and believes what it finds", () => {
  const silence = heard();
  const awake = 600_000;

  assert.equal(silence.look(awake), "ask");
  assert.equal(silence.look(awake + 100), "alive");
  assert.equal(silence.look(silence.dueAt), "dead");
});

test("what was said while the page slept is an answer", () => {
  const silence = heard();
  silence.look(600_000);
  silence.heard(600_010);

  assert.equal(silence.dueAt, 600_010 + SILENCE_MS);
  assert.equal(silence.look(604_000), "alive");
});

test("a tab whose every timer is late finds out all the same", () => {
  const silence = heard();

  assert.equal(silence.look(60_000), "ask");
  assert.equal(silence.look(120_000), "dead");
});

test("whoever comes back doubts a line that has been silent, and gets an answer in a second", () => {
  const silence = heard();

  assert.equal(silence.doubt(4_999), false);
  assert.equal(silence.doubt(5_000), true);
  assert.equal(silence.dueAt, 5_000 + PROBE_MS);
  assert.equal(silence.look(5_000 + PROBE_MS), "dead");
});

test("another network is doubt enough, and one question at a time", () => {
  const silence = heard();

  assert.equal(silence.doubt(10, { sure: true }), true);
  assert.equal(silence.doubt(20, { sure: true }), false);
  silence.heard(30);
  assert.equal(silence.doubt(40, { sure: true }), true);
});

test("nobody is impatient with a line nobody looks at", () => {
  const silence = heard();
  silence.doubt(10_000, { patient: true });

  assert.equal(silence.look(10_000 + PROBE_MS), "alive");
  assert.equal(silence.look(14_000), "dead");
});

test("a line that is gone is not listened to", () => {
  const silence = heard();
  silence.end();

  assert.equal(silence.dueAt, Infinity);
  assert.equal(silence.look(1e12), "alive");
  assert.equal(silence.doubt(1e12, { sure: true }), false);
});
