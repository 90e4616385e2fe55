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

  /** @param {string} text @param {number} now */
  typed(text, now) {
    this.#text = [...text.trim()].slice(-LONGEST).join("");
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

  /** Whether there are words to go by. @returns {boolean} */
  get speaks() {
    return [...this.#text].length >= LEAST;
  }

  get #wanted() {
    return this.speaks && this.#text !== this.#asked;
  }
}
