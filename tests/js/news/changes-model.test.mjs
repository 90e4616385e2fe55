import assert from "node:assert/strict";
import { test } from "node:test";

import { counted, steps } from "../../../static/js/news/changes-model.js";

const told = (before, now) => steps([...before], [...now])
  .map(({ kind, before: was, now: is }) => `${kind} ${was}>${is}`);

test("a text that did not change has nothing to tell", () => {
  assert.deepEqual(told("abc", "abc"), ["same 0>0", "same 1>1", "same 2>2"]);
  assert.deepEqual(told("", ""), []);
});

test("a block in the place of another was changed", () => {
  assert.deepEqual(told("abc", "axc"), ["same 0>0", "changed 1>1", "same 2>2"]);
});

test("a block that comes leaves all others what they are", () => {
  assert.deepEqual(told("abc", "abxc"), ["same 0>0", "same 1>1", "added -1>2", "same 2>3"]);
  assert.deepEqual(told("", "a"), ["added -1>0"]);
});

test("a block that goes does, too", () => {
  assert.deepEqual(told("abc", "ac"), ["same 0>0", "removed 1>-1", "same 2>1"]);
});

test("several things at once are told apart", () => {
  const found = steps([..."abcdefg"], [..."axcdyzg"]);
  assert.deepEqual(counted(found, () => false), { pictures: false, changed: 3, added: 0, removed: 0 });
  assert.deepEqual(counted(steps([..."abc"], [..."xaybc"]), () => false), {
    pictures: false, changed: 0, added: 2, removed: 0,
  });
});

test("blocks that say the same are not taken for one", () => {
  assert.deepEqual(told("aa", "a"), ["same 0>0", "removed 1>-1"]);
  assert.deepEqual(told("ab", "aab").filter((each) => !each.startsWith("same")), ["added -1>1"]);
});

test("pictures are counted apart", () => {
  const found = steps([..."ab"], [..."xb"]);
  assert.deepEqual(counted(found, ({ now }) => now === 0), { pictures: true, changed: 0, added: 0, removed: 0 });
});

test("every block before and now is met once, in the order of the page", () => {
  const [before, now] = ["qwertyuiop", "weqxtyzziopa"];
  const found = steps([...before], [...now]);
  const met = (name) => found.map((step) => step[name]).filter((at) => at >= 0);
  assert.deepEqual(met("now"), [...now].map((_, at) => at));
  assert.deepEqual([...met("before")].sort((a, b) => a - b), [...before].map((_, at) => at));
});

test("two texts too large to compare are replaced", () => {
  const long = (letter) => Array.from({ length: 2_100 }, (_, at) => `${letter}${at}`);
  const found = steps(long("a"), long("b"));
  assert.equal(found.filter(({ kind }) => kind === "changed").length, 2_100);
});
