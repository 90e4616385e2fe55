/**
 * What the panel must still know on the next article: whether it is open, the unsent draft, what
 * was filled into a form, where the log was scrolled to, what he was told. One tab's own, in
 * `sessionStorage`; in memory where that is denied.
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

/** As it is for somebody who was never here. */
const EMPTY = {
  open: false,
  draft: "",
  /** What stands in a form, by the names of its fields. @type {Record<string, any>} */
  form: {},
  /** What he said of himself, until the desk has it. @type {Record<string, any>} */
  details: {},
  /** @type {Place | null} */
  scroll: null,
  /** The conversation that was rated. */
  rated: "",
  /** Whether he knows that staff see what he types. */
  told: false,
};

export class DraftModel {
  open = EMPTY.open;
  draft = EMPTY.draft;
  form = EMPTY.form;
  details = EMPTY.details;
  scroll = EMPTY.scroll;
  rated = EMPTY.rated;
  told = EMPTY.told;
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
      for (const [name, empty] of Object.entries(EMPTY)) {
        const value = kept[name];
        const fits = name === "scroll" ? typeof value?.key === "string" : value && typeof value === typeof empty;
        Object.assign(this, { [name]: fits ? value : empty });
      }
    } catch {
      // Denied or not ours: begin afresh.
    }
  }

  /** @param {Partial<typeof EMPTY>} changes */
  keep(changes) {
    Object.assign(this, changes);
    const kept = Object.keys(EMPTY).map((name) => [name, /** @type {any} */ (this)[name]]);
    try {
      this.#place?.setItem(KEY, JSON.stringify(Object.fromEntries(kept)));
    } catch {
      // Denied or full: it lives in memory.
    }
  }

  /** Nothing of him may stay. */
  forget() {
    Object.assign(this, EMPTY);
    try {
      this.#place?.removeItem(KEY);
    } catch {
      // Denied: there is nothing.
    }
  }
}
