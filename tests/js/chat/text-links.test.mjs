import assert from "node:assert/strict";
import { test } from "node:test";

import { pieces } from "../../../static/js/chat/text-links.js";

const hrefs = (text) => pieces(text).filter((piece) => piece.href).map((piece) => piece.href);

test("an address becomes a link and the sentence around it stays a sentence", () => {
  const found = pieces("See https://a.example/b?c=1, then (https://a.example/d_(e)). Bye");

  assert.deepEqual(found, [
    { text: "See " },
    { text: "https://a.example/b?c=1", href: "https://a.example/b?c=1" },
    { text: ", then (" },
    { text: "https://a.example/d_(e)", href: "https://a.example/d_(e)" },
    { text: "). Bye" },
  ]);
});

test("www without a scheme is https", () => {
  assert.deepEqual(hrefs("www.example.com."), ["https://www.example.com/"]);
});

test("nothing but http and https becomes a link", () => {
  for (const text of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "mailto:a@example.com", "//example.com", "https://"]) {
    assert.deepEqual(hrefs(text), []);
  }
});

test("an address that hides its host behind a user name stays text", () => {
  assert.deepEqual(hrefs("https://bank.example@evil.example/"), []);
});

test("every character of the text is in the pieces", () => {
  for (const text of ["", "plain", "https://a.example", "a https://a.example\nhttps://b.example!", "<b>https://a.example</b>"]) {
    assert.equal(pieces(text).map((piece) => piece.text).join(""), text);
  }
});

test("markup ends an address", () => {
  assert.deepEqual(hrefs('<a href="https://a.example/x">y</a>'), ["https://a.example/x"]);
});

test("an address ends where a sign turns the direction of what follows", () => {
  for (const turn of ["\u202e", "\u2066", "\u200f", "\u061c"]) {
    const found = pieces(`https://example.com/${turn}moc.live`);

    assert.deepEqual(found.map(({ href }) => href), ["https://example.com/", undefined]);
  }
});

test("no other scheme is a link, however it is written", () => {
  for (const text of ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,<b>", "vbscript:x", "file:///etc/passwd", "blob:https://a.example/1"]) {
    assert.ok(pieces(text).every(({ href }) => !href || /^https?:/.test(href)), text);
  }
});
