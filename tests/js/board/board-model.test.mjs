import assert from "node:assert/strict";
import { test } from "node:test";

import { alarmNumbers, alarmWords, columns, points, RECENT } from "../../../static/js/board/board-model.js";

const minutes = Array.from({ length: 60 }, (_, at) => (at < 60 - RECENT ? 1 : 2));

test("a row's columns are its sums", () => {
  const row = { id: 1, title: "t", url: "/t", clicks: 119, open: 3, reading: 2, minutes };

  assert.deepEqual(columns(row), { reading: 2, open: 3, recent: 30, hour: 75, clicks: 119 });
});

test("a curve goes from left to right, and its most reaches the top", () => {
  assert.equal(points([0, 5, 10], 600, 120), "0.0,118.0 300.0,60.0 600.0,2.0");
  assert.equal(points([0, 0], 600, 120), "0.0,118.0 600.0,118.0");
  assert.equal(points([7], 600, 120), "0.0,2.0");
});

test("an alarm is said with its numbers and since when", () => {
  const began_at = new Date(2026, 0, 31, 9, 5).getTime();
  const spike = { id: 1, kind: "spike", article: 1, title: "t", url: "/t", clicks: 1200, usual: 100, began_at };

  assert.equal(alarmWords(spike), "Many are reading");
  assert.equal(alarmWords({ ...spike, kind: "drop" }), "Few are reading");
  assert.equal(alarmNumbers(spike), ": 1,200 clicks in ten minutes, usual are 100. Since 09:05.");
});
