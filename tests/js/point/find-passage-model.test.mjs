import assert from "node:assert/strict";
import { test } from "node:test";

import { findPassage } from "../../../static/js/point/find-passage-model.js";

const PAGE = [
  { id: "p-why", text: "Why the harbour was closed" },
  { id: "p-1", text: "The harbour reopened on Monday after “eleven weeks” of repairs to the north pier." },
  { id: "p-2", text: "Ferries to the islands run every two hours, and freight is taken again from Thursday." },
  { id: "p-3", text: "The council will decide in autumn whether the south pier is rebuilt as well." },
];
const SENTENCE = "Ferries to the islands run every two hours";

/** The same page after an edit: whatever changed has another id. */
const edited = (index, text) => PAGE.map((block, at) => (at === index ? { id: "p-new", text } : block));

test("its paragraph's id finds a passage, and its words where it stands in it", () => {
  const found = findPassage(PAGE, { paragraph: "p-2", text: "every two hours" });

  assert.deepEqual(found, { index: 2, by: "id", from: 27, to: 42 });
  assert.equal(PAGE[2].text.slice(found.from, found.to), "every two hours");
});

test("an id alone finds the whole paragraph", () => {
  assert.deepEqual(findPassage(PAGE, { paragraph: "p-3" }), { index: 3, by: "id", from: 0, to: 0 });
});

test("an id wins over words that stand elsewhere too", () => {
  const page = [{ id: "p-0", text: SENTENCE }, ...PAGE];

  assert.equal(findPassage(page, { paragraph: "p-2", text: SENTENCE }).index, 3);
});

test("where the paragraph has another id its words find it", () => {
  const page = edited(2, `Since May: ${SENTENCE}, and freight has to wait.`);
  const found = findPassage(page, { paragraph: "p-2", text: SENTENCE });

  assert.equal(found.by, "text");
  assert.equal(page[found.index].text.slice(found.from, found.to), SENTENCE);
});

test("marks and spaces a renderer sets are no words", () => {
  const found = findPassage(PAGE, { paragraph: "gone", text: "  after \"eleven\n weeks\" — of REPAIRS" });

  assert.equal(found.by, "text");
  assert.equal(PAGE[1].text.slice(found.from, found.to), "after “eleven weeks” of repairs");
});

test("a sentence that was edited a little is found by its likeness", () => {
  const page = edited(2, "Ferries to all the islands now run every three hours. Freight is not taken.");

  assert.deepEqual(findPassage(page, { paragraph: "p-2", text: SENTENCE }), {
    index: 2, by: "likeness", from: 0, to: 0,
  });
});

test("a sentence that was taken out is not found in another about the same", () => {
  const page = PAGE.filter(({ id }) => id !== "p-2");

  assert.equal(findPassage(page, { paragraph: "p-2", text: SENTENCE }), null);
  assert.equal(findPassage(page, { paragraph: "p-2" }), null);
});

test("a word or two are like too much", () => {
  const page = edited(2, "Nothing is said of them.");

  assert.equal(findPassage(page, { paragraph: "p-2", text: "run two" }), null);
});

test("Chinese and Arabic are found and found alike", () => {
  const page = [
    { id: "p-a", text: "港口在关闭十一周之后于周一重新开放，渡轮每两小时一班。" },
    { id: "p-b", text: "أُعيد فتح الميناء يوم الاثنين بعد أحد عشر أسبوعًا من الإصلاحات." },
  ];
  const exact = findPassage(page, { paragraph: "gone", text: "渡轮每两小时一班" });
  const alike = findPassage(page, { paragraph: "gone", text: "渡轮现在每两小时一班" });
  const arabic = findPassage(page, { paragraph: "gone", text: "فتح الميناء يوم الأحد بعد أحد عشر أسبوعًا" });

  assert.equal(page[0].text.slice(exact.from, exact.to), "渡轮每两小时一班");
  assert.deepEqual([alike.index, alike.by], [0, "likeness"]);
  assert.deepEqual([arabic.index, arabic.by], [1, "likeness"]);
});

test("letters of two units do not shift what is marked", () => {
  const page = [{ id: "p-x", text: "𝐀 𝐁 then the words" }];
  const found = findPassage(page, { paragraph: "p-x", text: "the words" });

  assert.equal(page[0].text.slice(found.from, found.to), "the words");
});

test("an empty page has nothing", () => {
  assert.equal(findPassage([], { paragraph: "p-1", text: SENTENCE }), null);
});
