// @ts-check
/** What a page that is no longer the newest says about it, and when it says nothing. */

/**
 * @typedef {{words: string, act: string, to: string|null}} Notice `to`: where the act leads, null
 *   for this page again
 */

/** @type {Record<"updated"|"withdrawn"|"reload", Notice>} */
const NOTICES = {
  updated: { words: "This article was updated.", act: "Show the new version", to: null },
  withdrawn: { words: "This article was withdrawn.", act: "To the front page", to: "/" },
  reload: { words: "There is a newer version of this page.", act: "Reload", to: null },
};

export class NoticeModel {
  /** What is to be read now. @type {Notice|null} */ shown = null;

  #revision = 0;
  #kind = "";
  #told = false;

  /**
   * Take a `news.changed` or a `live.welcome`.
   * @param {{type: string, revision?: number, kind?: string, reload?: boolean}} frame
   * @returns {boolean} whether `shown` is another one now
   */
  hear({ type, revision = 0, kind = "", reload = false }) {
    if (type === "news.changed") return this.#changed(revision, kind);
    return reload && this.#outdated();
  }

  /** It was read, and is not wanted. What it told is not told again. */
  dismiss() {
    this.shown = null;
  }

  /** @param {number} revision @param {string} kind */
  #changed(revision, kind) {
    if (kind !== "updated" && kind !== "withdrawn") return false; // a newer server's word
    if (revision < this.#revision) return false;
    // A withdrawal may keep its revision's number.
    if (revision === this.#revision && kind === this.#kind) return false;
    [this.#revision, this.#kind] = [revision, kind];
    const before = this.shown;
    this.shown = NOTICES[kind];
    return this.shown !== before;
  }

  /** Every welcome says it, so it is told once a page; and what the article did matters more. */
  #outdated() {
    if (this.#told) return false;
    this.#told = true;
    if (this.shown) return false; // whichever act is taken brings the new scripts too
    this.shown = NOTICES.reload;
    return true;
  }
}
