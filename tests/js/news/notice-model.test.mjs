import assert from "node:assert/strict";
import { test } from "node:test";

import { NoticeModel } from "../../../static/js/news/notice-model.js";

const updated = (revision) => ({ type: "news.changed", article: 4, revision, kind: "updated" });
const withdrawn = (revision) => ({ type: "news.changed", article: 4, revision, kind: "withdrawn" });
const welcome = (fields = {}) => ({ type: "live.welcome", protocol: 1, ...fields });

test("an update leads to this page again, a withdrawal away from it", () => {
  const model = new NoticeModel();
  assert.equal(model.hear(updated(2)), true);
  assert.deepEqual(model.shown, { words: "This article was updated.", act: "Show the new version", to: null });
  assert.equal(model.hear(withdrawn(2)), true);
  assert.deepEqual(model.shown, { words: "This article was withdrawn.", act: "To the front page", to: "/" });
});

test("what was dismissed is not told again, what is newer is", () => {
  const model = new NoticeModel();
  model.hear(updated(2));
  model.dismiss();
  assert.equal(model.hear(updated(2)), false);
  assert.equal(model.shown, null);
  assert.equal(model.hear(updated(3)), true);
  assert.equal(model.shown?.words, "This article was updated.");
});

test("a later word stands, an older one that comes late does not", () => {
  const model = new NoticeModel();
  model.hear(withdrawn(3));
  assert.equal(model.hear(updated(2)), false);
  assert.equal(model.shown?.to, "/");
  assert.equal(model.hear(updated(4)), true);
  assert.equal(model.shown?.to, null);
});

test("a page of another build is told once, however often it is welcomed", () => {
  const model = new NoticeModel();
  assert.equal(model.hear(welcome()), false);
  assert.equal(model.hear(welcome({ reload: true })), true);
  assert.deepEqual(model.shown, { words: "There is a newer version of this page.", act: "Reload", to: null });
  assert.equal(model.hear(welcome({ reload: true })), false);
  model.dismiss();
  assert.equal(model.hear(welcome({ reload: true })), false);
  assert.equal(model.shown, null);
});

test("what the article did matters more than the build", () => {
  const model = new NoticeModel();
  model.hear(updated(2));
  assert.equal(model.hear(welcome({ reload: true })), false);
  assert.equal(model.shown?.act, "Show the new version");
  const other = new NoticeModel();
  other.hear(welcome({ reload: true }));
  assert.equal(other.hear(withdrawn(2)), true);
});

test("a word nobody knows yet says nothing", () => {
  const model = new NoticeModel();
  assert.equal(model.hear({ type: "news.changed", article: 4, revision: 2, kind: "merged" }), false);
  assert.equal(model.shown, null);
});
