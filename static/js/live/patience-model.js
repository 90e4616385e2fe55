// @ts-check
/**
 * When trouble is worth a word: a hiccup of a second is nobody's business, and what was said
 * stays long enough to be read. No clock of its own.
 */

/** Trouble that is over sooner was never worth a word. */
export const PATIENCE_MS = 1_000;
/** What is said once stands at least this long. */
const READING_MS = 1_000;

export class PatienceModel {
  /** When to ask again without a cause; Infinity: never. */
  dueAt = Infinity;
  #since = NaN;
  #shownAt = NaN;
  #words = "";

  /**
   * Return what is to be shown.
   * @param {string} words about the trouble; "" while there is none
   * @param {number} now
   */
  say(words, now) {
    this.dueAt = Infinity;
    if (!words) return this.#over(now);
    if (Number.isNaN(this.#since)) this.#since = now;
    if (now - this.#since < PATIENCE_MS && !this.#words) return this.#later(this.#since + PATIENCE_MS, "");
    if (!this.#words) this.#shownAt = now;
    return (this.#words = words);
  }

  /** @param {number} now */
  #over(now) {
    this.#since = NaN;
    const until = this.#shownAt + READING_MS;
    if (this.#words && now < until) return this.#later(until, this.#words);
    return (this.#words = "");
  }

  /** @param {number} at @param {string} words */
  #later(at, words) {
    this.dueAt = at;
    return words;
  }
}
