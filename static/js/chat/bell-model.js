/** When a visitor's tab rings: something new that nobody looks at. Knows neither sound nor clock. */

/** Whoever looks in another tab says so within this time, and nothing rings. */
export const GRACE_MS = 400;

export class BellModel {
  /** When to ring; Infinity: not. */
  dueAt = Infinity;
  #unread = NaN;

  /**
   * Take how much is unread. What was unread when the page came rings nobody.
   * @param {number} unread @param {number} now
   */
  hear(unread, now) {
    if (unread > this.#unread) this.dueAt = Math.min(this.dueAt, now + GRACE_MS);
    if (!unread) this.dueAt = Infinity;
    this.#unread = unread;
  }

  /** @param {number} now @returns {boolean} whether to ring, once */
  ring(now) {
    if (now < this.dueAt) return false;
    this.dueAt = Infinity;
    return true;
  }

  /**
   * The document's title while something is unread.
   * @param {string} title
   */
  title(title) {
    return this.#unread ? `(${this.#unread}) ${title}` : title;
  }
}
