import assert from "node:assert/strict";
import { test } from "node:test";

import { LightBoxModel } from "../../../static/js/pictures/light-box-model.js";
import { TABLE, say } from "../../../static/js/pictures/picture-words.js";
import { frameOf } from "../../../static/js/pictures/video-embed-model.js";

test("it begins with the picture that was pressed and ends at both ends", () => {
  const model = new LightBoxModel(3, 1);
  assert.deepEqual(model.place, { number: 2, count: 3 });
  assert.equal(model.turn(1), true);
  assert.equal(model.last, true);
  assert.equal(model.turn(1), false);
  assert.equal(model.press("Home"), true);
  assert.equal(model.first, true);
  assert.equal(model.press("Home"), false);
});

test("arrows point where they point, whichever way the page runs", () => {
  const model = new LightBoxModel(3, 1);
  model.press("ArrowRight");
  assert.equal(model.at, 2);
  const turned = new LightBoxModel(3, 1, true);
  turned.press("ArrowRight");
  assert.equal(turned.at, 0);
  turned.press("ArrowLeft");
  assert.equal(turned.at, 1);
});

test("other keys are not its own", () => {
  assert.equal(new LightBoxModel(3, 1).press("a"), null);
  assert.equal(new LightBoxModel(3, 1).press("Escape"), null);
});

test("a finger that goes far enough across turns, one that scrolls does not", () => {
  const model = new LightBoxModel(3, 1);
  assert.equal(model.swipe(-80, 10), true);
  assert.equal(model.at, 2);
  assert.equal(model.swipe(30, 0), false);
  assert.equal(model.swipe(80, 70), false);
  assert.equal(model.swipe(80, 0), true);
  const turned = new LightBoxModel(3, 1, true);
  turned.swipe(80, 0);
  assert.equal(turned.at, 2);
});

test("one picture alone has nothing to turn to", () => {
  const model = new LightBoxModel(1, 0);
  assert.equal(model.several, false);
  assert.equal(model.turn(1), false);
});

test("a link that is not among them begins with the first", () => {
  assert.equal(new LightBoxModel(3, -1).at, 0);
});

test("every language has all words", () => {
  for (const words of Object.values(TABLE)) assert.deepEqual(Object.keys(words), Object.keys(TABLE.en));
  assert.equal(say("zh-CN", "place", { number: 2, count: 5 }), "第 2 张，共 5 张");
  assert.equal(say("fr", "close"), "Close");
});

test("a film is framed only from a host that is allowed", () => {
  const hosts = ["www.youtube-nocookie.com", "player.vimeo.com"];
  const tube = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1";
  assert.equal(frameOf("https://www.youtube.com/watch?v=dQw4w9WgXcQ", hosts), tube);
  assert.equal(frameOf("https://www.youtube.com/watch?t=9&v=dQw4w9WgXcQ", hosts), tube);
  assert.equal(frameOf("https://youtu.be/dQw4w9WgXcQ?t=3", hosts), tube);
  assert.equal(frameOf("https://vimeo.com/123456789", hosts), "https://player.vimeo.com/video/123456789?autoplay=1&dnt=1");
  assert.equal(frameOf("https://vimeo.com/123456789", []), null);
  assert.equal(frameOf("https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ", hosts), null);
  assert.equal(frameOf("https://example.com/film.mp4", hosts), null);
});
