import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import {
  DeskModel,
  initials,
  isUnread,
} from "../../../static/js/staff/desk-model.js";

const ME = { id: 7, name: "Mei Lin" };
const OTHER = { id: 8, name: "Jonas Weber" };

/** @type {DeskModel} */
let desk;
beforeEach(() => {
  desk = new DeskModel(ME.id);
});

function told(conversation, fields = {}) {
  return { conversation, status: "waiting", last_seq: 1, created_at: 1, ...fields };
}

function ids(list) {
  return desk.list(list).map((row) => row.id);
}

test("a waiting conversation stands in waiting and in all", () => {
  desk.takeRow(told("a", { waiting_since: 10 }));

  assert.deepEqual([ids("waiting"), ids("mine"), ids("all")], [["a"], [], ["a"]]);
});

test("a conversation without entries rings nobody and stands only in all", () => {
  desk.takeRow(told("a", { last_seq: 0 }));

  assert.deepEqual([ids("waiting"), ids("all")], [[], ["a"]]);
  assert.deepEqual(desk.ringing, []);
});

test("one change moves a claimed conversation into mine", () => {
  desk.takeRow(told("a", { waiting_since: 10, name: "Amina" }));
  desk.takeRow({ conversation: "a", status: "open", agent: ME });

  assert.deepEqual([ids("waiting"), ids("mine"), ids("all")], [[], ["a"], ["a"]]);
  assert.equal(desk.row("a").name, "Amina");
});

test("a colleague's conversation stands only in all", () => {
  desk.takeRow(told("a", { status: "open", agent: OTHER }));

  assert.deepEqual([ids("waiting"), ids("mine"), ids("all")], [[], [], ["a"]]);
});

test("a released conversation loses its agent", () => {
  desk.takeRow(told("a", { status: "open", agent: ME }));
  desk.takeRow({ conversation: "a", status: "waiting", agent: null });

  assert.equal(desk.row("a").agent, null);
  assert.deepEqual(ids("mine"), []);
});

test("whoever waits longest stands on top, whatever is said later", () => {
  desk.takeRow(told("young", { waiting_since: 30, last_at: 99 }));
  desk.takeRow(told("old", { waiting_since: 10, last_at: 40 }));
  desk.takeRow(told("middle", { waiting_since: 20, last_at: 50 }));

  assert.deepEqual(ids("waiting"), ["old", "middle", "young"]);
});

test("mine begins with those who wait for my answer", () => {
  desk.takeRow(told("done", { status: "open", agent: ME, waiting_since: null, last_at: 90 }));
  desk.takeRow(told("late", { status: "open", agent: ME, waiting_since: 50, last_at: 50 }));
  desk.takeRow(told("early", { status: "open", agent: ME, waiting_since: 40, last_at: 60 }));

  assert.deepEqual(ids("mine"), ["early", "late", "done"]);
});

test("all is ordered by the last word, closed ones below", () => {
  desk.takeRow(told("closed", { status: "closed", last_at: 99 }));
  desk.takeRow(told("old", { last_at: 10 }));
  desk.takeRow(told("new", { last_at: 20 }));

  assert.deepEqual(ids("all"), ["new", "old", "closed"]);
});

test("counts follow the rows, and the server's total where not all is loaded", () => {
  const conversations = [told("a"), told("b")];
  desk.takeList({ list: "waiting", conversations, total: 150, next: "b" }, true);

  assert.equal(desk.count("waiting"), 150);
  desk.takeRow({ conversation: "a", status: "open", agent: OTHER });
  assert.equal(desk.count("waiting"), 149);
});

test("a list that comes afresh drops what left it while the line was down", () => {
  desk.takeList({ list: "waiting", conversations: [told("a"), told("b")], total: 2 }, true);
  desk.grewOld();
  desk.takeRow(told("fresh"));
  desk.takeList({ list: "waiting", conversations: [told("b")], total: 1 }, true);

  assert.deepEqual(ids("waiting").sort(), ["b", "fresh"]);
});

test("a page that is not the first drops nothing", () => {
  desk.takeList({ list: "waiting", conversations: [told("a")], total: 2, next: "a" }, true);
  desk.takeList({ list: "waiting", conversations: [told("b")], total: 2 }, false);

  assert.deepEqual(ids("waiting").sort(), ["a", "b"]);
  assert.equal(desk.next.waiting, null);
});

test("something is unread until it was seen", () => {
  desk.takeRow(told("a", { status: "open", agent: ME, last_seq: 3, staff_seen: 2, unread: 1 }));

  assert.equal(isUnread(desk.row("a")), true);
  assert.equal(desk.unreadMine, 1);
  desk.seen("a", 3);
  assert.equal(isUnread(desk.row("a")), false);
});

test("a frame that was overtaken changes nothing", () => {
  desk.takeRow(told("a", { revision: 5, last_text: "newer" }));
  desk.takeRow(told("a", { revision: 4, last_text: "older" }));

  assert.equal(desk.row("a").lastText, "newer");
});

test("a conversation that was swept away is gone", () => {
  desk.takeRow(told("a"));
  desk.takeRow({ conversation: "a", gone: true });

  assert.deepEqual(ids("all"), []);
});

test("up and down walk the list and stop at its ends", () => {
  for (const [id, since] of [["a", 1], ["b", 2], ["c", 3]]) {
    desk.takeRow(told(id, { waiting_since: since }));
  }

  assert.equal(desk.neighbour("waiting", null, 1), "a");
  assert.equal(desk.neighbour("waiting", "a", 1), "b");
  assert.equal(desk.neighbour("waiting", "c", 1), "c");
  assert.equal(desk.neighbour("waiting", "a", -1), "a");
  assert.equal(desk.neighbour("mine", null, 1), null);
});

test("the articles of a list are named once", () => {
  desk.takeRow(told("a", { article: 42 }));
  desk.takeRow(told("b", { article: 42 }));
  desk.takeRow(told("c", { article: null }));

  assert.deepEqual([...desk.articles("waiting")], [42]);
});

test("a name has one or two letters, whatever its script", () => {
  assert.equal(initials("Mei Lin"), "ML");
  assert.equal(initials("李梅"), "李");
  assert.equal(initials(" "), "?");
});
