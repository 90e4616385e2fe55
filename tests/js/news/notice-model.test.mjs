import assert from "node:assert/strict";
import { test } from "node:test";

import { NoticeModel } from "../../../static/js/news/notice-model.js";

const updated = (revision) => ({ type: "news.changed", article: 4, revision, kind: "updated" });
const withdrawn = (revision) => ({ type: "news.changed", article: 4, revision, kind: "withdrawn" });
const welcome = (fields = {}) => ({ type: "live.welcome", protocol: 1, ...fields });
const CHANGES = { title: false, summary: false, pictures: false, changed: 2, added: 1, removed: 0 };
const about = (model) => model.shown?.about;

test("an update is looked at first, then told with what changed", () => {
  const model = new NoticeModel({ revision: 1 });
  assert.equal(model.hear(updated(2)), false);
  assert.equal(model.wanted, 2);
  assert.equal(model.found(2, CHANGES), true);
  assert.deepEqual(model.shown, { about: "updated", changes: CHANGES, acts: ["show", "pause"] });
  assert.equal(model.wanted, 0);
});

test("what the page shows already is no news", () => {
  const model = new NoticeModel({ revision: 3 });
  model.hear(updated(3));
  model.hear(updated(2));
  assert.equal(model.wanted, 0);
});

test("of several changes the newest is told, once", () => {
  const model = new NoticeModel({ revision: 1 });
  model.hear(updated(2));
  model.hear(updated(3));
  assert.equal(model.found(2, CHANGES), false);
  assert.equal(model.wanted, 3);
  assert.equal(model.found(4, CHANGES), true);
  assert.equal(model.wanted, 0);
});

test("a change nobody sees is not told, and one that was taken back no longer", () => {
  const nothing = { title: false, summary: false, pictures: false, changed: 0, added: 0, removed: 0 };
  const model = new NoticeModel({ revision: 1 });
  model.hear(updated(2));
  assert.equal(model.found(2, nothing), false);
  assert.equal(model.shown, null);
  model.hear(updated(3));
  model.found(3, CHANGES);
  model.hear(updated(4));
  assert.equal(model.found(4, nothing), true);
  assert.equal(model.shown, null);
});

test("what does not come leads to a reload", () => {
  const model = new NoticeModel({ revision: 1 });
  model.hear(updated(2));
  assert.equal(model.found(2, null), true);
  assert.deepEqual(model.shown?.acts, ["reload", "pause"]);
});

test("once it stands in place, only something newer is news", () => {
  const model = new NoticeModel({ revision: 1 });
  model.hear(updated(2));
  model.found(3, CHANGES);
  model.placed(3, true);
  assert.deepEqual(model.shown, { about: "here", changes: null, acts: ["first"] });
  model.hear(updated(3));
  assert.equal(model.wanted, 0);
  model.placed(3, false);
  assert.deepEqual(model.shown?.acts, []);
});

test("a withdrawal leads away from the page, and a publication after it back", () => {
  const model = new NoticeModel({ revision: 3 });
  assert.equal(model.hear(withdrawn(3)), true);
  assert.deepEqual(model.shown, { about: "withdrawn", changes: null, acts: ["front"] });
  assert.equal(model.withdrawn, true);
  model.hear(updated(2));
  assert.equal(model.wanted, 0);
  model.hear(updated(4));
  assert.equal(model.wanted, 4);
  assert.equal(model.withdrawn, false);
});

test("what was dismissed is not told again, what is newer is", () => {
  const model = new NoticeModel({ revision: 1 });
  model.hear(updated(2));
  model.found(2, CHANGES);
  model.dismiss();
  model.hear(updated(2));
  assert.equal(model.wanted, 0);
  assert.equal(model.shown, null);
  model.hear(updated(3));
  assert.equal(model.wanted, 3);
});

test("paused, it waits for the reader; a withdrawal does not", () => {
  const model = new NoticeModel({ revision: 1, paused: true });
  model.hear(updated(2));
  model.hear(updated(3));
  assert.equal(model.wanted, 0);
  assert.equal(model.pause(false), false);
  assert.equal(model.wanted, 3);
  model.pause(true);
  assert.equal(model.wanted, 0);
  assert.equal(model.hear(withdrawn(3)), true);
  assert.equal(about(model), "withdrawn");
});

test("paused from the notice, it says so and can be taken back", () => {
  const model = new NoticeModel({ revision: 1 });
  model.hear(updated(2));
  model.found(2, CHANGES);
  assert.equal(model.pause(true), true);
  assert.deepEqual(model.shown?.acts, ["resume"]);
  assert.equal(model.pause(true), false);
  assert.equal(model.pause(false), true);
  assert.equal(model.shown, null);
  assert.equal(model.wanted, 2);
});

test("a page of another build is told once, however often it is welcomed", () => {
  const model = new NoticeModel();
  assert.equal(model.hear(welcome()), false);
  assert.equal(model.hear(welcome({ reload: true })), true);
  assert.equal(about(model), "outdated");
  assert.equal(model.hear(welcome({ reload: true })), false);
  model.dismiss();
  assert.equal(model.hear(welcome({ reload: true })), false);
  assert.equal(model.shown, null);
});

test("what the article did matters more than the build", () => {
  const model = new NoticeModel({ revision: 1 });
  model.hear(updated(2));
  assert.equal(model.hear(welcome({ reload: true })), false);
  const other = new NoticeModel({ revision: 1 });
  other.hear(welcome({ reload: true }));
  assert.equal(other.hear(withdrawn(2)), true);
});

test("a word nobody knows yet says nothing", () => {
  const model = new NoticeModel();
  assert.equal(model.hear({ type: "news.changed", article: 4, revision: 2, kind: "merged" }), false);
  assert.equal(model.wanted, 0);
});
