// @ts-check
/**
 * When to ask which articles match what is being typed. No DOM; time is handed in.
 *
 * One asks when the writer pauses, not with each letter, and never more than once a second; the
 * same words are asked about once.
 */

/** A pause that long is one. */
export const PAUSE_MS = 600;
export const EVERY_MS = 1_000;
/** Who was not answered asks again so much later, and so often. */
export const AGAIN_MS = 2_000;
const TRIES = 5;
/** Shorter words are a greeting. */
export const LEAST = 8;
/** What is asked about of a long letter: its end, for the question comes after the greeting. */
export const LONGEST = 500;

export class MatchModel {
  /** When to look again, in milliseconds of the clock handed in. */
  dueAt = Infinity;
  #text = "";
  #asked = "";
  #askedAt = -Infinity;
  #tries = 0;

  /** @param {string} text @param {number} now */
  typed(text, now) {
    this.#text = [...text.trim()].slice(-LONGEST).join("");
    this.#tries = 0;
    this.dueAt = this.#wanted ? Math.max(now + PAUSE_MS, this.#askedAt + EVERY_MS) : Infinity;
  }

  /** @param {number} now @returns {string | null} what to ask about now, if anything */
  due(now) {
    if (now < this.dueAt) return null;
    this.dueAt = Infinity;
    this.#askedAt = now;
    this.#asked = this.#text;
    return this.#text;
  }

  /** No answer came to what was asked: the line is away, or it was too often. @param {number} now */
  missed(now, again = AGAIN_MS) {
    this.#asked = "";
    this.#tries += 1;
    if (this.#tries < TRIES && this.speaks) this.dueAt = Math.min(this.dueAt, now + again);
  }

  /** Whether there are words to go by. @returns {boolean} */
  get speaks() {
    return [...this.#text].length >= LEAST;
  }

  get #wanted() {
    return this.speaks && this.#text !== this.#asked;
  }
}
