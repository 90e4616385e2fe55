import assert from "node:assert/strict";
import { test } from "node:test";

import { filled, fitting, mentioned } from "../../../static/js/staff/replies-model.js";
import { named, replaced } from "../../../static/js/staff/typeahead-model.js";
import { markedPieces } from "../../../static/js/staff/marks-model.js";

const REPLIES = [
  { shortcut: "hours", title: "Opening hours", text: "We are open from nine.", category: "", article: null },
  { shortcut: "ferry", title: "Timetable", text: "Every hour.", category: "", article: 42 },
  { shortcut: "thanks", title: "", text: "Thank you for your hours of patience.", category: "", article: null },
];

const at = (text) => named(text.replace("|", ""), text.indexOf("|"));

test("a slash at the start of a word names a canned reply", () => {
  assert.deepEqual(at("/fe|"), { sign: "/", typed: "fe", from: 0, to: 3 });
  assert.deepEqual(at("Hello /|"), { sign: "/", typed: "", from: 6, to: 7 });
  assert.deepEqual(at("Hello\n/a|b"), { sign: "/", typed: "a", from: 6, to: 8 });
});

test("neither an address nor a fraction nor a date opens a list", () => {
  for (const text of ["https://|", "and/or|", "1/2|", "/fe rry|", "a@b|", "me@example.org|", "nothing|", "|/later"]) {
    assert.equal(at(text), null, text);
  }
});

test("a colleague's name may have a space in it, and no more", () => {
  assert.equal(at("@Jonas We|").typed, "Jonas We");
  assert.equal(at("@Jonas Weber do|"), null);
  assert.equal(at("@ |"), null);
  assert.equal(named("/x", 2, "@"), null);
});

test("what is chosen stands in the place of what was typed, the caret behind it", () => {
  const place = at("Well, /fe| then");

  assert.deepEqual(replaced("Well, /fe then", place, "every hour"), { text: "Well, every hour then", caret: 16 });
});

test("a reply is found by its shortcut first, then by what it is for, then by its words", () => {
  assert.deepEqual(fitting(REPLIES, "").map(({ shortcut }) => shortcut), ["hours", "ferry", "thanks"]);
  assert.deepEqual(fitting(REPLIES, "HOUR").map(({ shortcut }) => shortcut), ["hours", "ferry", "thanks"]);
  assert.deepEqual(fitting(REPLIES, "time").map(({ shortcut }) => shortcut), ["ferry"]);
  assert.deepEqual(fitting(REPLIES, "zzz"), []);
});

test("variables are filled in, other braces stay, an unknown name leaves no gap", () => {
  const values = { visitor: "Amina", agent: "Mei", article: "Harbour {site}", site: "News" };

  assert.equal(filled("Hello {visitor}, {agent} of {site} {x} {}", values), "Hello Amina, Mei of News {x} {}");
  assert.equal(filled("{article}", values), "Harbour {site}");
  assert.equal(filled("Hello {visitor}, welcome", { ...values, visitor: "" }), "Hello, welcome");
});

test("whoever's whole name stands behind an @ is mentioned, once", () => {
  const people = [{ id: 1, name: "Ann" }, { id: 2, name: "Ann Lee" }, { id: 3, name: "李明" }];

  assert.deepEqual(mentioned("@Ann Lee and @Ann Lee, look", people), [2]);
  assert.deepEqual(mentioned("@Ann, @李明", people).sort(), [1, 3]);
  assert.deepEqual(mentioned("Ann Lee", people), []);
});

test("marks cut a text into pieces, and lose no letter whatever they are", () => {
  assert.deepEqual(markedPieces("周日有渡轮吗", [[3, 5]]), [
    { text: "周日有", marked: false },
    { text: "渡轮", marked: true },
    { text: "吗", marked: false },
  ]);
  for (const marks of [[[2, 4], [0, 3]], [[5, 99]], [[-3, 2]], [[NaN, 2]], [[4, 1]], [[99, 120]]]) {
    assert.equal(markedPieces("abcdef", marks).map(({ text }) => text).join(""), "abcdef");
  }
});
