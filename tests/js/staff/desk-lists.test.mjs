import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { DeskModel } from "../../../static/js/staff/desk-model.js";
import { emptyOf, isView, LISTS, titleOf, viewOf, watchOf } from "../../../static/js/staff/views-model.js";
import { readRoute, writeRoute } from "../../../static/js/staff/route-model.js";

const ME = { id: 7, name: "Mei Lin" };
const OTHER = { id: 8, name: "Jonas Weber" };

/** @type {DeskModel} */
let desk;
beforeEach(() => {
  desk = new DeskModel(ME.id);
});

function told(conversation, fields = {}) {
  return { conversation, status: "open", agent: ME, last_seq: 1, created_at: 1, revision: 1, ...fields };
}

const ids = (view) => desk.list(view).map((row) => row.id);

/** In which lists a conversation stands. */
const where = (id) => LISTS.filter((list) => ids(list).includes(id));

test("one change moves a chat between all lists", () => {
  desk.takeRow(told("a", { status: "waiting", agent: null, waiting_since: 5 }));
  assert.deepEqual(where("a"), ["waiting", "unanswered", "all"]);

  desk.takeRow(told("a", { waiting_since: 5 }));
  assert.deepEqual(where("a"), ["mine", "unanswered", "all"]);

  desk.takeRow(told("a", { waiting_since: null }));
  assert.deepEqual(where("a"), ["mine", "all"]);

  desk.takeRow(told("a", { snoozed_until: 99, waiting_since: null }));
  assert.deepEqual(where("a"), ["snoozed", "all"]);

  desk.takeRow(told("a", { snoozed_until: null, agent: OTHER, waiting_since: 6 }));
  assert.deepEqual(where("a"), ["unanswered", "all"]);

  desk.takeRow(told("a", { status: "closed", waiting_since: null }));
  assert.deepEqual(where("a"), ["all", "closed"]);
});

test("a chat stands with its labels and its article, as long as it has them", () => {
  desk.takeLabels([{ id: 3, name: "ferry", hue: 1 }]);
  desk.takeRow(told("a", { labels: [3], article: 42 }));
  desk.takeRow(told("b"));

  assert.deepEqual([ids("label-3"), ids("article-42")], [["a"], ["a"]]);
  assert.deepEqual(desk.labelsOf(desk.row("a")).map(({ name }) => name), ["ferry"]);
  desk.takeRow(told("a", { labels: [], article: 43 }));
  assert.deepEqual([ids("label-3"), ids("article-42")], [[], []]);
});

test("a mention puts a chat among the mentions, whoever answers it", () => {
  desk.takeRow(told("a", { agent: OTHER }));
  desk.mention("a");
  assert.deepEqual(ids("mentions"), ["a"]);

  desk.takeList({ list: "mentions", conversations: [told("b")], total: 1 }, true);
  assert.deepEqual(ids("mentions"), ["b"]);
});

test("what comes back first stands on top of the snoozed", () => {
  desk.takeRow(told("late", { snoozed_until: 90 }));
  desk.takeRow(told("soon", { snoozed_until: 50 }));

  assert.deepEqual(ids("snoozed"), ["soon", "late"]);
});

test("of a list that is partly here nothing behind its last row is shown, until more comes", () => {
  desk.takeList({ list: "all", conversations: [told("c", { last_at: 90 }), told("b", { last_at: 80 })], total: 4, next: "80.b" }, true);
  desk.takeList({ list: "mine", conversations: [told("old", { last_at: 10 })], total: 1 }, true);

  assert.deepEqual([ids("all"), ids("mine")], [["c", "b"], ["c", "b", "old"]]);
  assert.equal(desk.count("all"), 4);
  desk.takeList({ list: "all", conversations: [told("a", { last_at: 70 }), told("old", { last_at: 10 })], total: 4 }, false);
  assert.deepEqual(ids("all"), ["c", "b", "a", "old"]);
});

test("what is said anew in a row that was not here brings it to the top", () => {
  desk.takeList({ list: "all", conversations: [told("b", { last_at: 80 })], total: 9, next: "80.b" }, true);
  desk.takeRow(told("old", { last_at: 95, last_seq: 12 }));

  assert.deepEqual(ids("all"), ["old", "b"]);
  assert.equal(desk.count("all"), 9);
});

test("only the chosen desk's chats are shown, and those that are everybody's", () => {
  desk.takeRow(told("a", { desk: 1 }));
  desk.takeRow(told("b", { desk: 2 }));
  desk.takeRow(told("c"));
  desk.only = 2;

  assert.deepEqual(ids("mine").sort(), ["b", "c"]);
  assert.equal(desk.count("mine"), 2);
});

test("what will be so is shown at once, and taken back unless the server has spoken", () => {
  desk.takeRow(told("a"));
  const takeBack = desk.guess("a", { status: "closed" });
  assert.deepEqual(where("a"), ["all", "closed"]);
  takeBack();
  assert.deepEqual(where("a"), ["mine", "all"]);

  const late = desk.guess("a", { status: "closed" });
  desk.takeRow(told("a", { agent: OTHER, revision: 2 }));
  late();
  assert.equal(desk.row("a").agent.id, OTHER.id);
});

test("an erased chat is in no list", () => {
  desk.takeRow(told("a"));
  desk.mention("a");
  desk.remove("a");

  assert.deepEqual(where("a"), []);
});

test("every list has a name, words for when it is empty, and a watch", () => {
  for (const view of [...LISTS, "label-3", "article-42"]) {
    assert.ok(isView(view) && titleOf(view) && emptyOf(view).length === 2, view);
    assert.equal(viewOf(watchOf(view)), view);
  }
  assert.deepEqual(watchOf("label-3"), { list: "all", label: 3 });
  for (const none of ["label-0", "label-x", "label-", "article-1/2", "search", ""]) assert.equal(isView(none), false);
});

test("an address says which label, which article, which entry", () => {
  for (const address of ["label-3/abc", "article-42", "search/abc/at-12", "mine/abc/reading", "closed/abc/visitor", "search"]) {
    assert.equal(writeRoute(readRoute(`#${address}`)), address);
  }
  assert.equal(readRoute("#search/abc/at-12").at, 12);
  assert.equal(readRoute("#search/abc/at-012").at, undefined);
  assert.equal(readRoute("#search", "mine").list, "mine");
});

test("what the desk itself gave to me rings until I look at it", () => {
  desk.takeRow(told("a", { waiting_since: 5, unread: 1 }));
  desk.takeRow(told("b", { waiting_since: 5, unread: 1, agent: OTHER }));
  assert.deepEqual(desk.ringing, ["a"]);

  desk.seen("a", 1);
  assert.deepEqual(desk.ringing, []);
});
