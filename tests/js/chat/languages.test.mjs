import assert from "node:assert/strict";
import { test } from "node:test";

import { TABLE as OFFERS } from "../../../static/js/offers/offer-words.js";
import { TABLE as EMOJI } from "../../../static/js/emoji/emoji-words.js";
import { TABLE as NEWS } from "../../../static/js/news/news-words.js";
import { TABLE as POINT } from "../../../static/js/point/point-words.js";
import { ENGLISH as DESK } from "../../../static/js/chat/desk-words.js";

const LANGUAGES = { zh: "zh-CN", ar: "ar" };
const PLACE = "place"; // counted as ordinals are

const from = async (name, tag) => (await import(`../../../static/js/chat/${name}-${tag}.js`)).default;

/** Every catalogue of the panel and of what stands around it: {en, zh, ar}. */
const CATALOGUES = {
  words: { en: await from("words", "en"), zh: await from("words", "zh-CN"), ar: await from("words", "ar") },
  "words-more": {
    en: await from("words-more", "en"), zh: await from("words-more", "zh-CN"), ar: await from("words-more", "ar"),
  },
  "words-desk": { en: DESK, zh: await from("words-desk", "zh-CN"), ar: await from("words-desk", "ar") },
  "point-words": POINT,
  "emoji-words": EMOJI,
  "offer-words": OFFERS,
  "news-words": NEWS,
};

const forms = (said) => (typeof said === "string" ? [said] : Object.values(said));
const fields = (text) => new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));

for (const [name, { en, ...others }] of Object.entries(CATALOGUES)) {
  for (const language of Object.keys(LANGUAGES)) {
    const there = others[language];

    test(`${name} has every key in ${language}, and no other`, () => {
      assert.deepEqual(Object.keys(there).sort(), Object.keys(en).sort());
    });

    test(`${name} says something for each key in ${language}, in its own words`, () => {
      for (const [key, said] of Object.entries(there)) {
        for (const form of forms(said)) {
          assert.match(form, /\S/, key);
          assert.doesNotMatch(form.replace(/\{\w+\}|anna@example\.com/g, ""), /[A-Za-z]{2}/, key);
        }
      }
    });

    test(`${name} fills in the same values in ${language}`, () => {
      for (const [key, said] of Object.entries(en)) {
        const known = new Set(forms(said).flatMap((form) => [...fields(form)]));
        const used = new Set(forms(there[key]).flatMap((form) => [...fields(form)]));

        assert.deepEqual([...used].sort(), [...known].sort(), key);
      }
    });

    test(`${name} has every plural that ${language} counts with, whatever its number`, () => {
      for (const [key, said] of Object.entries(there)) {
        if (typeof said === "string") continue;
        const type = key === PLACE ? "ordinal" : "cardinal";
        const { pluralCategories } = new Intl.PluralRules(language, { type }).resolvedOptions();

        assert.deepEqual(Object.keys(said).sort(), [...pluralCategories].sort(), key);
      }
    });
  }
}

test("Arabic has six plurals", () => {
  assert.equal(Object.keys(CATALOGUES.words.ar.newMessages).length, 6);
});
