// @ts-check
/** How a frame is written: as JSON that the server can read, whatever a person has pasted. */

/** Halves of characters: a text cut by length, between the two halves of an emoji, ends in one. */
const HALVES = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/**
 * Return a text that survives UTF-8 and a database: no half characters, no NUL.
 * @param {string} text
 */
export function wellFormed(text) {
  return text.replace(/\0/g, "").replace(HALVES, "\uFFFD");
}

/**
 * Return the first `longest` UTF-16 units of a text, without a half character at the end.
 * @param {string} text
 * @param {number} longest
 */
export function cut(text, longest) {
  return wellFormed(text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, ""));
}

/**
 * Return the frame as JSON.
 * @param {object} frame
 */
export function written(frame) {
  return JSON.stringify(frame, (_, value) =>
    typeof value === "string" ? wellFormed(value) : value,
  );
}
