import assert from "node:assert/strict";
import { test } from "node:test";

import {
  backoff,
  LATE_HELLO,
  LONGEST_MS,
  nextWait,
  refuses,
  SHORTEST_MS,
} from "../../../static/js/live/backoff-model.js";

test("a wait is never shorter than the shortest nor longer than the longest", () => {
  for (let attempt = 0; attempt < 2000; attempt += 1) {
    for (const random of [() => 0, () => 0.5, () => 0.999999]) {
      const wait = backoff(attempt, random);

      assert.ok(wait >= SHORTEST_MS && wait <= LONGEST_MS, `${attempt}: ${wait}`);
    }
  }
});

test("the ceiling doubles with each attempt until it is the longest", () => {
  const ceilings = [0, 1, 2, 3, 4, 5, 6, 60].map((attempt) => backoff(attempt, () => 1));

  assert.deepEqual(ceilings, [1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
});

test("the jitter is full: waits of one attempt spread over the whole range", () => {
  const waits = Array.from({ length: 2000 }, () => backoff(10));

  assert.ok(Math.min(...waits) < 2_000);
  assert.ok(Math.max(...waits) > 28_000);
});

test("what the server asks for goes before the arithmetic", () => {
  assert.equal(nextWait({ attempt: 9, retryAfter: 1234 }), 1234);
  assert.equal(nextWait({ attempt: 9, retryAfter: 0 }), 0);
  assert.equal(nextWait({ attempt: 0, retryAfter: null, random: () => 0 }), SHORTEST_MS);
  for (const nonsense of [-1, Number.NaN, Infinity, undefined, "soon"]) {
    assert.equal(nextWait({ attempt: 0, retryAfter: nonsense, random: () => 0 }), SHORTEST_MS);
  }
  assert.equal(nextWait({ attempt: 0, retryAfter: 1e12 }), 10 * LONGEST_MS);
});

test("only 4500 to 4999 mean: do not come back", () => {
  const refusing = [1000, 1001, 1006, 1012, 4000, 4003, 4499, 4500, 4502, 4999, 5000].filter(
    (code) => refuses(code),
  );

  assert.deepEqual(refusing, [4500, 4502, 4999]);
});

test("a page that slept before its hello may come back", () => {
  assert.equal(refuses(4500, LATE_HELLO), false);
});

test("too many for now: later, and each at his own time", () => {
  assert.equal(nextWait({ attempt: 0, code: 4003, random: () => 0 }), 5_000);
  assert.equal(nextWait({ attempt: 0, code: 4003, random: () => 1 }), LONGEST_MS);
  assert.equal(nextWait({ attempt: 0, code: 4003, retryAfter: 700 }), 700);
});
