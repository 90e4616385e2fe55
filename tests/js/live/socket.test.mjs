import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

/** The parts of a browser that the socket touches. */
class FakeSocket extends EventTarget {
  static CLOSING = 2;
  static made = [];
  readyState = 0;
  sent = [];
  closedWith = [];

  constructor(url) {
    super();
    if (FakeSocket.broken) throw new Error("blocked");
    this.url = url;
    FakeSocket.made.push(this);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close(code) {
    this.readyState = 3;
    this.closedWith.push(code);
  }

  open() {
    this.readyState = 1;
    this.onopen?.({});
  }

  tell(frame) {
    this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }

  lose(code = 1006, reason = "") {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }

  welcome(fields = {}) {
    this.open();
    this.tell({ type: "live.welcome", protocol: 1, time: 1, beat_seconds: 20, ...fields });
  }
}

const page = new EventTarget();
let reported;
let answerCheck;

/** @type {typeof import("../../../static/js/live/socket.js").LiveSocket} */
let LiveSocket;
let live;
let states;

beforeEach(async () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  mock.method(Math, "random", () => 0.5);
  FakeSocket.made = [];
  FakeSocket.broken = false;
  reported = [];
  answerCheck = () => Promise.reject(new Error("away"));
  Object.assign(globalThis, {
    WebSocket: FakeSocket,
    document: Object.assign(new EventTarget(), { visibilityState: "visible", prerendering: false }),
    location: new URL("http://portal.example/news/x"),
    addEventListener: page.addEventListener.bind(page),
    removeEventListener: page.removeEventListener.bind(page),
    reportError: (error) => reported.push(error),
    fetch: (...asked) => answerCheck(...asked),
  });
  Object.defineProperty(globalThis, "navigator", { value: { onLine: true }, configurable: true });
  ({ LiveSocket } = await import("../../../static/js/live/socket.js"));
  live = new LiveSocket({ url: "/live", hello: () => ({ article: 42 }) });
  states = [];
  live.addEventListener("state", (event) => states.push(event.detail));
});

afterEach(() => {
  live.stop();
  mock.timers.reset();
  mock.restoreAll();
});

const last = () => FakeSocket.made.at(-1);
const happen = (name, fields = {}) => page.dispatchEvent(Object.assign(new Event(name), fields));

test("it connects, says hello and is open once it was welcomed", () => {
  live.start();
  last().open();
  const beforeWelcome = live.state;
  last().tell({ type: "live.welcome", protocol: 1, desk: { open: true } });

  assert.equal(last().url, "ws://portal.example/live");
  assert.deepEqual(last().sent, [{ article: 42, type: "live.hello", protocol: 1 }]);
  assert.equal(beforeWelcome, "connecting");
  assert.equal(live.state, "open");
  assert.deepEqual(live.welcome.desk, { open: true });
});

test("whatever ends it, it comes back, for ever", () => {
  live.start();
  for (let n = 0; n < 300; n += 1) {
    const before = FakeSocket.made.length;
    if (n % 3 === 0) last().welcome();
    if (n % 7 === 0) FakeSocket.broken = true;
    last().lose([1006, 1000, 1012, 4000, 4001, 4003][n % 6]);
    mock.timers.tick(30_001);
    FakeSocket.broken = false;
    mock.timers.tick(30_001);

    assert.ok(FakeSocket.made.length > before, `after loss ${n}`);
  }
});

test("while it waits it says until when", () => {
  live.start();
  last().welcome();
  last().lose(1006);
  const { state, retryAt } = states.at(-1);
  mock.timers.tick(retryAt - Date.now() - 1);
  const before = FakeSocket.made.length;
  mock.timers.tick(1);

  assert.equal(state, "waiting");
  assert.equal(before, 1);
  assert.equal(FakeSocket.made.length, 2);
});

test("live.retry decides when to come back, once", () => {
  live.start();
  last().welcome();
  last().tell({ type: "live.retry", after_ms: 12_345 });
  last().lose(4000);
  const asked = states.at(-1).retryAt - Date.now();
  mock.timers.tick(12_345);
  last().lose(1006);
  const next = states.at(-1).retryAt - Date.now();

  assert.equal(asked, 12_345);
  assert.ok(next < 2_000);
});

test("a refusal is final, even when the network or the page comes back", () => {
  live.start();
  last().welcome();
  last().lose(4502, "signed out");
  happen("online");
  mock.timers.tick(3_600_000);

  assert.equal(live.state, "refused");
  assert.equal(states.at(-1).reason, "signed out");
  assert.equal(FakeSocket.made.length, 1);
});

test("45 seconds of silence and it starts afresh", () => {
  live.start();
  last().welcome();
  mock.timers.tick(44_000);
  last().tell({ type: "live.beat", heads: {} });
  mock.timers.tick(44_000);
  const still = live.state;
  mock.timers.tick(1_001);

  assert.equal(still, "open");
  assert.equal(live.state, "waiting");
  assert.deepEqual(last().closedWith, [1000]);
});

test("a handshake that hangs is given up", () => {
  live.start();
  mock.timers.tick(15_000);
  const state = live.state;
  mock.timers.tick(30_000);

  assert.equal(state, "waiting");
  assert.ok(FakeSocket.made.length > 1);
});

test("online, visible and pageshow mean: now", () => {
  live.start();
  for (let n = 0; n < 6; n += 1) {
    last().lose();
    mock.timers.tick(30_001);
  }
  last().lose();
  const before = FakeSocket.made.length;
  happen("online");
  const afterOnline = FakeSocket.made.length;
  last().lose();
  document.dispatchEvent(new Event("visibilitychange"));

  assert.equal(afterOnline, before + 1);
  assert.equal(FakeSocket.made.length, before + 2);
});

test("a handshake begun on another network is not waited for", () => {
  live.start();
  happen("online");
  const atOnce = FakeSocket.made.length;
  mock.timers.tick(5_000);
  happen("online");

  assert.equal(atOnce, 1);
  assert.equal(FakeSocket.made.length, 2);
});

test("a page in the back-forward cache holds no socket, and takes it up again", () => {
  live.start();
  const first = last();
  first.welcome();
  happen("pagehide", { persisted: true });
  const asleep = live.state;
  mock.timers.tick(3_600_000);
  const made = FakeSocket.made.length;
  happen("pageshow", { persisted: true });
  last().welcome();

  assert.deepEqual(first.closedWith, [1000]);
  assert.equal(asleep, "waiting");
  assert.equal(made, 1);
  assert.equal(FakeSocket.made.length, 2);
  assert.equal(live.state, "open");
});

test("a prerendered page opens no socket before it is shown", () => {
  document.prerendering = true;
  live.start();
  const before = FakeSocket.made.length;
  document.prerendering = false;
  document.dispatchEvent(new Event("prerenderingchange"));

  assert.equal(before, 0);
  assert.equal(FakeSocket.made.length, 1);
});

test("a request is answered by its ref, refused with its code, or gone with the line", async () => {
  live.start();
  last().welcome();
  const said = live.request({ type: "chat.say", text: "hi" });
  const taken = live.request({ type: "chat.claim" });
  const gone = live.request({ type: "chat.open" });
  const late = live.request({ type: "chat.leave" }, { timeout: 5 });
  const [, ...sent] = last().sent;
  last().tell({ type: "chat.stored", ref: sent[0].ref, seq: 7 });
  last().tell({ type: "error", ref: sent[1].ref, code: "taken", by: { id: 2 }, message: "no" });
  mock.timers.tick(5);
  last().lose();

  assert.equal((await said).seq, 7);
  await assert.rejects(taken, { name: "LiveError", code: "taken", by: { id: 2 }, message: "no" });
  await assert.rejects(late, { code: "timeout" });
  await assert.rejects(gone, { code: "gone" });
  await assert.rejects(live.request({ type: "x" }), { code: "gone" });
  assert.equal(live.send({ type: "x" }), false);
});

test("listeners hear their type, and one that breaks does not silence the others", () => {
  const heard = [];
  live.on("news.changed", () => {
    throw new Error("planted");
  });
  const deaf = live.on("news.changed", (frame) => heard.push(frame.article));
  live.start();
  last().welcome();
  last().tell({ type: "news.changed", article: 1 });
  last().tell("no JSON");
  deaf();
  last().tell({ type: "news.changed", article: 2 });

  assert.deepEqual(heard, [1]);
  assert.equal(reported.length, 2);
  assert.equal(live.state, "open");
});

test("a hello that breaks still says hello", () => {
  live = new LiveSocket({
    url: "/live",
    hello: () => {
      throw new Error("planted");
    },
  });
  live.start();
  last().welcome();

  assert.equal(last().sent[0].type, "live.hello");
  assert.equal(live.state, "open");
});

/** Fail so many handshakes, one after the other. */
async function fails(times) {
  for (let n = 0; n < times; n += 1) {
    if (n) mock.timers.tick(30_001);
    last().lose(1006);
    await settled();
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("after three handshakes that never opened the server is asked why, at its own door", async () => {
  const asked = [];
  answerCheck = async (url) => {
    asked.push(String(url));
    return { json: async () => ({ ok: false, reason: "busy", retry_ms: 8000 }) };
  };
  live.start();
  await fails(2);
  const before = asked.length;
  mock.timers.tick(30_001);
  last().lose(1006);
  await settled();
  const made = FakeSocket.made.length;
  const { retryAt, reason } = states.at(-1);

  assert.equal(before, 0);
  assert.deepEqual(asked, ["http://portal.example/live/check"]);
  assert.deepEqual([live.state, reason, retryAt - Date.now()], ["waiting", "busy", 12_000]);
  mock.timers.tick(12_000);
  assert.equal(FakeSocket.made.length, made + 1);
});

test("a server that does not even answer the question is away, and is tried again", async () => {
  live.start();
  await fails(3);
  const { state, reason } = states.at(-1);
  mock.timers.tick(30_001);

  assert.deepEqual([state, reason], ["waiting", "away"]);
  assert.equal(FakeSocket.made.length, 4);
});

test("a page under a foreign name learns that it will never have a socket", async () => {
  answerCheck = async () => ({ json: async () => ({ ok: false, reason: "origin" }) });
  live.start();
  await fails(3);
  mock.timers.tick(3_600_000);

  assert.deepEqual([live.state, states.at(-1).reason], ["refused", "origin"]);
  assert.equal(FakeSocket.made.length, 3);
});

test("an answer that is missing while nothing else comes makes the line suspect", async () => {
  live.start();
  last().welcome();
  mock.timers.tick(6_000);
  const asked = live.request({ type: "chat.say" });
  mock.timers.tick(10_000);
  const probe = last().sent.at(-1);
  mock.timers.tick(4_000);

  await assert.rejects(asked, { code: "timeout" });
  assert.equal(probe.type, "live.ping");
  assert.equal(live.state, "waiting");
});

test("whoever comes back to a line that died meanwhile has another in a second", () => {
  live.start();
  last().welcome();
  mock.timers.tick(21_000);
  document.dispatchEvent(new Event("visibilitychange"));
  const probe = last().sent.at(-1);
  mock.timers.tick(1_000);

  assert.equal(probe.type, "live.ping");
  assert.equal(FakeSocket.made.length, 2);
});

test("a line that answers is kept, whatever the browser says of its network", () => {
  live.start();
  last().welcome();
  happen("offline");
  last().tell({ type: "live.pong", time: 1 });
  mock.timers.tick(2_000);
  happen("online");
  last().tell({ type: "live.pong", time: 1 });
  mock.timers.tick(2_000);

  assert.equal(live.state, "open");
  assert.equal(FakeSocket.made.length, 1);
  assert.equal(last().sent.filter(({ type }) => type === "live.ping").length, 2);
});

test("without a network it says offline and goes on trying", () => {
  live.start();
  last().welcome();
  happen("offline");
  last().lose(1006);
  mock.timers.tick(30_001);

  assert.equal(live.state, "offline");
  assert.equal(FakeSocket.made.length, 2);
  last().welcome();
  assert.equal(live.state, "open");
});

test("events of a socket that was let go change nothing", () => {
  live.start();
  const old = last();
  const { onmessage, onclose } = old;
  old.welcome();
  mock.timers.tick(45_000);
  mock.timers.tick(30_000);
  last().welcome();
  onclose({ code: 4502, reason: "late" });
  onmessage({ data: JSON.stringify({ type: "live.welcome", desk: "late" }) });

  assert.equal(live.state, "open");
  assert.notEqual(live.welcome.desk, "late");
});

test("a stopped socket stays closed", () => {
  live.start();
  last().welcome();
  live.stop();
  happen("online");
  mock.timers.tick(3_600_000);
  live.start();

  assert.equal(FakeSocket.made.length, 2);
});

test("it knows that messages take longer, until it is told otherwise or begins anew", () => {
  const known = [];
  live.start();
  last().welcome();
  known.push(live.degraded);
  last().tell({ type: "live.health", degraded: true });
  known.push(live.degraded);
  last().tell({ type: "live.health", degraded: false });
  known.push(live.degraded);
  last().tell({ type: "live.health", degraded: true });
  last().lose(1006);
  mock.timers.tick(30_001);
  last().welcome();
  known.push(live.degraded);

  assert.deepEqual(known, [false, true, false, false]);
});
