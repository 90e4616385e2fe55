import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { DeskOutbox } from "../../../static/js/staff/desk-outbox.js";

/** As much of a Storage as is used: its keys are its own properties. */
function storage() {
  const place = Object.create({
    getItem(key) {
      return this[key] ?? null;
    },
    setItem(key, value) {
      this[key] = String(value);
    },
    removeItem(key) {
      delete this[key];
    },
  });
  return place;
}

let place;
let sent;
let answer;
beforeEach(() => {
  place = storage();
  sent = [];
  answer = () => Promise.resolve({ seq: 1, at: 1 });
});

function outbox() {
  const send = (frame) => {
    sent.push(frame);
    return answer(frame);
  };
  return new DeskOutbox({ send, changed: () => {}, place, now: () => 5 });
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

test("an answer is said and a note is noted, each with an id", async () => {
  const box = outbox();
  box.open();
  box.add("c", "hello", false);
  box.add("c", "psst", true);
  await settled();

  assert.deepEqual(sent.map(({ type, text }) => [type, text]), [["chat.say", "hello"], ["chat.note", "psst"]]);
  assert.ok(sent.every(({ id }) => id.length >= 16));
  assert.deepEqual(box.of("c"), []);
});

test("without a line everything waits, in order, and goes when it is back", async () => {
  const box = outbox();
  box.add("c", "one", false);
  box.add("c", "two", false);
  await settled();

  assert.deepEqual(sent, []);
  assert.deepEqual(box.of("c").map((each) => each.text), ["one", "two"]);
  box.open();
  await settled();
  assert.deepEqual(sent.map((each) => each.text), ["one", "two"]);
});

test("a line lost on its way is repeated under the same id", async () => {
  const box = outbox();
  answer = () => Promise.reject({ code: "gone" });
  box.open();
  box.add("c", "one", false);
  await settled();
  answer = () => Promise.resolve({ seq: 1, at: 1 });
  box.pause();
  box.open();
  await settled();

  assert.equal(sent.length, 2);
  assert.equal(sent[0].id, sent[1].id);
});

test("what a former page left unsent goes out without its thread being opened", async () => {
  outbox().add("c", "from before", false);
  const box = outbox();
  box.open();
  await settled();

  assert.deepEqual(sent.map(({ conversation, text }) => [conversation, text]), [["c", "from before"]]);
});

test("a refused answer keeps its text and the name of who stood in the way", async () => {
  const box = outbox();
  answer = () => Promise.reject({ code: "conflict", by: { name: "Jonas" } });
  box.open();
  box.add("c", "late", false);
  await settled();

  const [line] = box.of("c");
  assert.deepEqual([line.state, line.by.name, line.note], ["failed", "Jonas", false]);
  assert.equal(box.takeBack(line), "late");
  assert.deepEqual(box.of("c"), []);
});

test("a refused note never travels as an answer", async () => {
  const box = outbox();
  answer = () => Promise.reject({ code: "too_long" });
  box.open();
  box.add("c", "secret", true);
  await settled();
  box.again(box.of("c")[0]);
  await settled();

  assert.ok(sent.length >= 2 && sent.every(({ type }) => type === "chat.note"));
});

test("conversations do not wait for each other", async () => {
  const box = outbox();
  answer = ({ conversation }) => (conversation === "a" ? new Promise(() => {}) : Promise.resolve({ seq: 1 }));
  box.open();
  box.add("a", "stuck", false);
  box.add("b", "free", false);
  await settled();

  assert.deepEqual(box.of("b"), []);
  assert.equal(box.of("a").length, 1);
});
