/**
 * What is being named in a field, just before the caret: a canned reply after `/`, a colleague
 * after `@`. Only at the start of a word, so that neither an address nor a date opens a list.
 *
 * @typedef {{sign: "/" | "@", typed: string, from: number, to: number}} Named
 */

/** A name is not longer; behind a whole sentence nobody means a list any more. */
const LONGEST = 40;

/**
 * @param {string} text
 * @param {number} caret in UTF-16 units, as a field tells it
 * @param {string} signs which of them mean something here
 * @returns {Named | null}
 */
export function named(text, caret, signs = "/@") {
  const before = text.slice(0, caret);
  const from = Math.max(...[...signs].map((sign) => before.lastIndexOf(sign)));
  if (from === -1 || caret - from - 1 > LONGEST) return null;
  const sign = /** @type {"/" | "@"} */ (before[from]);
  const typed = before.slice(from + 1);
  if (from > 0 && !/\s/u.test(before[from - 1])) return null;
  // A colleague's name may have one space in it, a shortcut has none.
  if (sign === "/" ? /[\s/]/u.test(typed) : /\n|^\s|\s\S*\s/u.test(typed)) return null;
  return { sign, typed, from, to: caret };
}

/**
 * @param {string} text @param {Named} place @param {string} words put in its place
 * @returns {{text: string, caret: number}}
 */
export function replaced(text, { from, to }, words) {
  return { text: text.slice(0, from) + words + text.slice(to), caret: from + words.length };
}
