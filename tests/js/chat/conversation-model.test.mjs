import assert from "node:assert/strict";
import { test } from "node:test";

import { ConversationModel } from "../../../static/js/chat/conversation-model.js";

const own = (seq, text = `own ${seq}`) => ({ seq, kind: "text", id: `id-${seq}`, author: { kind: "visitor", name: "" }, text, at: seq });
const hers = (seq, text = `hers ${seq}`) => ({ seq, kind: "text", id: `a-${seq}`, author: { kind: "agent", name: "Mara" }, text, at: seq });
const opened = (last_seq = 0, more = {}) => ({ conversation: "c", epoch: 1, last_seq, status: "waiting", ...more });

function model(last_seq = 0, more = {}) {
  const conversation = new ConversationModel();
  conversation.opened(opened(last_seq, more));
  return conversation;
}

test("history arrives in pages, and there is a gap until the head is reached", () => {
  const conversation = model(3);
  const page = { conversation: "c", epoch: 1, last_seq: 3 };

  assert.equal(conversation.hasGap, true);
  conversation.page({ ...page, messages: [own(1), hers(2)] });
  assert.equal(conversation.head, 2);
  assert.equal(conversation.hasGap, true);
  conversation.page({ ...page, messages: [hers(3)] });
  assert.equal(conversation.hasGap, false);
  assert.deepEqual(conversation.visible.map((entry) => entry.seq), [1, 2, 3]);
});

test("an entry behind a gap is not shown until the gap is filled, and then in order", () => {
  const conversation = model();
  conversation.put(hers(1));
  conversation.put(hers(3));

  assert.equal(conversation.hasGap, true);
  assert.deepEqual(conversation.visible.map((entry) => entry.seq), [1]);
  conversation.put(hers(2));
  assert.deepEqual(conversation.visible.map((entry) => entry.seq), [1, 2, 3]);
});

test("one's own stored message does not vanish behind a gap", () => {
  const conversation = model();
  conversation.put(own(2));

  assert.deepEqual(conversation.visible.map((entry) => entry.seq), [2]);
  assert.equal(conversation.hasGap, true);
});

test("what is told twice is there once", () => {
  const conversation = model();

  assert.equal(conversation.put(hers(1)), true);
  assert.equal(conversation.put(hers(1)), false);
  assert.equal(conversation.visible.length, 1);
});

test("a void entry takes its number and shows nothing", () => {
  const conversation = model();
  conversation.put(hers(1));
  conversation.put({ seq: 2, kind: "void" });
  conversation.put(hers(3));

  assert.equal(conversation.head, 3);
  assert.equal(conversation.hasGap, false);
  assert.deepEqual(conversation.visible.map((entry) => entry.seq), [1, 3]);
  assert.equal(conversation.unread, 2);
});

test("another epoch means reading from the beginning", () => {
  const conversation = model(2);
  conversation.put(hers(1));
  conversation.put(hers(2));

  assert.equal(conversation.opened({ ...opened(1), epoch: 2 }), true);
  assert.equal(conversation.head, 0);
  assert.equal(conversation.hasGap, true);
  assert.deepEqual(conversation.visible, []);
});

test("a page of another epoch begins afresh, one of another conversation is dropped", () => {
  const conversation = model(2);
  conversation.put(hers(1));
  conversation.page({ conversation: "other", epoch: 1, messages: [hers(9)], last_seq: 9 });

  assert.equal(conversation.lastSeq, 2);
  conversation.page({ conversation: "c", epoch: 2, messages: [hers(1, "again")], last_seq: 1 });
  assert.deepEqual(conversation.visible.map((entry) => entry.text), ["again"]);
});

test("a beat that knows more than we have opens a gap", () => {
  const conversation = model();
  conversation.put(hers(1));
  conversation.beat({ other: 7 });

  assert.equal(conversation.hasGap, false);
  conversation.beat({ c: 4 });
  assert.equal(conversation.hasGap, true);
  assert.equal(conversation.head, 1);
});

test("unread counts what staff said after the last thing seen, and no event", () => {
  const conversation = model(0, { seen: 1 });
  conversation.put(hers(1));
  conversation.put({ seq: 2, kind: "event", event: "joined", author: { kind: "agent", name: "Mara" }, text: "" });
  conversation.put(hers(3));

  assert.equal(conversation.unread, 1);
  conversation.sawUpTo(3);
  assert.equal(conversation.unread, 0);
  assert.equal(conversation.sawUpTo(2), false);
  assert.equal(conversation.seen, 3);
});

test("a conversation waits for an answer until staff have the last word, whatever happened since", () => {
  const conversation = model();
  assert.equal(conversation.unanswered, false);
  conversation.put(own(1));
  assert.equal(conversation.unanswered, true);
  conversation.put(hers(2));
  conversation.put({ seq: 3, kind: "event", event: "left", author: { kind: "agent", name: "Mara" }, text: "" });
  assert.equal(conversation.unanswered, false);
  conversation.put(own(4));
  assert.equal(conversation.unanswered, true);
});

test("an erased entry is gone, and a late copy of it does not bring it back", () => {
  const conversation = model();
  conversation.put(hers(1, "secret"));
  conversation.erase([1]);
  conversation.put(hers(1, "secret"));

  assert.deepEqual(conversation.visible, []);
  assert.equal(conversation.head, 1);
});

test("who answers is known after a reload from what was said", () => {
  const conversation = model(1, { status: "open" });
  conversation.put(hers(1));

  assert.equal(conversation.answers.name, "Mara");
  conversation.state({ status: "open", agent: { name: "Tomas" } });
  assert.equal(conversation.answers.name, "Tomas");
  conversation.state({ status: "waiting" });
  assert.equal(conversation.answers, null);
});
