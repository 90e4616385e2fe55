import assert from "node:assert/strict";
import { test } from "node:test";

import { CountsModel, watched } from "../../../static/js/audience/counts-model.js";

const told = (clicks, reading = 0) => ({ 42: { clicks, open: reading, reading } });

test("clicks never fall, readers do", () => {
  const model = new CountsModel();
  model.hear(told(120, 3));
  model.hear(told(119, 1));

  assert.deepEqual(model.shown("42"), { clicks: 120, open: 1, reading: 1 });
});

test("an article nobody told of has no numbers", () => {
  assert.equal(new CountsModel().shown("42"), null);
});

test("paused nothing is shown, and the newest once it goes on", () => {
  const model = new CountsModel();
  model.hear(told(1));
  model.pause(true);
  model.hear(told(2));

  assert.equal(model.shown("42"), null);
  model.pause(false);
  assert.equal(model.shown("42")?.clicks, 2);
});

test("each article is watched once, nonsense never, a hundred at most", () => {
  assert.deepEqual(watched(["42", "42", "7", null, "x", "-1", "1.5"]), [42, 7]);
  assert.equal(watched(Array.from({ length: 150 }, (_, at) => String(at + 1))).length, 100);
});
