/**
 * The article table: numbers that move, rows that stay. Keeps what each article had during the
 * last five minutes, to say how much that was; sorts only when it is asked to.
 */

export const WINDOW_MS = 5 * 60_000;

/** @typedef {"title" | "clicks" | "open" | "reading" | "change"} Column */
/**
 * @typedef {{id: number, title: string, clicks: number, open: number | null,
 *   reading: number | null, change: number}} Article  `change`: of the last five minutes, as loaded
 */

export class ArticlesModel {
  /** @type {Map<number, Article>} */
  #articles;
  /** @type {Map<number, {at: number, clicks: number}[]>} oldest first */
  #samples = new Map();
  /** @type {Column} */
  column = "clicks";
  /** @type {"ascending" | "descending"} */
  direction = "descending";

  /** @param {Article[]} articles @param {number} [now] */
  constructor(articles, now = 0) {
    this.#articles = new Map(articles.map((article) => [article.id, article]));
    for (const { id, clicks, change } of articles) {
      const before = { at: now, clicks: clicks - change };
      this.#samples.set(id, change ? [before, { at: now, clicks }] : [before]);
    }
  }

  /** @returns {number[]} */
  get ids() {
    return [...this.#articles.keys()];
  }

  /** @param {number} id */
  get(id) {
    return this.#articles.get(id);
  }

  /**
   * @param {number} id @param {{clicks: number, open: number, reading: number}} counts
   * @param {number} now
   */
  take(id, { clicks, open, reading }, now) {
    const article = this.#articles.get(id);
    if (!article) return;
    const samples = this.#samples.get(id);
    if (samples.at(-1).clicks !== clicks) samples.push({ at: now, clicks });
    this.#articles.set(id, { ...article, clicks, open, reading });
  }

  /**
   * @param {number} id @param {number} now
   * @returns {number} clicks within the window
   */
  change(id, now) {
    const samples = this.#samples.get(id);
    // The last one before the window began is what it is measured from.
    while (samples.length > 1 && samples[1].at <= now - WINDOW_MS) samples.shift();
    return samples.at(-1).clicks - samples[0].clicks;
  }

  /**
   * A press on a heading: that column, biggest first; again, the other way.
   * @param {Column} column
   */
  sortBy(column) {
    const first = column === "title" ? "ascending" : "descending";
    const other = this.direction === "ascending" ? "descending" : "ascending";
    this.direction = column === this.column ? other : first;
    this.column = column;
  }

  /** @param {number} now @returns {number[]} ids in the order asked for */
  sorted(now) {
    const sign = this.direction === "ascending" ? 1 : -1;
    const value = (article) =>
      this.column === "change" ? this.change(article.id, now) : article[this.column];
    return [...this.#articles.values()]
      .sort((a, b) => sign * compare(value(a), value(b)) || a.title.localeCompare(b.title))
      .map((article) => article.id);
  }
}

/** What is not known yet is less than nothing. */
function compare(a, b) {
  if (typeof a === "string") return a.localeCompare(b);
  return (a ?? -1) - (b ?? -1);
}
