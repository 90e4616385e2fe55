// @ts-check
/**
 * Finds emoji by their names, and moves through rows of them. No DOM.
 *
 * @typedef {{emoji: string, name: string, words: string[]}} Emoji
 * @typedef {{row: number, column: number}} Cell
 */

/**
 * Join emoji and their names, group by group.
 * @param {Record<string, string[]>} groups
 * @param {Record<string, string[]>} names "name, other words" in the same order
 * @returns {Map<string, Emoji[]>}
 */
export function catalogue(groups, names) {
  return new Map(Object.entries(groups).map(([group, all]) => [
    group,
    all.map((emoji, index) => {
      const called = names[group]?.[index] ?? emoji;
      return { emoji, name: called.split(",")[0], words: folded(called).split(/[\s,]+/) };
    }),
  ]));
}

/**
 * Find by the beginnings of words; in scripts without spaces, by what stands anywhere in them.
 * @param {Map<string, Emoji[]>} all @param {string} query
 * @returns {Emoji[]}
 */
export function matching(all, query) {
  const wanted = folded(query).split(/\s+/).filter(Boolean);
  const fits = (/** @type {string[]} */ words) => wanted.every((part) => words.some((word) =>
    word.startsWith(part) || (/\p{Script=Han}/u.test(part) && word.includes(part))));
  return [...all.values()].flat().filter(({ words }) => fits(words));
}

/** Case, accents, vowel signs and the forms of alif are no difference. @param {string} text */
function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

/** @template T @param {readonly T[]} all @param {number} size @returns {T[][]} */
export function inRows(all, size) {
  const rows = [];
  for (let at = 0; at < all.length; at += size) rows.push(all.slice(at, at + size));
  return rows;
}

/**
 * Where a key leads in rows of unlike length.
 * @param {readonly number[]} lengths @param {Cell} from @param {string} key
 * @param {{rtl?: boolean, whole?: boolean}} [how]  whole: Control is held, the ends are those of all
 * @returns {Cell | null} null: out at the top; the same cell where there is no way on
 */
export function step(lengths, { row, column }, key, { rtl = false, whole = false } = {}) {
  const within = (/** @type {number} */ to) =>
    ({ row: to, column: Math.min(column, lengths[to] - 1) });
  const last = lengths.length - 1;
  switch (key) {
    case rtl ? "ArrowLeft" : "ArrowRight":
      if (column + 1 < lengths[row]) return { row, column: column + 1 };
      return row < last ? { row: row + 1, column: 0 } : { row, column };
    case rtl ? "ArrowRight" : "ArrowLeft":
      if (column > 0) return { row, column: column - 1 };
      return row > 0 ? { row: row - 1, column: lengths[row - 1] - 1 } : { row, column };
    case "ArrowDown": return row < last ? within(row + 1) : { row, column };
    case "ArrowUp": return row > 0 ? within(row - 1) : null;
    case "Home": return whole ? { row: 0, column: 0 } : { row, column: 0 };
    case "End": return whole ? { row: last, column: lengths[last] - 1 } : { row, column: lengths[row] - 1 };
    default: return { row, column };
  }
}

/** What was used last, the newest first; forgotten with the page. */
export class Recent {
  /** @type {Emoji[]} */
  all = [];
  #most;

  /** @param {number} most */
  constructor(most) {
    this.#most = most;
  }

  /** @param {Emoji} used */
  use(used) {
    this.all = [used, ...this.all.filter(({ emoji }) => emoji !== used.emoji)].slice(0, this.#most);
  }
}
