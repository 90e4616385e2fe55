import assert from "node:assert/strict";
import { test } from "node:test";

import { placeIn } from "../../../static/js/audience/reading-place-model.js";

/** A page of ten paragraphs, 200 pixels each, scrolled so far; the screen is 600 high. */
const scrolled = (by) => Array.from({ length: 10 }, (_, index) => ({
  id: `p-${index}`, top: index * 200 - by, bottom: index * 200 + 180 - by,
}));
const SCREEN = 600;

test("one reads a third down the screen", () => {
  assert.equal(placeIn(scrolled(0), SCREEN).paragraph, "p-1");
  assert.equal(placeIn(scrolled(500), SCREEN).paragraph, "p-3");
});

test("between two paragraphs it is the next one", () => {
  assert.equal(placeIn(scrolled(190), SCREEN).paragraph, "p-2");
});

test("at the end it is the last one in view", () => {
  assert.equal(placeIn(scrolled(1_700), SCREEN).paragraph, "p-9");
});

test("depth grows from the first line to the last, and not past it", () => {
  const depths = [0, 500, 1_000, 1_380, 3_000].map((by) => placeIn(scrolled(by), SCREEN).depth);

  assert.deepEqual(depths, [30, 56, 81, 100, 100]);
});

test("above the text and below it there is no paragraph", () => {
  assert.deepEqual(placeIn(scrolled(-700), SCREEN), { depth: 0 });
  assert.deepEqual(placeIn(scrolled(3_000), SCREEN), { depth: 100 });
});

test("without a text there is no place", () => {
  assert.equal(placeIn([], SCREEN), null);
});
