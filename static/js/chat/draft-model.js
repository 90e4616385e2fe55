/**
 * What the panel must still know on the next article: whether it is open, the unsent draft, where
 * the log was scrolled to. One tab's own, in `sessionStorage`; in memory where that is denied.
 *
 * @typedef {{key: string, offset: number}} Place  the topmost row in view; null means the end
 * @typedef {import("./outbox-model.js").Place} Storing
 */

export const KEY = "portal.chat";

/** @returns {Storage | null} this tab's storage, if the reader allows it */
export function tabStorage() {
  try {
    return globalThis.sessionStorage;
  } catch {
    return null;
  }
}

export class DraftModel {
  open = false;
  draft = "";
  name = "";
  /** @type {Place | null} */
  scroll = null;
  /** @type {Storing | null} */
  #place;

  /** @param {Storing | null} place */
  constructor(place = tabStorage()) {
    this.#place = place;
    this.read();
  }

  /** Take what this tab kept last; nothing kept leaves everything as it is. */
  read() {
    try {
      const kept = JSON.parse(this.#place?.getItem(KEY) ?? "null");
      if (!kept) return;
      this.open = kept.open === true;
      this.draft = typeof kept.draft === "string" ? kept.draft : "";
      this.name = typeof kept.name === "string" ? kept.name : "";
      this.scroll = typeof kept.scroll?.key === "string" ? kept.scroll : null;
    } catch {
      // Denied or not ours: begin afresh.
    }
  }

  /** @param {Partial<Pick<DraftModel, "open" | "draft" | "name" | "scroll">>} changes */
  keep(changes) {
    Object.assign(this, changes);
    const { open, draft, name, scroll } = this;
    try {
      this.#place?.setItem(KEY, JSON.stringify({ open, draft, name, scroll }));
    } catch {
      // Denied or full: it lives in memory.
    }
  }
}
