import assert from "node:assert/strict";
import { test } from "node:test";

import { ArticlesModel, WINDOW_MS } from "../../../static/js/staff/articles-model.js";
import { Drafts } from "../../../static/js/staff/drafts.js";
import { BINDINGS, actionOf, keyName } from "../../../static/js/staff/keys-model.js";
import { readRoute, writeRoute } from "../../../static/js/staff/route-model.js";

// ---- articles

function article(id, title, clicks, change = 0) {
  return { id, title, clicks, open: null, reading: null, change };
}

test("an article's change begins with what the page was served with", () => {
  const articles = new ArticlesModel([article(1, "A", 100, 7)], 0);

  assert.equal(articles.change(1, 1000), 7);
  articles.take(1, { clicks: 102, open: 3, reading: 1 }, 2000);
  assert.equal(articles.change(1, 2000), 9);
});

test("a click counts as change for five minutes", () => {
  const articles = new ArticlesModel([article(1, "A", 100)], 0);
  articles.take(1, { clicks: 101, open: 0, reading: 0 }, 60_000);
  articles.take(1, { clicks: 105, open: 0, reading: 0 }, 200_000);

  assert.equal(articles.change(1, 200_000), 5);
  assert.equal(articles.change(1, 60_000 + WINDOW_MS), 4);
  assert.equal(articles.change(1, 200_000 + WINDOW_MS), 0);
});

test("rows move only when a heading is pressed", () => {
  const articles = new ArticlesModel([article(1, "B", 10), article(2, "A", 5)], 0);
  articles.take(2, { clicks: 50, open: 0, reading: 0 }, 1000);

  assert.deepEqual(articles.ids, [1, 2]);
  articles.sortBy("clicks");
  assert.equal(articles.direction, "ascending");
  articles.sortBy("title");
  assert.deepEqual(articles.sorted(1000), [2, 1]);
  articles.sortBy("reading");
  assert.equal(articles.direction, "descending");
});

test("numbers of articles that are not shown are not taken", () => {
  const articles = new ArticlesModel([article(1, "A", 10)], 0);
  articles.take(9, { clicks: 1, open: 1, reading: 1 }, 0);

  assert.deepEqual(articles.ids, [1]);
});

// ---- drafts

test("each conversation keeps an answer and a note of its own", () => {
  const kept = new Map();
  const place = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  const drafts = new Drafts(place);
  drafts.keep("a", { answer: "half an ans" });
  drafts.keep("a", { note: "half a note", writing: "note" });
  drafts.keep("b", { answer: "other" });

  const after = new Drafts(place);
  assert.deepEqual(after.of("a"), { answer: "half an ans", note: "half a note", writing: "note" });
  assert.equal(after.has("b"), true);
  assert.equal(after.has("c"), false);
});

test("drafts live as long as the page where storage is denied", () => {
  const denied = {
    getItem() {
      throw new Error("denied");
    },
    setItem() {
      throw new Error("denied");
    },
  };
  const drafts = new Drafts(denied);
  drafts.keep("a", { answer: "text" });

  assert.equal(drafts.of("a").answer, "text");
});

// ---- keys

const press = (key, fields = {}) => ({ key, ...fields });

test("keys do what the sheet says", () => {
  for (const { keys, action } of BINDINGS) {
    for (const key of keys) assert.equal(actionOf(press(key), { tagName: "BODY" }), action, key);
  }
});

test("no letter is a command where one writes", () => {
  for (const tagName of ["INPUT", "TEXTAREA", "SELECT"]) {
    assert.equal(actionOf(press("c"), { tagName }), null);
    assert.equal(actionOf(press("Escape"), { tagName }), "back");
  }
  assert.equal(actionOf(press("c"), { tagName: "DIV", isContentEditable: true }), null);
});

test("the browser's own combinations stay the browser's", () => {
  for (const held of ["ctrlKey", "metaKey", "altKey"]) {
    assert.equal(actionOf(press("r", { [held]: true }), null), null);
  }
  assert.equal(actionOf(press("n", { isComposing: true }), null), null);
});

test("Enter on a button or a link is that button's or link's", () => {
  assert.equal(actionOf(press("Enter"), { tagName: "BUTTON" }), null);
  assert.equal(actionOf(press("Enter"), { tagName: "A" }), null);
});

test("no key has two meanings", () => {
  const keys = BINDINGS.flatMap((each) => each.keys);

  assert.equal(new Set(keys).size, keys.length);
  assert.equal(keyName("ArrowDown"), "↓");
});

// ---- the address

test("an address says which list, which chat, which pane", () => {
  const route = readRoute("#mine/abc-1_2/visitor");

  assert.deepEqual(route, { view: "mine", list: "mine", conversation: "abc-1_2", pane: "visitor" });
  assert.equal(writeRoute(route), "mine/abc-1_2/visitor");
  assert.equal(writeRoute({ ...route, pane: "thread" }), "mine/abc-1_2");
});

test("an address that means nothing is the waiting list", () => {
  for (const hash of ["", "#", "#nonsense", "#waiting/<script>"]) {
    assert.deepEqual(readRoute(hash), { view: "waiting", list: "waiting", conversation: "", pane: "list" });
  }
});

test("the articles remember which list one came from", () => {
  assert.equal(readRoute("#articles", "mine").list, "mine");
  assert.equal(writeRoute(readRoute("#articles", "mine")), "articles");
});
