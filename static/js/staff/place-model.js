/**
 * Where each visitor is in what he reads: the article, its revision as his page was served, and
 * the passage in his view.
 *
 * @typedef {{article: number, revision: number, paragraph: string, depth: number}} Place
 *   `revision` 0 and `paragraph` "" for what is not known; `depth` in percent of the page.
 */

export class PlaceModel {
  /** @type {Map<string, Place>} */
  #places = new Map();

  /** @param {string} conversation @returns {Place | undefined} none: he is on no article of ours */
  of(conversation) {
    return this.#places.get(conversation);
  }

  /**
   * He is there now; what a frame does not say of the same article stays as it was.
   * @param {{conversation: string, article?: number, revision?: number, paragraph?: string | number, depth?: number}} told
   *   `chat.where`
   * @returns {"page" | "place" | ""} what is another one than before
   */
  take({ conversation, article, revision, paragraph, depth }) {
    const before = this.#places.get(conversation);
    if (!article) {
      this.#places.delete(conversation);
      return before ? "page" : "";
    }
    const same = before?.article === article && (!revision || before.revision === revision);
    const now = {
      article,
      revision: revision ?? (same ? before.revision : 0),
      paragraph: paragraph === undefined ? (same ? before.paragraph : "") : String(paragraph),
      depth: depth ?? (same ? before.depth : 0),
    };
    this.#places.set(conversation, now);
    if (!same) return "page";
    return before.paragraph === now.paragraph && before.depth === now.depth ? "" : "place";
  }

  /** @param {string} conversation */
  forget(conversation) {
    this.#places.delete(conversation);
  }
}

/**
 * The address at which staff find one revision's text.
 * @param {Place} place @returns {string} of what readers are served now, while it is not known which
 */
export function textAddress({ article, revision }) {
  return `/staff/articles/${article}/revisions/${revision}`;
}
