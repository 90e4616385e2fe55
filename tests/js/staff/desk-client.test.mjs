import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { DeskClient } from "../../../static/js/staff/desk-client.js";

const ME = { id: 7, name: "Mei Lin" };
const VISITOR = { kind: "visitor", name: "Amina" };

/** A line whose other end is the test. */
class Line extends EventTarget {
  sent = [];
  up = true;
  answers = () => Promise.resolve({ seq: 1, at: 1 });
  #listeners = new Map();

  start() {}

  stop() {}

  on(type, listener) {
    this.#listeners.set(type, listener);
    return () => this.#listeners.delete(type);
  }

  send(frame) {
    if (this.up) this.sent.push(frame);
    return this.up;
  }

  request(frame) {
    if (!this.send(frame)) return Promise.reject({ code: "gone" });
    return this.answers(frame);
  }

  tell(frame) {
    this.#listeners.get(frame.type)?.(frame);
  }

  turn(state, code) {
    this.dispatchEvent(new CustomEvent("state", { detail: { state, code } }));
  }

  /** What was sent of one type, since the last time it was asked for. */
  take(type) {
    const found = this.sent.filter((frame) => frame.type === type);
    this.sent = this.sent.filter((frame) => frame.type !== type);
    return found;
  }
}

let line;
let client;
beforeEach((context) => {
  line = new Line();
  client = new DeskClient({ socket: line, me: ME, place: null, now: () => 1_000_000 });
  client.start();
  context.after?.(() => client.stop());
});

const settled = () => new Promise((resolve) => setTimeout(resolve));
const welcome = () => line.tell({ type: "live.welcome", time: 1_000_500 });
const entry = (seq, text) => ({ seq, id: `id-${seq}`, kind: "text", author: VISITOR, text, at: seq });

function history(messages, last_seq) {
  line.tell({ type: "chat.history", conversation: "c", epoch: 1, messages, last_seq });
}

test("a welcome asks for every list that is counted and takes the server's time", () => {
  welcome();

  const watched = ["waiting", "mine", "unanswered", "mentions", "snoozed", "all"];
  assert.deepEqual(line.take("desk.watch").map(({ list }) => list), watched);
  assert.equal(client.now(), 1_000_500);
});

test("a gap in what is said is asked for once, and again page by page", () => {
  client.join("c");
  history([entry(1, "one")], 1);
  line.tell({ type: "chat.said", conversation: "c", ...entry(4, "four") });
  line.tell({ type: "chat.said", conversation: "c", ...entry(5, "five") });

  assert.deepEqual(line.take("chat.since"), [{ type: "chat.since", conversation: "c", seq: 1 }]);
  history([entry(2, "two")], 5);
  assert.deepEqual(line.take("chat.since").map(({ seq }) => seq), [2]);
  history([entry(3, "three"), entry(4, "four"), entry(5, "five")], 5);
  assert.deepEqual(line.take("chat.since"), []);
  assert.equal(client.threads.get("c").last, 5);
});

test("a beat that is ahead of the thread mends it", () => {
  client.join("c");
  history([entry(1, "one")], 1);
  line.tell({ type: "live.beat", heads: { c: 3, unknown: 9 } });

  assert.deepEqual(line.take("chat.since").map(({ seq }) => seq), [1]);
});

test("a new line joins what was open, from where it was", () => {
  client.join("c");
  history([entry(1, "one"), entry(2, "two")], 2);
  line.take("chat.join");
  welcome();

  assert.deepEqual(line.take("chat.join"), [{ type: "chat.join", conversation: "c", last_seq: 2 }]);
});

test("what is written while the line is down goes when it is back, once", async () => {
  welcome();
  line.up = false;
  line.turn("waiting");
  client.say("c", "hello", false);
  await settled();
  assert.deepEqual(client.outbox.of("c").map(({ text }) => text), ["hello"]);

  line.up = true;
  welcome();
  await settled();
  assert.deepEqual(line.take("chat.say").map(({ text }) => text), ["hello"]);
  assert.deepEqual(client.outbox.of("c"), []);
});

test("a stored line stands in the thread before its entry comes", async () => {
  welcome();
  client.join("c");
  history([entry(1, "one")], 1);
  line.answers = () => Promise.resolve({ seq: 2, at: 5 });
  client.say("c", "mine", false);
  await settled();

  const texts = client.threads.get("c").lines(client.outbox.of("c")).map(({ text }) => text);
  assert.deepEqual(texts.filter(Boolean), ["one", "mine"]);
});

test("what another screen of mine said about me counts here too", () => {
  welcome();
  client.setStatus("available");
  line.tell({ type: "desk.staff", people: [{ ...ME, state: "away", load: 0 }] });

  assert.equal(client.status, "away");
  line.take("desk.status");
  welcome();
  assert.deepEqual(line.take("desk.status"), []);
});

test("reading is told once, and only what is new", () => {
  line.tell({ type: "desk.changed", conversation: "c", status: "waiting", last_seq: 1, unread: 1 });
  client.join("c");
  history([entry(1, "one")], 1);
  client.see("c");
  client.see("c");

  assert.deepEqual(line.take("chat.seen").map(({ seq }) => seq), [1]);
});

test("typing is said at most every three seconds, and its end once", () => {
  client.typing.on("c", false);
  client.typing.on("c", false);
  client.typing.off("c");
  client.typing.off("c");

  const told = line.take("chat.typing");
  assert.deepEqual(told.map(({ on }) => on), [undefined, false]);
});

test("numbers are watched together, the open visitor's first, and again on a new line", async () => {
  client.counts.watch("articles", [1, 2]);
  client.counts.watch("visitor", [9]);
  client.counts.afresh();
  assert.deepEqual(line.take("audience.watch").map(({ articles }) => articles), [[9, 1, 2]]);
  line.tell({ type: "audience.counts", counts: { 9: { clicks: 5, open: 1, reading: 1 } } });
  line.tell({ type: "audience.counts", counts: { 9: { clicks: 4, open: 0, reading: 0 } } });

  assert.deepEqual(client.counts.of(9), { clicks: 5, open: 0, reading: 0 });
  welcome();
  assert.equal(line.take("audience.watch").length, 1);
});

test("where a visitor was before stands behind where he is", () => {
  const row = { status: "open", last_seq: 1, url: "/a", title: "A", article: 1 };
  line.tell({ type: "desk.changed", conversation: "c", ...row });
  line.tell({ type: "chat.where", conversation: "c", url: "/b", title: "B", article: 2 });
  line.tell({ type: "chat.where", conversation: "c", url: "/b", title: "B", article: 2 });

  assert.equal(client.trails.here("c").title, "B");
  assert.deepEqual(client.trails.before("c").map(({ title }) => title), ["A"]);
});

test("after a resync what is open is read from the beginning", () => {
  welcome();
  client.join("c");
  history([entry(1, "one"), entry(2, "two")], 2);
  line.take("chat.join");
  line.turn("waiting", 4002);
  line.turn("connecting", 4002);
  welcome();

  assert.deepEqual(line.take("chat.join").map(({ last_seq }) => last_seq), [0]);
  history([entry(1, "one"), entry(2, "two")], 2);
  assert.equal(client.threads.get("c").last, 2);
});

test("another epoch is read from the beginning, also where it is shorter", () => {
  client.join("c");
  history([entry(1, "one"), entry(2, "two"), entry(3, "three")], 3);
  line.tell({ type: "chat.history", conversation: "c", epoch: 2, messages: [], last_seq: 1 });

  assert.deepEqual(line.take("chat.since").map(({ seq }) => seq), [0]);
  line.tell({ type: "chat.history", conversation: "c", epoch: 2, messages: [entry(1, "restored")], last_seq: 1 });
  const texts = client.threads.get("c").lines([]).map(({ text }) => text).filter(Boolean);
  assert.deepEqual(texts, ["restored"]);
});

test("the desk says when the servers do not hear each other, and a new line begins well", () => {
  const told = [];
  client.addEventListener("slow", ({ detail }) => told.push(detail.slow));
  line.tell({ type: "live.health", degraded: true });
  line.tell({ type: "live.health", degraded: false });
  line.tell({ type: "live.health", degraded: true });
  line.tell({ type: "live.welcome", time: 1 });

  assert.deepEqual(told, [true, false, true, false]);
});
