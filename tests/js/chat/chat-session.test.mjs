import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { ChatSession } from "../../../static/js/chat/chat-session.js";

/** One conversation on the server's side, and the line to it. */
class Line extends EventTarget {
  state = "connecting";
  welcome = null;
  conversation = "c1";
  epoch = 1;
  status = "waiting";
  seen = 0;
  log = [];
  frames = [];
  /** How many entries a page holds. */
  page = 2;
  #hear = new Map();

  on(type, hear) {
    this.#hear.set(type, hear);
    return () => this.#hear.delete(type);
  }
  tell(frame) {
    this.#hear.get(frame.type)?.(frame);
  }
  up() {
    this.state = "open";
    this.welcome = { type: "live.welcome", desk: { open: true, agents: 1 } };
    this.tell(this.welcome);
  }
  down(state = "waiting", code = 1006) {
    this.state = state;
    this.dispatchEvent(Object.assign(new Event("state"), { detail: { state, code } }));
  }
  send(frame) {
    if (this.state !== "open") return false;
    this.frames.push(frame);
    return true;
  }
  async request(frame) {
    if (!this.send(frame)) throw { code: "gone" };
    await null;
    const { conversation, epoch, log, status, seen } = this;
    switch (frame.type) {
      case "chat.open": return { conversation, epoch, last_seq: log.length, status, seen, seen_by_staff: 0 };
      case "chat.since": return { conversation, epoch, messages: log.slice(frame.seq, frame.seq + this.page), last_seq: log.length };
      case "chat.say": return this.store(frame);
      default: return {};
    }
  }
  store({ id, text }) {
    const known = this.log.find((entry) => entry.id === id);
    const entry = known ?? this.add({ kind: "text", id, author: { kind: "visitor", name: "" }, text });
    if (this.lost) return this.down(), Promise.reject({ code: "gone" });
    return { id, conversation: this.conversation, seq: entry.seq, at: entry.at };
  }
  add(entry) {
    this.log.push({ at: 1, ...entry, seq: this.log.length + 1 });
    return this.log.at(-1);
  }
  hers(text) {
    return { type: "chat.said", conversation: this.conversation, ...this.add({ kind: "text", id: `a${this.log.length}`, author: { kind: "agent", name: "Mara" }, text }) };
  }
  asked(type) {
    return this.frames.filter((frame) => frame.type === type);
  }
}

let session;
afterEach(() => session.stop());

function begin(line) {
  session = new ChatSession({ socket: line, place: null });
  session.start();
  return session;
}
const soon = () => new Promise((done) => setTimeout(done, 5));
const texts = () => session.conversation.visible.map((entry) => entry.text);

test("a welcome attaches, and history comes page after page to the head", async () => {
  const line = new Line();
  for (const text of ["a", "b", "c", "d", "e"]) line.hers(text);
  begin(line);
  line.up();
  await soon();

  assert.deepEqual(texts(), ["a", "b", "c", "d", "e"]);
  assert.deepEqual(line.asked("chat.since").map((frame) => frame.seq), [0, 2, 4]);
  assert.equal(session.synced, true);
  assert.match(line.asked("chat.open")[0].visitor, /^[A-Za-z0-9_-]{43}$/);
});

test("after a reconnection only what is missing is asked for", async () => {
  const line = new Line();
  line.hers("a");
  begin(line);
  line.up();
  await soon();
  line.down();
  line.hers("b");
  line.hers("c");
  line.up();
  await soon();

  assert.deepEqual(texts(), ["a", "b", "c"]);
  assert.deepEqual(line.asked("chat.since").map((frame) => frame.seq), [0, 1]);
});

test("a jump in the sequence asks for the gap, and so does a beat that knows more", async () => {
  const line = new Line();
  begin(line);
  line.up();
  await soon();
  line.hers("lost");
  line.tell(line.hers("heard"));
  await soon();

  assert.deepEqual(texts(), ["lost", "heard"]);
  line.hers("silent");
  line.tell({ type: "live.beat", heads: { c1: 3 } });
  await soon();
  assert.deepEqual(texts(), ["lost", "heard", "silent"]);
});

test("a message whose answer was lost is there once, also when history tells it first", async () => {
  const line = new Line();
  begin(line);
  line.up();
  await soon();
  line.lost = true;
  session.say("hello");
  await soon();

  assert.equal(session.outbox.items.length, 1);
  line.lost = false;
  line.up();
  await soon();
  assert.deepEqual(texts(), ["hello"]);
  assert.equal(session.outbox.items.length, 0);
  assert.equal(line.log.length, 1);
});

test("what is written while the line is down goes out when it is back", async () => {
  const line = new Line();
  begin(line);
  session.say("one");
  session.say("two");
  await soon();

  assert.equal(line.log.length, 0);
  line.up();
  await soon();
  assert.deepEqual(line.log.map((entry) => entry.text), ["one", "two"]);
});

test("another epoch is read from the beginning", async () => {
  const line = new Line();
  line.hers("before the copy");
  begin(line);
  line.up();
  await soon();
  line.down();
  line.epoch = 2;
  line.log = [];
  line.hers("after it");
  line.up();
  await soon();

  assert.deepEqual(texts(), ["after it"]);
});

test("when the server begins another conversation, this side follows", async () => {
  const line = new Line();
  line.hers("long ago");
  line.status = "closed";
  begin(line);
  line.up();
  await soon();
  line.conversation = "c2";
  line.status = "waiting";
  line.log = [];
  session.say("me again");
  await soon();

  assert.equal(session.conversation.id, "c2");
  assert.deepEqual(texts(), ["me again"]);
});

test("what was seen is told once, and again if the desk did not hear it", async () => {
  const line = new Line();
  line.hers("a");
  begin(line);
  line.up();
  await soon();
  session.see();
  session.see();

  assert.deepEqual(line.asked("chat.seen").map((frame) => frame.seq), [1]);
  line.down();
  line.up();
  await soon();
  assert.deepEqual(line.asked("chat.seen").map((frame) => frame.seq), [1, 1]);
});

test("seen by staff, and typing, are taken as told", async () => {
  const line = new Line();
  begin(line);
  line.up();
  await soon();
  session.say("hello");
  await soon();
  line.tell({ type: "chat.seen", conversation: "c1", by: "agent", seq: 1 });
  line.tell({ type: "chat.typing", conversation: "c1", author: { kind: "agent", name: "Mara" }, on: true });

  assert.equal(session.conversation.seenByStaff, 1);
  assert.equal(session.typing.by, "Mara");
  line.tell(line.hers("hi"));
  assert.equal(session.typing.by, null);
});

test("frames of another conversation change nothing", async () => {
  const line = new Line();
  begin(line);
  line.up();
  await soon();
  line.tell({ type: "chat.state", conversation: "other", status: "closed" });

  assert.equal(session.conversation.status, "waiting");
});

test("a state told before the answer to chat.open is not lost", async () => {
  const line = new Line();
  line.status = "open";
  begin(line);
  line.up();
  line.tell({ type: "chat.state", conversation: "c1", status: "open", agent: { name: "Mara" } });
  await soon();

  assert.equal(session.conversation.answers.name, "Mara");
});

test("a message to a conversation that was swept goes into the next one", async () => {
  const line = new Line();
  begin(line);
  line.up();
  await soon();
  const store = line.store;
  line.store = () => {
    line.store = store;
    line.conversation = "c2";
    return Promise.reject({ code: "not_found" });
  };
  session.say("still there?");
  await soon();

  assert.equal(session.conversation.id, "c2");
  assert.deepEqual(line.log.map((entry) => entry.text), ["still there?"]);
});

test("typing is told at most once in three seconds, and its end", async () => {
  const line = new Line();
  begin(line);
  line.up();
  await soon();
  session.typing.writes("x");
  session.typing.writes("x");
  session.typing.rests();
  session.typing.rests();

  assert.deepEqual(line.asked("chat.typing"), [{ type: "chat.typing" }, { type: "chat.typing", text: "" }]);
});

test("after a resync everything is read again, and nothing stands there twice", async () => {
  const line = new Line();
  for (const text of ["a", "b", "c"]) line.hers(text);
  begin(line);
  line.up();
  await soon();
  line.down("waiting", 4002);
  line.up();
  await soon();

  assert.deepEqual(line.asked("chat.since").map((frame) => frame.seq), [0, 2, 0, 2]);
  assert.deepEqual(texts(), ["a", "b", "c"]);
  assert.equal(session.synced, true);
});

test("five hundred missed messages come page after page, in order", async () => {
  const line = new Line();
  line.page = 100;
  begin(line);
  line.up();
  await soon();
  line.down();
  const missed = Array.from({ length: 500 }, (_, n) => line.hers(`m${n}`).text);
  line.up();
  await soon();

  assert.deepEqual(texts(), missed);
  assert.deepEqual(line.asked("chat.since").map((frame) => frame.seq), [0, 100, 200, 300, 400]);
});

test("a page that goes hands on what it could not send; what was refused stays with it", async () => {
  const line = new Line();
  const told = new BroadcastChannel("portal.chat");
  const heard = new Promise((done) => told.addEventListener("message", ({ data }) => done(data)));
  begin(line);
  session.handOn();
  session.say("on its way");
  session.outbox.items.push({ id: "x".repeat(22), text: "too long", at: 1, state: "failed", code: "too_long" });
  session.handOn();
  const { kind, items } = await heard;
  told.close();

  assert.equal(kind, "handed");
  assert.deepEqual(items.map((item) => item.text), ["on its way"]);
});

test("that messages take longer is said while the line is good, also if it was told before", async () => {
  const line = new Line();
  line.degraded = true;
  begin(line);
  const before = session.slow;
  line.up();
  await soon();
  let changes = 0;
  session.addEventListener("change", () => (changes += 1));
  const during = session.slow;
  line.degraded = false;
  line.tell({ type: "live.health", degraded: false });

  assert.deepEqual([before, during, session.slow], [false, true, false]);
  assert.equal(changes, 1);
});

test("who is listened to again is let in at once", async () => {
  const line = new Line();
  begin(line);
  line.up();
  await soon();
  line.tell({ type: "chat.blocked", conversation: "c1", until: null });
  const before = session.blocked;
  line.tell({ type: "chat.blocked", conversation: "c1", until: 0 });

  assert.notEqual(before, null);
  assert.equal(session.blocked, null);
});

test("whoever may not even open it is blocked, and not asked again at once", async () => {
  const line = new Line();
  const { request } = line;
  line.request = (frame) => (frame.type === "chat.open" ? (line.send(frame), Promise.reject({ code: "not_allowed" })) : request.call(line, frame));
  begin(line);
  line.up();
  await soon();
  assert.notEqual(session.blocked, null);
  assert.equal(line.asked("chat.open").length, 1);
  line.tell({ type: "chat.blocked", conversation: "c1", until: Date.now() + 20 });
  line.request = request;
  await new Promise((done) => setTimeout(done, 60));

  assert.equal(session.blocked, null);
  assert.equal(session.conversation.id, "c1");
});

test("a conversation that was erased leaves nobody behind, and nothing is asked before he writes", async () => {
  const line = new Line();
  line.hers("hello");
  begin(line);
  line.up();
  await soon();
  const opened = line.asked("chat.open").length;
  let told = 0;
  session.addEventListener("forgotten", () => (told += 1));
  line.tell({ type: "chat.erased", conversation: "c1", seqs: [] });
  await soon();

  assert.deepEqual([texts(), session.conversation.id, told], [[], null, 1]);
  assert.equal(line.asked("chat.open").length, opened);
  session.say("Here I am again");
  await soon();
  assert.equal(line.asked("chat.open").length, opened + 1);
  assert.notEqual(line.asked("chat.open").at(-1).visitor, line.asked("chat.open")[0].visitor);
});
