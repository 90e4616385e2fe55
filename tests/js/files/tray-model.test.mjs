import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { TrayModel } from "../../../static/js/files/tray-model.js";

const TERMS = { largest_bytes: 1_000, files_most: 3 };
const file = (name, size = 10) => ({ name, size });
const turn = () => new Promise((done) => setImmediate(done));

/** A server that answers when it is told to. */
function server() {
  const asked = [];
  const back = [];
  const send = (given, onProgress, signal) =>
    new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject({ code: "aborted", message: "" }));
      const there = () => resolve({ id: `id-${given.name}`, name: given.name, kind: "x/y", size: given.size });
      asked.push({ name: given.name, onProgress, there, reject: (refusal) => reject({ message: "", ...refusal }) });
    });
  return { asked, back, tray: new TrayModel({ send, giveBack: (id) => back.push(id) }) };
}

test("two go up at a time, and what is there keeps the order of choosing", async () => {
  const { tray, asked } = server();
  tray.add([file("a"), file("b"), file("c")], TERMS);

  assert.deepEqual(asked.map(({ name }) => name), ["a", "b"]);
  asked[1].there();
  await turn();
  assert.deepEqual(asked.map(({ name }) => name), ["a", "b", "c"]);
  asked[2].there();
  asked[0].there();
  await turn();
  assert.deepEqual(tray.files.map(({ id }) => id), ["id-a", "id-b", "id-c"]);
  assert.equal(tray.busy, false);
});

test("what is too large or too much is said and never sent", () => {
  const { tray, asked } = server();
  const left = tray.add([file("huge", 1_001), ...["a", "b", "c", "d"].map((name) => file(name))], TERMS);

  assert.deepEqual(left.tooLarge.map(({ name }) => name), ["huge"]);
  assert.deepEqual(left.tooMany.map(({ name }) => name), ["d"]);
  assert.ok(!asked.some(({ name }) => name === "huge"));
});

test("progress is told, and a chip taken off gives its upload up", async () => {
  const { tray, asked } = server();
  tray.add([file("a")], TERMS);
  asked[0].onProgress(0.5);

  assert.equal(tray.chips[0].share, 0.5);
  tray.remove(tray.chips[0].key);
  await turn();
  assert.deepEqual([tray.chips, tray.busy], [[], false]);
});

test("a file taken off after it came is given back", async () => {
  const { tray, asked, back } = server();
  tray.add([file("a")], TERMS);
  asked[0].there();
  await turn();
  tray.remove(tray.chips[0].key);

  assert.deepEqual(back, ["id-a"]);
});

test("a file that comes in the moment it is taken off is given back too", async () => {
  const { tray, asked, back } = server();
  tray.add([file("a")], TERMS);
  asked[0].there(); // the answer is on its way
  tray.remove(tray.chips[0].key);
  await turn();

  assert.deepEqual(back, ["id-a"]);
});

test("a broken line is tried again by itself, a refusal waits for its owner", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { tray, asked } = server();
  tray.add([file("a"), file("b")], TERMS);
  asked[0].reject({ code: "gone" });
  asked[1].reject({ code: "bad_field" });
  await turn();

  assert.deepEqual(tray.chips.map(({ state }) => state), ["waiting", "failed"]);
  mock.timers.tick(2_000);
  assert.deepEqual(asked.map(({ name }) => name), ["a", "b", "a"]);
  asked[2].there();
  await turn();
  tray.retry(tray.chips[1].key);
  assert.equal(asked.at(-1).name, "b");
  mock.timers.reset();
});

test("who must wait for an hour is told at once; who must wait a moment waits", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { tray, asked } = server();
  tray.add([file("a"), file("b")], TERMS);
  asked[0].reject({ code: "limited", retry_ms: 3_600_000 });
  asked[1].reject({ code: "limited", retry_ms: 1_000 });
  await turn();

  assert.deepEqual(tray.chips.map(({ state }) => state), ["failed", "waiting"]);
  mock.timers.tick(1_000);
  assert.equal(asked.at(-1).name, "b");
  mock.timers.reset();
});

test("what is said leaves the tray; what could not be said comes back", async () => {
  const { tray, asked, back } = server();
  tray.add([file("a"), file("b")], TERMS);
  asked[0].there();
  asked[1].reject({ code: "bad_field" });
  await turn();
  const taken = tray.take();

  assert.deepEqual(taken.map(({ id }) => id), ["id-a"]);
  assert.deepEqual(tray.chips.map(({ name }) => name), ["b"]); // its refusal still stands there
  tray.putBack(taken);
  assert.deepEqual(tray.files.map(({ id }) => id), ["id-a"]);
  assert.deepEqual(back, []);
});
