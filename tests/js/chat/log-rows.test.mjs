import assert from "node:assert/strict";
import { test } from "node:test";

import { rows } from "../../../static/js/chat/log-rows.js";

const NOW = new Date(2026, 5, 10, 12, 0).getTime();
const MINUTE = 60_000;
const own = (seq, minutes, id = `id-${seq}`) => ({ seq, kind: "text", id, author: { kind: "visitor" }, text: `own ${seq}`, at: NOW - minutes * MINUTE });
const hers = (seq, minutes, name = "Mara") => ({ seq, kind: "text", id: "x", author: { kind: "agent", name }, text: `hers ${seq}`, at: NOW - minutes * MINUTE });
const item = (id, state = "waiting", more = {}) => ({ id, text: id, at: NOW, state, ...more });
const lay = (entries, items = [], seenByStaff = 0, agent = null) => rows({ entries, items, seenByStaff, now: NOW, agent });
const messages = (laid) => laid.filter((row) => row.kind === "message");

test("messages of one author within five minutes are one group", () => {
  const laid = messages(lay([hers(1, 20), hers(2, 19), hers(3, 10), own(4, 9)]));

  assert.deepEqual(laid.map((row) => [row.first, row.last]), [[true, false], [false, true], [true, true], [true, true]]);
});

test("an event parts a group", () => {
  const event = { seq: 2, kind: "event", event: "joined", author: { kind: "agent", name: "Mara" }, at: NOW - 19 * MINUTE };
  const laid = lay([hers(1, 19), event, hers(3, 18)]);

  assert.deepEqual(laid.map((row) => row.kind), ["day", "message", "event", "message"]);
  assert.equal(laid[2].text, "Mara joined");
  assert.equal(laid[3].first, true);
});

test("every day has its name once", () => {
  const laid = lay([hers(1, 60 * 24 * 40), hers(2, 60 * 24), hers(3, 60 * 24 - 1), hers(4, 1)]);

  assert.deepEqual(laid.filter((row) => row.kind === "day").map((row) => row.text), ["May 1, 2026", "yesterday", "today"]);
});

test("one's last message says how far it came", () => {
  assert.deepEqual(messages(lay([own(1, 2), own(2, 1)])).map((row) => row.standing), [undefined, "stored"]);
  assert.deepEqual(messages(lay([own(1, 2), hers(2, 1)], [], 1)).map((row) => row.standing), ["seen", undefined]);
});

test("the last seen message keeps its word while a later one is not seen", () => {
  const laid = messages(lay([own(1, 3), own(2, 2)], [item("abc", "sending")], 1));

  assert.deepEqual(laid.map((row) => [row.standing, row.last]), [["seen", true], ["stored", true], ["sending", true]]);
});

test("a name the head says is seen again only after somebody else has spoken", () => {
  const laid = messages(lay([hers(1, 9), own(2, 8), hers(3, 7), hers(4, 6, "Jonas"), hers(5, 5)], [], 0, { name: "Mara" }));

  assert.deepEqual(laid.map((row) => Boolean(row.named)), [false, false, false, true, true]);
});

test("a time stands at a group's end, and not between what follows within a minute", () => {
  const laid = messages(lay([own(1, 9), hers(2, 8.5), own(3, 3), own(4, 2)]));

  assert.deepEqual(laid.map((row) => row.timed), [false, true, false, true]);
});

test("what is on its way for five seconds waits for the line", () => {
  assert.equal(messages(lay([], [item("a", "sending", { at: NOW - 5_001 })]))[0].standing, "late");
});

test("a message keeps its key from the moment it is written", () => {
  const [, pending] = lay([], [item("abc", "sending")]);
  const [, stored] = lay([own(1, 0, "abc")]);

  assert.equal(pending.key, stored.key);
});

test("what is on its way has one word, under the last", () => {
  const laid = messages(lay([], [item("a", "sending"), item("b"), item("c")]));

  assert.deepEqual(laid.map((row) => [row.standing, row.quiet]), [["sending", true], ["sending", true], ["sending", false]]);
});

test("each refused message speaks for itself", () => {
  const laid = messages(lay([], [item("a", "failed", { code: "conflict" }), item("b")]));

  assert.deepEqual(laid.map((row) => [row.standing, row.quiet, row.last]), [["failed", false, true], ["queued", false, true]]);
});

test("who has to wait is told under the last, until when", () => {
  const laid = messages(lay([], [item("a", "waiting", { retryAt: NOW + 5 }), item("b")]));

  assert.deepEqual(laid.map((row) => [row.standing, row.quiet, row.retryAt]), [["limited", true, NOW + 5], ["limited", false, NOW + 5]]);
});
