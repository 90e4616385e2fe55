/**
 * The panel's words, in the language the page is written in. No other file of the panel holds a
 * sentence, save desk-words.js: words-en.js lists them, this one chooses and fills in.
 */

import { fill, language } from "./desk-words.js";

/** Languages besides English, by the beginning of their tag, and the tag of their files. */
const OTHERS = { zh: "zh-CN", ar: "ar" };

/** @type {Record<string, string | Record<string, string>>} */
export const WORDS = { ...(await words("words")) };

const cardinal = new Intl.PluralRules(language);
const ordinal = new Intl.PluralRules(language, { type: "ordinal" });

/** Fetch the words of the seldom used parts. */
export const more = () => words("words-more").then((found) => void Object.assign(WORDS, found));

/**
 * Say it.
 * @param {string} key
 * @param {Record<string, string | number | undefined>} [values]
 * @returns {string} "" for what has no words here
 */
export const say = (key, values = {}) => fill(WORDS[key] ?? "", values, key === "place" ? ordinal : cardinal);

/** @param {string} name of the files @returns {Promise<Record<string, any>>} */
async function words(name) {
  const other = /** @type {Record<string, string>} */ (OTHERS)[language.split("-")[0]];
  // A language whose words do not come is no reason for no chat.
  const found = other && (await import(`./${name}-${other}.js`).catch(() => null));
  return (found || (await import(`./${name}-en.js`))).default;
}
