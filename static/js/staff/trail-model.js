/**
 * What each visitor read while his chat was open here, newest last.
 *
 * @typedef {{article?: number | null, title: string, url: string, at: number}} Page
 */

export class TrailModel {
  /** @type {Map<string, Page[]>} */
  #trails = new Map();

  /** @param {string} conversation @returns {Page | undefined} */
  here(conversation) {
    return this.#trails.get(conversation)?.at(-1);
  }

  /** @param {string} conversation @returns {Page[]} where he was before, latest first */
  before(conversation) {
    return (this.#trails.get(conversation) ?? []).slice(0, -1).reverse();
  }

  /**
   * He is on this page now. Being told of the same page again changes no time.
   * @param {string} conversation @param {Page} page
   */
  reads(conversation, page) {
    const trail = this.#trails.get(conversation) ?? [];
    const last = trail.at(-1);
    const same = last && last.url === page.url && last.article === page.article;
    if (same) trail[trail.length - 1] = { ...page, at: last.at };
    else trail.push(page);
    this.#trails.set(conversation, trail);
  }

  /**
   * He has moved on. What he read before he did so for the first time stands only in his row.
   * @param {import("./row-model.js").Row | undefined} row
   * @param {{conversation: string, article?: number, title: string, url: string}} told `chat.where`
   * @param {number} now
   */
  follow(row, { conversation, article, title, url }, now) {
    if (row?.url && row.url !== url && !this.here(conversation)) {
      this.reads(conversation, { article: row.article, title: row.title, url: row.url, at: row.lastAt });
    }
    this.reads(conversation, { article, title, url, at: now });
  }
}
