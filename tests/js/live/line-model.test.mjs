import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { LONGEST_MS } from "../../../static/js/live/backoff-model.js";
import { LineModel } from "../../../static/js/live/line-model.js";

let now;
let random;
let line;

beforeEach(() => {
  now = 1_000_000;
  random = 0.5;
  line = new LineModel({ now: () => now, random: () => random });
  line.start();
});

/** One attempt that never opens; then wait for the next. */
function refused({ hung = 0 } = {}) {
  line.dialled();
  now += hung;
  line.closed(1006);
}

function waited() {
  now = line.retryAt;
  line.due();
}

function open() {
  line.dialled();
  line.opened();
  line.welcomed();
}

test("whatever ends a connection it comes back, save what forbids it", () => {
  for (const code of [1000, 1001, 1006, 1012, 4000, 4001, 4002, 4003, 4499]) {
    open();
    line.closed(code);
    assert.equal(line.state, "waiting", String(code));
    waited();
    assert.equal(line.state, "connecting");
  }
  for (const code of [4500, 4501, 4502, 4999]) {
    line = new LineModel({ now: () => now });
    line.start();
    open();
    line.closed(code, "no");
    assert.deepEqual([line.state, line.told.reason, line.told.code], ["refused", "no", code]);
  }
});

test("a hello that came too late is no refusal", () => {
  open();
  line.closed(4500, "no hello");

  assert.equal(line.state, "waiting");
});

test("after two hours of outage the next attempt is never more than 30 seconds away", () => {
  random = 1;
  const from = now;
  while (now < from + 7_200_000) {
    const began = now;
    refused({ hung: 10_000 });
    line.checked(null);
    waited();
    assert.ok(now - began <= LONGEST_MS, `${now - began}`);
  }

  assert.equal(line.state, "connecting");
});

test("attempts of a crowd spread: no two waits are alike", () => {
  const waits = new Set();
  for (let reader = 0; reader < 500; reader += 1) {
    const other = new LineModel({ now: () => now });
    other.start();
    other.dialled();
    for (let n = 0; n < 6; n += 1) other.closed(1006);
    waits.add(other.retryAt);
  }

  assert.ok(waits.size > 450, `${waits.size}`);
});

test("too many for now means later, not in half a second", () => {
  random = 0;
  open();
  line.closed(4003, "too many for now");

  assert.equal(line.retryAt - now, 5_000);
});

test("what the server asks for is kept to the millisecond, and only once", () => {
  open();
  line.sentAway(17_321);
  line.closed(4000, "restarting");
  const first = line.retryAt - now;
  waited();
  refused();

  assert.equal(first, 17_321);
  assert.ok(line.retryAt - now <= 2_000);
});

test("a connection that held is forgiven its past; one that did not is not", () => {
  random = 1;
  for (let n = 0; n < 8; n += 1) refused();
  open();
  now += 5_000;
  line.closed(1006);
  const hasty = line.retryAt - now;
  waited();
  open();
  now += 11_000;
  line.closed(1006);

  assert.equal(hasty, 30_000);
  assert.equal(line.retryAt - now, 1_000);
});

test("it asks why after the third handshake in a row that never opened, and every third after", () => {
  const asked = [];
  for (let n = 1; n <= 9; n += 1) {
    refused();
    if (line.asks) asked.push(n);
    line.asked();
    line.checked(null);
    waited();
  }

  assert.deepEqual(asked, [3, 6, 9]);
});

test("a handshake that opens begins the count anew, whatever follows it", () => {
  refused();
  refused();
  open();
  line.closed(1006);
  refused();
  const early = line.asks;
  refused();
  refused();

  assert.deepEqual([early, line.asks], [false, true]);
});

test("the reason the server gives stays until a handshake opens", () => {
  for (let n = 0; n < 3; n += 1) refused();
  line.checked({ ok: false, reason: "restarting", retry_ms: 4_000 });
  const wait = line.retryAt - now;
  waited();
  refused();

  assert.equal(wait, 6_000);
  assert.equal(line.told.reason, "restarting");
  line.dialled();
  line.opened();
  line.closed(1006);
  assert.equal(line.told.reason, "1006");
});

test("a check that comes through where handshakes do not says that something stands between", () => {
  for (let n = 0; n < 3; n += 1) refused();
  line.checked({ ok: true });
  const atOnce = line.told.reason;
  refused();

  assert.notEqual(atOnce, "blocked");
  assert.equal(line.told.reason, "blocked");
});

test("an answer that comes during the next attempt is known once that has failed", () => {
  for (let n = 0; n < 3; n += 1) refused();
  waited();
  line.dialled();
  line.checked({ ok: false, reason: "crowd", retry_ms: 4_000 });
  const trying = [line.state, line.told.reason];
  line.closed(1006);

  assert.deepEqual([trying, line.told.reason], [["connecting", "crowd"], "crowd"]);
  line.checked({ ok: false, reason: "origin" });
  assert.equal(line.state, "refused");
});

test("a foreign name that is told during an attempt ends it when it fails, not before", () => {
  for (let n = 0; n < 3; n += 1) refused();
  waited();
  line.dialled();
  line.checked({ ok: false, reason: "origin" });
  const before = line.state;
  line.closed(1006);

  assert.deepEqual([before, line.state], ["connecting", "refused"]);
});

test("an answer that comes when the line is open again changes nothing", () => {
  for (let n = 0; n < 3; n += 1) refused();
  waited();
  open();
  line.checked({ ok: false, reason: "origin" });

  assert.equal(line.state, "open");
});

test("offline is what people are told; the attempts go on", () => {
  open();
  line.network(false);
  const open_ = line.told.state;
  line.closed(1006);
  const waiting = line.told.state;
  waited();

  assert.deepEqual([open_, waiting, line.told.state], ["open", "offline", "offline"]);
  assert.equal(line.state, "connecting");
  for (let n = 0; n < 6; n += 1) refused();
  assert.equal(line.asks, false);
});

test("waking ends a wait and gives up a handshake that hangs, not a fresh one", () => {
  open();
  line.closed(1006);
  const none = line.wake();
  line.dialled();
  const fresh = line.wake();
  now += 4_001;

  assert.deepEqual([none, line.state, fresh, line.wake()], [false, "connecting", false, true]);
});

test("asleep it neither dials nor wakes; it rises where it lay down", () => {
  open();
  line.sleep();
  line.due();
  line.wake();
  const asleep = line.state;
  line.rise();
  line.wake();

  assert.deepEqual([asleep, line.state], ["waiting", "connecting"]);
});
