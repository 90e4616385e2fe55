// @ts-check
/**
 * The numbers a page shows, without the page. Every number told is absolute; clicks never fall,
 * whatever order frames come in. Paused, numbers are kept and shown when the reader wants them.
 */

/** @typedef {{clicks: number, open: number, reading: number}} Numbers */

/** The most articles a socket may watch. */
export const MOST_WATCHED = 100;

export class CountsModel {
  /** @type {Map<string, Numbers>} */
  #numbers = new Map();
  #paused = false;

  get paused() {
    return this.#paused;
  }

  /** @param {boolean} paused */
  pause(paused) {
    this.#paused = paused;
  }

  /**
   * Take what the server tells.
   * @param {Record<string, Numbers>} counts
   */
  hear(counts) {
    for (const [article, { clicks, open, reading }] of Object.entries(counts)) {
      const before = this.#numbers.get(article)?.clicks ?? 0;
      this.#numbers.set(article, { clicks: Math.max(before, clicks), open, reading });
    }
  }

  /**
   * Return an article's numbers to show now; nothing while paused or when none were told.
   * @param {string} article
   * @returns {Numbers | null}
   */
  shown(article) {
    return this.#paused ? null : (this.#numbers.get(article) ?? null);
  }
}

/**
 * Return what to watch: each article once, the first ones when there are too many.
 * @param {Iterable<string | null>} articles
 * @returns {number[]}
 */
export function watched(articles) {
  const wanted = new Set();
  for (const article of articles) {
    const id = Number(article);
    if (Number.isSafeInteger(id) && id > 0) wanted.add(id);
  }
  return [...wanted].slice(0, MOST_WATCHED);
}
