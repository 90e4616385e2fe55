import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { ThreadModel, TYPING_MS, eventText } from "../../../static/js/staff/thread-model.js";

const ME = 7;
const VISITOR = { kind: "visitor", name: "Amina" };
const MINE = { kind: "agent", id: ME, name: "Mei" };
const OTHERS = { kind: "agent", id: 8, name: "Jonas" };
const NOON = new Date(2026, 5, 7, 12).getTime();
const MINUTE = 60_000;

/** @type {ThreadModel} */
let thread;
beforeEach(() => {
  thread = new ThreadModel("c", ME);
});

function entry(seq, author, text, fields = {}) {
  const at = NOON + seq * 1000;
  return { conversation: "c", seq, id: `id-${seq}`, kind: "text", author, text, at, ...fields };
}

function page(messages, last_seq = messages.at(-1)?.seq ?? 0, epoch = 1) {
  return { conversation: "c", epoch, messages, last_seq };
}

function drawn(pending) {
  return thread.lines(pending).filter((line) => line.kind !== "day");
}

test("history and live entries make one thread without holes", () => {
  thread.takeHistory(page([entry(1, VISITOR, "one"), entry(2, MINE, "two")]));
  thread.take(entry(3, VISITOR, "three"));

  assert.deepEqual(drawn().map((line) => line.text), ["one", "two", "three"]);
  assert.equal(thread.behind, false);
});

test("an entry behind a gap is not shown before the gap is filled", () => {
  thread.takeHistory(page([entry(1, VISITOR, "one")]));
  thread.take(entry(3, VISITOR, "three"));

  assert.equal(thread.behind, true);
  assert.equal(thread.last, 1);
  assert.deepEqual(drawn().map((line) => line.text), ["one"]);
  thread.takeHistory(page([entry(2, VISITOR, "two"), entry(3, VISITOR, "three")]));
  assert.deepEqual(drawn().map((line) => line.text), ["one", "two", "three"]);
});

test("a head told by the beat shows that something is missing", () => {
  thread.takeHistory(page([entry(1, VISITOR, "one")]));
  thread.hear(4);

  assert.equal(thread.behind, true);
});

test("an entry that comes twice stands once", () => {
  thread.takeHistory(page([entry(1, VISITOR, "one")]));
  thread.take(entry(1, VISITOR, "one"));

  assert.equal(drawn().length, 1);
});

test("a void entry takes its number and shows nothing", () => {
  thread.takeHistory(page([entry(1, VISITOR, "one"), { seq: 2, kind: "void" }, entry(3, MINE, "x")]));

  assert.equal(thread.last, 3);
  assert.deepEqual(drawn().map((line) => line.text), ["one", "x"]);
});

test("another epoch begins the thread anew", () => {
  thread.takeHistory(page([entry(1, VISITOR, "one"), entry(2, VISITOR, "two")]));
  thread.takeHistory(page([entry(1, VISITOR, "other")], 1, 2));

  assert.deepEqual(drawn().map((line) => line.text), ["other"]);
});

test("what was erased is gone", () => {
  thread.takeHistory(page([entry(1, VISITOR, "secret"), entry(2, VISITOR, "two")]));
  thread.erase([1]);

  assert.deepEqual(drawn().map((line) => line.text), ["two"]);
});

test("a note is a note, whoever wrote it", () => {
  thread.takeHistory(page([entry(1, OTHERS, "psst", { kind: "note" })]));

  const [line] = drawn();
  assert.deepEqual([line.kind, line.side, line.mine], ["note", "agent", false]);
});

test("lines of one author stand together until somebody else speaks or time passes", () => {
  thread.takeHistory(
    page([
      entry(1, VISITOR, "a"),
      entry(2, VISITOR, "b"),
      entry(3, MINE, "c"),
      entry(4, MINE, "d", { kind: "note" }),
      entry(5, VISITOR, "e"),
      entry(6, VISITOR, "f", { at: NOON + 10 * MINUTE }),
    ]),
  );

  assert.deepEqual(drawn().map((line) => line.first), [true, false, true, true, true, true]);
});

test("days are separated", () => {
  const before = NOON - 24 * 60 * MINUTE;
  thread.takeHistory(page([entry(1, VISITOR, "a", { at: before }), entry(2, VISITOR, "b")]));

  assert.deepEqual(thread.lines().map((line) => line.kind), ["day", "text", "day", "text"]);
});

test("what is on its way stands at the end and keeps its key when it is stored", () => {
  thread.takeHistory(page([entry(1, VISITOR, "one")]));
  const sent = { id: "mine-1", text: "two", at: NOON + 5000, state: "sending", note: false };

  const pending = drawn([sent]).at(-1);
  assert.deepEqual([pending.text, pending.state], ["two", "sending"]);
  thread.take(entry(2, MINE, "two", { id: "mine-1" }));
  const lines = drawn([sent]);
  assert.equal(lines.length, 2);
  assert.deepEqual([lines.at(-1).key, lines.at(-1).state], [pending.key, ""]);
  assert.equal(thread.stored("mine-1"), true);
});

test("my own stored line does not vanish before its entry arrives", () => {
  thread.takeHistory(page([entry(1, VISITOR, "one")]));
  thread.confirm({ id: "id-3", text: "three", note: false, at: NOON, seq: 3 });

  assert.deepEqual(drawn().map((line) => [line.text, line.state]), [["one", ""], ["three", ""]]);
  assert.equal(thread.behind, true);
  thread.take(entry(2, VISITOR, "two"));
  thread.take(entry(3, MINE, "three"));
  assert.deepEqual(drawn().map((line) => line.text), ["one", "two", "three"]);
});

test("a refused line says so", () => {
  const refused = { id: "x", text: "late", at: NOON, state: "failed", code: "conflict", note: false };

  assert.equal(drawn([refused])[0].state, "failed");
});

test("only the last of my lines he has seen says seen", () => {
  thread.takeHistory(page([entry(1, MINE, "a"), entry(2, MINE, "b"), entry(3, MINE, "c")]));
  thread.seenByVisitor(2);

  assert.deepEqual(drawn().map((line) => line.state), ["", "seen", ""]);
});

test("what came since it was read last stands under a line of its own", () => {
  thread.freshAfter = 1;
  thread.takeHistory(page([entry(1, VISITOR, "old"), entry(2, MINE, "mine"), entry(3, VISITOR, "new")]));

  assert.deepEqual(drawn().map((line) => line.kind), ["text", "text", "fresh", "text"]);
});

test("whoever types is told until he stops, speaks, or is not heard of", () => {
  thread.types(VISITOR, true, 0, "Could you");
  assert.deepEqual(thread.typing(1), [{ name: "Amina", kind: "visitor", text: "Could you" }]);
  thread.types(VISITOR, false, 2);
  assert.deepEqual(thread.typing(3), []);
  thread.types(VISITOR, true, 10);
  assert.deepEqual(thread.typing(10 + TYPING_MS), []);
  thread.types(VISITOR, true, 20);
  thread.takeHistory(page([]));
  thread.take(entry(1, VISITOR, "Could you help?"));
  assert.deepEqual(thread.typing(21), []);
});

test("events are sentences with names", () => {
  const event = (name) => eventText({ kind: "event", author: OTHERS, event: name, data: { event: name } });

  assert.equal(event("joined"), "Jonas answers now");
  assert.equal(event("closed"), "Jonas closed this chat");
  assert.equal(event("unheard-of"), "unheard-of");
});
