import assert from "node:assert/strict";
import { test } from "node:test";

import {
  agoText,
  clockText,
  dayText,
  waitingLevel,
  waitingSpoken,
  waitingText,
} from "../../../static/js/staff/waiting-time.js";

const NOW = Date.UTC(2026, 5, 7, 12, 0, 0);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test("seconds are told for one minute, then minutes are enough", () => {
  const said = [0, 7 * SECOND, 61 * SECOND, 10 * MINUTE - 1, 12 * MINUTE, 65 * MINUTE, 2 * HOUR]
    .map((ms) => waitingText(NOW - ms, NOW));

  assert.deepEqual(said, ["0 s", "7 s", "1 min", "9 min", "12 min", "1 h 5 min", "2 h"]);
});

test("days are days", () => {
  assert.equal(waitingText(NOW - DAY, NOW), "1 day");
  assert.equal(waitingText(NOW - 3 * DAY - HOUR, NOW), "3 days");
});

test("a clock that runs ahead of the server's shows nothing negative", () => {
  assert.equal(waitingText(NOW + MINUTE, NOW), "0 s");
  assert.equal(waitingLevel(NOW + MINUTE, NOW), "calm");
  assert.equal(agoText(NOW + MINUTE, NOW), "now");
});

test("a wait becomes warm after two minutes and hot after five", () => {
  const levels = [0, 2 * MINUTE - 1, 2 * MINUTE, 5 * MINUTE - 1, 5 * MINUTE]
    .map((ms) => waitingLevel(NOW - ms, NOW));

  assert.deepEqual(levels, ["calm", "calm", "warm", "warm", "hot"]);
});

test("a screen reader hears minutes, never seconds", () => {
  assert.equal(waitingSpoken(NOW - 50 * SECOND, NOW), "less than a minute");
  assert.equal(waitingSpoken(NOW - 150 * SECOND, NOW), "2 min");
});

test("when something was last said is told in one short word", () => {
  const said = [30 * SECOND, 4 * MINUTE, 3 * HOUR, 2 * DAY, 30 * DAY]
    .map((ms) => agoText(NOW - ms, NOW, "en-GB"));

  assert.deepEqual(said, ["now", "4 min", "3 h", "Fri", "8 May"]);
});

test("days of a thread are Today, Yesterday, then their names", () => {
  assert.equal(dayText(NOW, NOW), "Today");
  assert.equal(dayText(NOW - DAY, NOW), "Yesterday");
  assert.equal(dayText(NOW - 3 * DAY, NOW, "en-GB"), "Thursday 4 June");
  assert.match(dayText(NOW - 400 * DAY, NOW, "en-GB"), /2025$/);
});

test("the clock has two digits and no noon", () => {
  assert.match(clockText(NOW, "en-US"), /^\d\d:\d\d$/);
});
