/**
 * Canned replies: which fit what is typed, and what stands in the field once one is chosen.
 *
 * @typedef {{shortcut: string, title: string, text: string, category: string, article: number | null}} Reply
 * @typedef {{visitor: string, agent: string, article: string, site: string}} Values
 */

import { folded } from "./transfer-model.js";

const SHOWN_MOST = 8;

/**
 * @param {Reply[]} replies best first, as the server ordered them
 * @param {string} typed
 * @returns {Reply[]} those whose shortcut begins so come first
 */
export function fitting(replies, typed) {
  const wanted = folded(typed);
  const rank = ({ shortcut, title, text }) => {
    if (folded(shortcut).startsWith(wanted)) return 0;
    if (folded(`${shortcut} ${title}`).includes(wanted)) return 1;
    return wanted.length > 2 && folded(text).includes(wanted) ? 2 : 3;
  };
  return replies
    .map((reply, index) => ({ reply, index, rank: rank(reply) }))
    .filter((each) => each.rank < 3)
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .slice(0, SHOWN_MOST)
    .map(({ reply }) => reply);
}

/**
 * @param {string} text with `{visitor}`, `{agent}`, `{article}`, `{site}`; any other brace stays
 * @param {Values} values
 * @returns {string}
 */
export function filled(text, values) {
  return text.replace(/( ?)\{(visitor|agent|article|site)\}/g, (_, gap, name) => (values[name] ? gap + values[name] : ""));
}

/**
 * Who is mentioned in a note: whoever's name stands there behind an `@`.
 * @param {string} text @param {{id: number, name: string}[]} people
 * @returns {number[]}
 */
export function mentioned(text, people) {
  const known = [...people].sort((a, b) => b.name.length - a.name.length);
  const ids = new Set();
  let rest = text;
  // The longer name first: "@Ann Lee" is not "@Ann".
  for (const { id, name } of known) {
    const said = `@${name}`;
    if (!rest.includes(said)) continue;
    ids.add(id);
    rest = rest.replaceAll(said, " ");
  }
  return [...ids];
}
