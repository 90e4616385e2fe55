// @ts-check
/** The order of the most read, without the page. */

/** @typedef {{article: string, clicks: number}} Row */

/**
 * Return the rows with the most read first; among equals nobody overtakes.
 * @template {Row} T
 * @param {T[]} rows as they stand
 * @returns {T[] | null} nothing when they stand right
 */
export function ranked(rows) {
  const right = [...rows].sort((one, other) => other.clicks - one.clicks);
  return right.every((row, at) => row === rows[at]) ? null : right;
}
