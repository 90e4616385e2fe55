import assert from "node:assert/strict";
import { test } from "node:test";

import { blockWords, languageName, localTime, offset } from "../../../static/js/staff/about-model.js";
import { PlaceModel, textAddress } from "../../../static/js/staff/place-model.js";

const NOON = Date.UTC(2026, 6, 1, 12, 0);

test("a place is the article, its revision and the passage", () => {
  const places = new PlaceModel();

  assert.equal(places.take({ conversation: "a", article: 42, revision: 3, paragraph: "p-1", depth: 10 }), "page");
  assert.deepEqual(places.of("a"), { article: 42, revision: 3, paragraph: "p-1", depth: 10 });
  assert.equal(textAddress(places.of("a")), "/staff/articles/42/revisions/3");
});

test("moving within the article is no other page", () => {
  const places = new PlaceModel();
  places.take({ conversation: "a", article: 42, revision: 3, paragraph: "p-1", depth: 10 });

  assert.equal(places.take({ conversation: "a", article: 42, revision: 3, paragraph: "p-2", depth: 20 }), "place");
  assert.equal(places.take({ conversation: "a", article: 42, revision: 3, paragraph: "p-2", depth: 20 }), "");
  assert.equal(places.of("a").paragraph, "p-2");
});

test("what is not told of the same article stays as it was", () => {
  const places = new PlaceModel();
  places.take({ conversation: "a", article: 42, revision: 3, paragraph: "p-1", depth: 10 });
  places.take({ conversation: "a", article: 42 });

  assert.deepEqual(places.of("a"), { article: 42, revision: 3, paragraph: "p-1", depth: 10 });
});

test("a newer revision of the article is another page, read from its top", () => {
  const places = new PlaceModel();
  places.take({ conversation: "a", article: 42, revision: 3, paragraph: "p-1", depth: 10 });

  assert.equal(places.take({ conversation: "a", article: 42, revision: 4 }), "page");
  assert.deepEqual(places.of("a"), { article: 42, revision: 4, paragraph: "", depth: 0 });
});

test("who leaves for a page without an article is nowhere", () => {
  const places = new PlaceModel();
  places.take({ conversation: "a", article: 42, revision: 3 });

  assert.equal(places.take({ conversation: "a" }), "page");
  assert.equal(places.of("a"), undefined);
  assert.equal(places.take({ conversation: "a" }), "");
});

test("while his revision is not known, what readers are served now is shown", () => {
  assert.equal(textAddress({ article: 42, revision: 0, paragraph: "", depth: 0 }), "/staff/articles/42/revisions/0");
});

test("a zone's distance from UTC is that of the day", () => {
  assert.equal(offset("Asia/Shanghai", NOON), 480);
  assert.equal(offset("America/New_York", NOON), -240);
  assert.equal(offset("America/New_York", Date.UTC(2026, 0, 1, 12, 0)), -300);
  assert.equal(offset("Asia/Kathmandu", NOON), 345);
});

test("the local time names the place, and nothing for a zone nobody knows", () => {
  assert.match(localTime("Asia/Shanghai", NOON, "en"), /^20:00, Shanghai/);
  assert.match(localTime("America/Argentina/Buenos_Aires", NOON, "en"), /^09:00, Buenos Aires/);
  assert.equal(localTime("Nowhere/Else", NOON, "en"), "");
  assert.equal(localTime("", NOON, "en"), "");
});

test("a language is called by its name", () => {
  assert.equal(languageName("ar", "en"), "Arabic");
  assert.match(languageName("zh-CN", "en"), /Chinese/);
  assert.equal(languageName("not a tag!", "en"), "not a tag!");
  assert.equal(languageName("", "en"), "");
});

test("a block says until when, and why", () => {
  const when = () => "Monday";

  assert.equal(blockWords({}, when), "");
  assert.equal(blockWords({ blocked: 5, block_reason: "spam" }, when), "Blocked until Monday: spam");
  assert.equal(blockWords({ blocked: 0 }, when), "Blocked until somebody lifts it");
});
