/**
 * What stands unsent in the composer, by conversation and kind, so that neither switching to
 * another chat nor a reload nor a lost session costs a word. One tab's own.
 *
 * @typedef {{answer: string, note: string, writing: "answer" | "note"}} Draft
 */

const KEY = "portal.desk.drafts";

export class Drafts {
  /** @type {Map<string, Draft>} */
  #drafts = new Map();
  #place;

  /** @param {Storage | null} place */
  constructor(place) {
    this.#place = place;
    try {
      this.#drafts = new Map(Object.entries(JSON.parse(place?.getItem(KEY) ?? "{}")));
    } catch {
      // Denied or not ours: begin afresh.
    }
  }

  /** @param {string} conversation @returns {Draft} */
  of(conversation) {
    return { answer: "", note: "", writing: "answer", ...this.#drafts.get(conversation) };
  }

  /** @param {string} conversation @returns {boolean} whether something unsent stands there */
  has(conversation) {
    const { answer, note } = this.of(conversation);
    return Boolean(answer.trim() || note.trim());
  }

  /** @param {string} conversation @param {Partial<Draft>} changes */
  keep(conversation, changes) {
    const draft = { ...this.of(conversation), ...changes };
    const empty = !draft.answer && !draft.note;
    if (empty) this.#drafts.delete(conversation);
    else this.#drafts.set(conversation, draft);
    try {
      this.#place?.setItem(KEY, JSON.stringify(Object.fromEntries(this.#drafts)));
    } catch {
      // Denied or full: it lives in memory.
    }
  }
}
