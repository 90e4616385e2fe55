import assert from "node:assert/strict";
import { test } from "node:test";

import { BreakingModel } from "../../../static/js/news/breaking-model.js";

const story = (article, fields = {}) => ({
  type: "news.breaking", article, title: `Story ${article}`, url: `/news/${article}`, until: 9, ...fields,
});
const over = (article) => ({ type: "news.breaking", article, title: "", url: "", until: 0 });

test("a story is shown until it is over, another takes its place", () => {
  const model = new BreakingModel();
  assert.equal(model.hear(story(4)), true);
  assert.deepEqual(model.shown, { article: 4, title: "Story 4", url: "/news/4" });
  assert.equal(model.hear(story(4)), false);
  assert.equal(model.hear(story(4, { title: "More" })), true);
  assert.equal(model.hear(story(5)), true);
  assert.equal(model.shown?.article, 5);
  assert.equal(model.hear(over(5)), true);
  assert.equal(model.shown, null);
});

test("the story's own page does not show it", () => {
  const model = new BreakingModel({ here: 4 });
  assert.equal(model.hear(story(4)), false);
  assert.equal(model.shown, null);
  assert.equal(model.hear(story(5)), true);
});

test("what was dismissed stays away, on this page and on the next", () => {
  const model = new BreakingModel();
  model.hear(story(4));
  assert.equal(model.dismiss(), true);
  assert.equal(model.dismiss(), false);
  assert.equal(model.hear(story(4, { title: "More" })), false);
  assert.deepEqual(model.dismissed, [4]);
  const next = new BreakingModel({ dismissed: model.dismissed });
  assert.equal(next.found({ article: 4, title: "Story 4", url: "/news/4" }), false);
  assert.equal(next.hear(story(5)), true);
});

test("of dismissals the last twenty are remembered, and another tab's count", () => {
  const model = new BreakingModel({ dismissed: Array.from({ length: 20 }, (_, at) => at + 1) });
  model.hear(story(30));
  model.dismiss();
  assert.equal(model.dismissed.length, 20);
  assert.equal(model.dismissed.at(-1), 30);
  model.hear(story(40));
  assert.equal(model.know([40]), true);
  assert.equal(model.shown, null);
});

test("paused, nothing comes; what was there stays, and what waited comes after", () => {
  const model = new BreakingModel({ paused: true });
  assert.equal(model.found({ article: 4, title: "Story 4", url: "/news/4" }), true);
  assert.equal(model.hear(story(4)), false);
  assert.equal(model.hear(story(5)), true);
  assert.equal(model.shown, null);
  assert.equal(model.pause(false), true);
  assert.equal(model.shown?.article, 5);
});

test("only a path of this site becomes a link", () => {
  const model = new BreakingModel();
  for (const url of ["javascript:alert(1)", "//evil.example/", "/\\evil.example", "https://evil.example", "", null, 7]) {
    assert.equal(model.hear(story(4, { url })), false, String(url));
  }
  assert.equal(model.shown, null);
});
