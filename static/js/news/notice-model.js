// @ts-check
/** What a page that is no longer the newest says about it, and when it says nothing. No DOM. */

/**
 * @typedef {import("./changes-model.js").Changes} Changes
 * @typedef {"show"|"reload"|"pause"|"resume"|"first"|"front"|"again"} Act
 * @typedef {"updated"|"failed"|"here"|"withdrawn"|"outdated"|"paused"} About
 * @typedef {{about: About, changes: Changes|null, acts: Act[]}} Notice
 */

/** @type {Record<About, Act[]>} */
const ACTS = {
  updated: ["show", "pause"],
  failed: ["reload", "pause"],
  here: ["first"],
  withdrawn: ["front"],
  outdated: ["again"],
  paused: ["resume"],
};

export class NoticeModel {
  /** What is to be read now. @type {Notice|null} */ shown = null;
  /** The revision that is to be looked at, and is not yet; 0: none. */ wanted = 0;

  #revision;
  #kind = "updated";
  #paused;
  #told = false;
  /** The newest that waits, for a reader does not want to be told. */ #waits = 0;

  /** @param {{revision?: number, paused?: boolean}} page the revision it shows */
  constructor({ revision = 0, paused = false } = {}) {
    this.#revision = revision;
    this.#paused = paused;
  }

  get withdrawn() {
    return this.#kind === "withdrawn";
  }

  /**
   * Take a `news.changed` or a `live.welcome`.
   * @param {{type: string, revision?: number, kind?: string, reload?: boolean}} frame
   * @returns {boolean} whether `shown` is another one now; `wanted` may be, too
   */
  hear({ type, revision = 0, kind = "", reload = false }) {
    if (type === "news.changed") return this.#changed(revision, kind);
    return reload && this.#outdated();
  }

  /**
   * The wanted revision came, or did not: null.
   * @param {number} revision @param {Changes|null} changes
   * @returns {boolean} whether `shown` is another one now
   */
  found(revision, changes) {
    if (!this.wanted || revision < this.wanted) return false; // something newer is under way
    this.wanted = 0;
    if (!changes || Object.values(changes).some(Boolean)) return this.#show(changes ? "updated" : "failed", changes);
    // Nothing a reader sees, or it was taken back: then there is nothing to show, either.
    if (this.shown?.about !== "updated" && this.shown?.about !== "failed") return false;
    this.dismiss();
    return true;
  }

  /** It stands on the page now. @param {number} revision @param {boolean} marked whether something can be gone to */
  placed(revision, marked) {
    this.#revision = Math.max(this.#revision, revision);
    this.#show("here");
    if (this.shown && !marked) this.shown.acts = [];
  }

  /** It was read, and is not wanted. What it told is not told again. */
  dismiss() {
    this.shown = null;
  }

  /** @param {boolean} paused @returns {boolean} whether `shown` is another one now */
  pause(paused) {
    if (paused === this.#paused) return false;
    this.#paused = paused;
    if (paused) {
      const told = this.shown?.about;
      this.#waits = this.wanted || (told === "updated" || told === "failed" ? this.#revision : 0);
      this.wanted = 0;
      return this.#waits > 0 && this.#show("paused");
    }
    this.wanted = this.#waits;
    this.#waits = 0;
    if (this.shown?.about !== "paused") return false;
    this.dismiss();
    return true;
  }

  /** @param {number} revision @param {string} kind */
  #changed(revision, kind) {
    if (kind !== "updated" && kind !== "withdrawn") return false; // a newer server's word
    if (revision < this.#revision) return false;
    // A withdrawal may keep its revision's number.
    if (revision === this.#revision && kind === this.#kind) return false;
    [this.#revision, this.#kind] = [revision, kind];
    if (kind === "withdrawn") {
      this.wanted = this.#waits = 0;
      return this.#show("withdrawn"); // whoever wants quiet must know this all the same
    }
    if (this.#paused) this.#waits = revision;
    else this.wanted = revision;
    return false;
  }

  /** Every welcome says it, so it is told once a page; and what the article did matters more. */
  #outdated() {
    if (this.#told) return false;
    this.#told = true;
    if (this.shown || this.wanted) return false;
    return this.#show("outdated");
  }

  /** @param {About} about @param {Changes|null} [changes] */
  #show(about, changes = null) {
    this.shown = { about, changes, acts: [...ACTS[about]] };
    return true;
  }
}
