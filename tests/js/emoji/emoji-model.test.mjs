import assert from "node:assert/strict";
import { test } from "node:test";

import { GROUPS } from "../../../static/js/emoji/emoji-list.js";
import { catalogue, inRows, matching, Recent, step } from "../../../static/js/emoji/emoji-model.js";
import { TABLE } from "../../../static/js/emoji/emoji-words.js";

const TAGS = ["en", "zh-CN", "ar"];
const named = async (tag) =>
  catalogue(GROUPS, (await import(`../../../static/js/emoji/emoji-names-${tag}.js`)).default);
const found = (all, query) => matching(all, query).map(({ emoji }) => emoji);

test("there are a good hundred, each once, in groups that have a name", () => {
  const all = Object.values(GROUPS).flat();

  assert.ok(all.length >= 120 && all.length <= 150);
  assert.equal(new Set(all).size, all.length);
  for (const group of Object.keys(GROUPS)) assert.ok(TABLE.en[group], group);
});

for (const tag of TAGS) {
  test(`every one has a name of its own in ${tag}`, async () => {
    const { default: names } = await import(`../../../static/js/emoji/emoji-names-${tag}.js`);
    const all = [...(await named(tag)).values()].flat();

    for (const [group, emoji] of Object.entries(GROUPS)) assert.equal(names[group].length, emoji.length, group);
    assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
  });
}

test("they are found by the beginnings of words, in any order and case", async () => {
  const all = await named("en");

  assert.deepEqual(found(all, "THUMBS up"), ["👍"]);
  assert.deepEqual(found(all, "up thu"), ["👍"]);
  assert.ok(found(all, "love").length > 5);
  assert.deepEqual(found(all, "ove"), []);
  assert.deepEqual(found(all, "zebra"), []);
});

test("Chinese finds within words, Arabic without its small signs", async () => {
  assert.ok(found(await named("zh-CN"), "心").includes("❤️"));
  assert.ok(found(await named("zh-CN"), "谢谢").includes("🙏"));
  assert.ok(found(await named("ar"), "شكرا").includes("🙏"));
  assert.ok(found(await named("ar"), "اعجاب").includes("👍"));
});

test("arrows lead through rows of unlike length and over their ends", () => {
  const lengths = [3, 8, 2];

  assert.deepEqual(step(lengths, { row: 0, column: 1 }, "ArrowRight"), { row: 0, column: 2 });
  assert.deepEqual(step(lengths, { row: 0, column: 2 }, "ArrowRight"), { row: 1, column: 0 });
  assert.deepEqual(step(lengths, { row: 1, column: 0 }, "ArrowLeft"), { row: 0, column: 2 });
  assert.deepEqual(step(lengths, { row: 1, column: 6 }, "ArrowDown"), { row: 2, column: 1 });
  assert.deepEqual(step(lengths, { row: 1, column: 6 }, "ArrowUp"), { row: 0, column: 2 });
  assert.deepEqual(step(lengths, { row: 2, column: 1 }, "ArrowRight"), { row: 2, column: 1 });
  assert.deepEqual(step(lengths, { row: 2, column: 1 }, "ArrowDown"), { row: 2, column: 1 });
  assert.equal(step(lengths, { row: 0, column: 1 }, "ArrowUp"), null);
});

test("Home and End lead to the ends of the row, with Control to those of all", () => {
  const lengths = [3, 8, 2];

  assert.deepEqual(step(lengths, { row: 1, column: 4 }, "Home"), { row: 1, column: 0 });
  assert.deepEqual(step(lengths, { row: 1, column: 4 }, "End"), { row: 1, column: 7 });
  assert.deepEqual(step(lengths, { row: 1, column: 4 }, "Home", { whole: true }), { row: 0, column: 0 });
  assert.deepEqual(step(lengths, { row: 1, column: 4 }, "End", { whole: true }), { row: 2, column: 1 });
});

test("from right to left the arrows lead the other way", () => {
  assert.deepEqual(step([3, 3], { row: 0, column: 0 }, "ArrowLeft", { rtl: true }), { row: 0, column: 1 });
  assert.deepEqual(step([3, 3], { row: 1, column: 0 }, "ArrowRight", { rtl: true }), { row: 0, column: 2 });
});

test("what was used last stands first, once, and no more than a row of them", () => {
  const recent = new Recent(2);
  for (const emoji of ["a", "b", "a", "c"]) recent.use({ emoji, name: emoji, words: [] });

  assert.deepEqual(recent.all.map(({ emoji }) => emoji), ["c", "a"]);
});

test("rows hold as many as there is room for", () => {
  assert.deepEqual(inRows([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4], [5]]);
  assert.deepEqual(inRows([], 2), []);
});
