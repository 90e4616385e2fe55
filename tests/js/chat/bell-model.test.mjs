import assert from "node:assert/strict";
import { test } from "node:test";

import { BellModel, GRACE_MS } from "../../../static/js/chat/bell-model.js";

/** A bell that knows what was unread when the page came. */
function bell(unread = 0) {
  const model = new BellModel();
  model.hear(unread, 0);
  return model;
}

test("what was unread when the page came rings nobody, but stands in the title", () => {
  const model = bell(2);

  assert.equal(model.dueAt, Infinity);
  assert.equal(model.title("News"), "(2) News");
});

test("a new answer rings once, after a moment", () => {
  const model = bell();
  model.hear(1, 1_000);
  model.hear(1, 1_100);
  const early = model.ring(1_000 + GRACE_MS - 1);
  const first = model.ring(1_000 + GRACE_MS);

  assert.deepEqual([early, first, model.ring(9_999)], [false, true, false]);
});

test("two answers of one moment ring once", () => {
  const model = bell();
  model.hear(1, 1_000);
  model.hear(2, 1_200);

  assert.equal(model.ring(1_000 + GRACE_MS), true);
  assert.equal(model.ring(1_200 + GRACE_MS), false);
});

test("whoever looks in another tab silences it, and the next answer rings again", () => {
  const model = bell();
  model.hear(1, 1_000);
  model.hear(0, 1_050);
  const silenced = model.ring(5_000);
  model.hear(1, 6_000);

  assert.equal(silenced, false);
  assert.equal(model.ring(6_000 + GRACE_MS), true);
  model.hear(0, 7_000);
  assert.equal(model.title("News"), "News");
});
