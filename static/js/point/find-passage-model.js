// @ts-check
/**
 * Finds a passage again in a page that may have been edited since: first by the id its paragraph
 * had, then by its words, then by words like them. No DOM: a page is the list of its blocks.
 *
 * A block's id is a hash of its text, so an edited paragraph has another id, and its words are
 * what is left of it. Compared are runs of letters that both sides have: a sentence with a word
 * exchanged keeps most of them, another sentence about the same thing keeps few.
 *
 * @typedef {{id: string, text: string}} Block
 * @typedef {{index: number, by: "id" | "text" | "likeness", from: number, to: number}} Found
 *   `from` and `to`: where the words stand in the block's text; equal when they do not
 */

/** Of so many of its runs a passage is still itself. A rewritten sentence has about a third. */
const ALIKE = 0.55;
/** A shorter passage is like too much. */
const LEAST_RUNS = 6;
/** Letters in a run; in scripts that write words without spaces two letters say as much. */
const RUN = 3;
const WIDE_RUN = 2;
const WIDE = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;

/**
 * Find a passage.
 * @param {readonly Block[]} blocks in the order of the page
 * @param {{paragraph: string, text?: string}} passage
 * @returns {Found | null} null: it is not there any more
 */
export function findPassage(blocks, { paragraph, text = "" }) {
  const named = blocks.findIndex((block) => block.id === paragraph);
  if (named >= 0) return found(named, "id", placeOf(text, blocks[named].text));
  if (!letters(text).length) return null;
  return byText(blocks, text) ?? byLikeness(blocks, text);
}

/** @param {readonly Block[]} blocks @param {string} text @returns {Found | null} */
function byText(blocks, text) {
  for (const [index, block] of blocks.entries()) {
    const place = placeOf(text, block.text);
    if (place) return found(index, "text", place);
  }
  return null;
}

/** @param {readonly Block[]} blocks @param {string} text @returns {Found | null} */
function byLikeness(blocks, text) {
  const wanted = runs(text);
  if (wanted.size < LEAST_RUNS) return null;
  let best = { index: -1, share: ALIKE };
  for (const [index, block] of blocks.entries()) {
    const share = shared(wanted, runs(block.text));
    if (share > best.share) best = { index, share };
  }
  return best.index < 0 ? null : found(best.index, "likeness", null);
}

/** @param {number} index @param {Found["by"]} by @param {[number, number] | null} place @returns {Found} */
function found(index, by, place) {
  const [from, to] = place ?? [0, 0];
  return { index, by, from, to };
}

/**
 * Where words stand in a text, whatever stands between and around them.
 * @param {string} words @param {string} text
 * @returns {[number, number] | null} in UTF-16 units of `text`
 */
function placeOf(words, text) {
  const wanted = letters(words).map(([letter]) => letter);
  const there = letters(text);
  if (!wanted.length || wanted.length > there.length) return null;
  // Folded, a letter may be several: joined by what is no letter, they are counted all the same.
  const line = there.map(([letter]) => letter).join("\n");
  const at = line.indexOf(wanted.join("\n"));
  if (at < 0) return null;
  const first = line.slice(0, at).split("\n").length - 1;
  const [, , to] = there[first + wanted.length - 1];
  return [there[first][1], to];
}

/**
 * The letters and figures of a text, folded, each with where it stands. Quotation marks, dashes and
 * spaces are set anew by every renderer; they tell nothing.
 * @param {string} text
 * @returns {[string, number, number][]}
 */
function letters(text) {
  /** @type {[string, number, number][]} */
  const all = [];
  for (const { 0: letter, index } of text.matchAll(/[\p{L}\p{M}\p{N}]/gu)) {
    all.push([letter.normalize("NFKC").toLowerCase(), index, index + letter.length]);
  }
  return all;
}

/** @param {string} text @returns {Set<string>} */
function runs(text) {
  const size = WIDE.test(text) ? WIDE_RUN : RUN;
  const all = letters(text).map(([letter]) => letter);
  const cut = new Set();
  for (let at = 0; at + size <= all.length; at += 1) cut.add(all.slice(at, at + size).join(""));
  return cut;
}

/** @param {Set<string>} wanted @param {Set<string>} there @returns {number} from 0 to 1 */
function shared(wanted, there) {
  let both = 0;
  for (const run of wanted) if (there.has(run)) both += 1;
  return both / wanted.size;
}
