import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { makeId, OutboxModel } from "../../../static/js/chat/outbox-model.js";

/** A storage like the browser's. */
function storage(kept = new Map()) {
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

/** A server whose answers are written down beforehand; without one it stores. */
function server(...answers) {
  const asked = [];
  const send = async ({ id, text }) => {
    asked.push({ id, text });
    const answer = answers.shift();
    if (answer) throw answer;
  };
  return { send, asked, texts: () => asked.map((each) => each.text) };
}

const turn = () => new Promise((done) => setImmediate(done));

test("nothing goes out before the line is open, then all of it in order", async () => {
  const { send, texts } = server();
  const outbox = new OutboxModel({ send, place: storage() });
  for (const text of ["one", "two", "three"]) outbox.add(text);
  await turn();

  assert.deepEqual(texts(), []);
  outbox.open();
  await turn();
  assert.deepEqual(texts(), ["one", "two", "three"]);
  assert.deepEqual(outbox.items, []);
});

test("a line that breaks keeps the message, and it goes out again under the same id", async () => {
  const { send, asked } = server({ code: "gone" });
  const outbox = new OutboxModel({ send, place: storage() });
  outbox.open();
  const { id } = outbox.add("hello");
  await turn();

  assert.equal(outbox.items[0].state, "waiting");
  outbox.open();
  await turn();
  assert.deepEqual(asked.map((each) => each.id), [id, id]);
  assert.deepEqual(outbox.items, []);
});

test("an answer that never comes is asked for again, under the same id, five times if need be", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { send, asked } = server(...Array(5).fill({ code: "timeout" }));
  const outbox = new OutboxModel({ send, place: storage() });
  outbox.open();
  outbox.add("hello");
  for (let i = 0; i < 6; i += 1) {
    await turn();
    mock.timers.tick(45_000);
  }
  await turn();
  mock.timers.reset();

  assert.equal(asked.length, 6);
  assert.equal(new Set(asked.map((each) => each.id)).size, 1);
  assert.deepEqual(outbox.items, []);
});

test("who writes too fast waits as long as he is told, and loses nothing", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { send, texts } = server(null, { code: "limited", retry_ms: 4_000 });
  const outbox = new OutboxModel({ send, place: storage(), now: () => 1_000 });
  outbox.open();
  for (const text of ["one", "two", "three"]) outbox.add(text);
  await turn();

  assert.equal(outbox.items[0].retryAt, 5_000);
  assert.equal(outbox.items[0].state, "waiting");
  mock.timers.tick(3_999);
  await turn();
  assert.deepEqual(texts(), ["one", "two"]);
  mock.timers.tick(1);
  await turn();
  mock.timers.reset();
  assert.deepEqual(texts(), ["one", "two", "two", "three"]);
  assert.deepEqual(outbox.items, []);
});

test("a refusal for good is shown, holds up nobody, and can be edited", async () => {
  const { send, texts } = server({ code: "too_long" });
  const outbox = new OutboxModel({ send, place: storage() });
  outbox.open();
  const { id } = outbox.add("far too long");
  outbox.add("next");
  await turn();

  assert.deepEqual(texts(), ["far too long", "next"]);
  assert.deepEqual(outbox.items.map(({ state, code }) => [state, code]), [["failed", "too_long"]]);
  assert.equal(outbox.take(id), "far too long");
  assert.deepEqual(outbox.items, []);
});

test("after a conflict the message goes out under a new id", async () => {
  const { send, asked } = server({ code: "conflict" });
  const outbox = new OutboxModel({ send, place: storage() });
  outbox.open();
  const { id } = outbox.add("hello");
  await turn();
  outbox.retry(id);
  await turn();

  assert.equal(asked.length, 2);
  assert.notEqual(asked[0].id, asked[1].id);
  assert.deepEqual(outbox.items, []);
});

test("the box survives the page: sending becomes waiting, failed stays failed", async () => {
  const place = storage();
  const first = new OutboxModel({ send: async ({ text }) => { if (text === "bad") throw { code: "closed" }; await new Promise(() => {}); }, place });
  first.open();
  const bad = first.add("bad");
  const good = first.add("good");
  await turn();
  const second = new OutboxModel({ send: async () => {}, place });

  assert.deepEqual(second.items.map(({ id, state }) => [id, state]), [[bad.id, "failed"], [good.id, "waiting"]]);
});

test("what history already has leaves the box, and a late refusal does not bring it back", async () => {
  let refuse;
  const outbox = new OutboxModel({ send: () => new Promise((_, no) => { refuse = no; }), place: storage() });
  outbox.open();
  const { id } = outbox.add("hello");
  outbox.stored(id);
  refuse({ code: "timeout" });
  await turn();

  assert.deepEqual(outbox.items, []);
  outbox.stop();
});

test("a refusal of an earlier line does not close the present one", async () => {
  const fails = [];
  let calls = 0;
  const send = () => (calls++ === 0 ? new Promise((_, no) => fails.push(no)) : Promise.resolve());
  const outbox = new OutboxModel({ send, place: storage() });
  outbox.open();
  outbox.add("hello");
  outbox.pause();
  outbox.open();
  fails[0]({ code: "gone" });
  await turn();

  assert.equal(calls, 2);
  assert.deepEqual(outbox.items, []);
});

test("a page that comes back takes what the pages in between added and sent", async () => {
  const place = storage();
  const first = new OutboxModel({ send: async () => {}, place });
  first.add("sent meanwhile");
  const second = new OutboxModel({ send: async () => {}, place });
  second.open();
  await turn();
  second.pause();
  second.add("written meanwhile");
  first.reread();

  assert.deepEqual(first.items.map((item) => item.text), ["written meanwhile"]);
});

test("what another tab could not send goes out from here, once", async () => {
  const { send, asked } = server();
  const outbox = new OutboxModel({ send, place: storage() });
  outbox.open();
  const items = [{ id: "a".repeat(22), text: "theirs", at: 1, state: "sending" }];
  outbox.pause();
  outbox.adopt(items);
  outbox.adopt(items);
  outbox.open();
  await turn();

  assert.deepEqual(asked, [{ id: "a".repeat(22), text: "theirs" }]);
  assert.deepEqual(outbox.items, []);
});

test("four refusals in a row, of either kind, and nothing is lost or sent twice at once", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const refusals = ["limited", "busy", "limited", "busy"].map((code) => ({ code, retry_ms: 2_000 }));
  const { send, asked } = server(...refusals);
  const outbox = new OutboxModel({ send, place: storage() });
  outbox.open();
  for (const text of ["one", "two"]) outbox.add(text);
  for (let n = 0; n < 4; n += 1) {
    await turn();
    assert.equal(asked.length, n + 1);
    mock.timers.tick(3_000);
  }
  await turn();
  mock.timers.reset();

  assert.deepEqual(asked.map(({ text }) => text), ["one", "one", "one", "one", "one", "two"]);
  assert.deepEqual(outbox.items, []);
});

test("denied storage costs nothing but the reload", async () => {
  const denied = () => { throw new Error("denied"); };
  const { send, texts } = server();
  const outbox = new OutboxModel({ send, place: { getItem: denied, setItem: denied, removeItem: denied } });
  outbox.open();
  outbox.add("hello");
  await turn();

  assert.deepEqual(texts(), ["hello"]);
});

test("an id is what the protocol wants of one", () => {
  assert.match(makeId(), /^[A-Za-z0-9_-]{22}$/);
  assert.notEqual(makeId(), makeId());
});
