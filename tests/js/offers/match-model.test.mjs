import assert from "node:assert/strict";
import { test } from "node:test";

import { AGAIN_MS, EVERY_MS, LONGEST, MatchModel, PAUSE_MS } from "../../../static/js/offers/match-model.js";

const QUESTION = "When does the harbour reopen?";

test("who types is not asked about before he pauses", () => {
  const model = new MatchModel();
  model.typed("When does", 0);
  model.typed(QUESTION, 500);

  assert.equal(model.due(PAUSE_MS), null);
  assert.equal(model.dueAt, 500 + PAUSE_MS);
  assert.equal(model.due(500 + PAUSE_MS), QUESTION);
  assert.equal(model.due(500 + 2 * PAUSE_MS), null);
});

test("a greeting is no question", () => {
  const model = new MatchModel();
  model.typed("  Hello  ", 0);

  assert.equal(model.dueAt, Infinity);
  assert.equal(model.speaks, false);
});

test("it asks at most once a second", () => {
  const model = new MatchModel();
  model.typed(QUESTION, 0);
  model.due(PAUSE_MS);
  model.typed(`${QUESTION} Soon`, PAUSE_MS + 100);

  assert.equal(model.dueAt, PAUSE_MS + EVERY_MS);
});

test("the same words are asked about once", () => {
  const model = new MatchModel();
  model.typed(QUESTION, 0);
  model.due(PAUSE_MS);
  model.typed(`${QUESTION} `, 5_000);

  assert.equal(model.dueAt, Infinity);
});

test("of a letter the end is asked about, in whole characters", () => {
  const model = new MatchModel();
  model.typed("🙂".repeat(LONGEST + 5), 0);

  assert.equal([...(model.due(PAUSE_MS) ?? "")].length, LONGEST);
});

test("words that were taken back are asked about no more", () => {
  const model = new MatchModel();
  model.typed(QUESTION, 0);
  model.typed("", 100);

  assert.equal(model.due(10_000), null);
});

test("who was not answered asks again, a few times", () => {
  const model = new MatchModel();
  model.typed(QUESTION, 0);
  let now = PAUSE_MS;
  let asked = 0;
  while (model.due(now)) {
    asked += 1;
    model.missed(now);
    now += AGAIN_MS;
  }

  assert.equal(asked, 5);
  assert.equal(model.dueAt, Infinity);
});

test("who was refused waits as long as he is told", () => {
  const model = new MatchModel();
  model.typed(QUESTION, 0);
  model.due(PAUSE_MS);
  model.missed(PAUSE_MS, 9_000);

  assert.equal(model.dueAt, PAUSE_MS + 9_000);
});
