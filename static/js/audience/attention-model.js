// @ts-check
/**
 * Whether somebody reads: pure, told of time, sight and input, and says what to tell the server.
 *
 * Somebody reads while the page is visible and there was input in the last 15 seconds; opening the
 * page and coming back to it is input too. The server believes "reading" for 15 seconds, so it is
 * said again every 5 while there is input, and not more often.
 */

/** @typedef {"reading" | "idle" | "hidden"} State */

/** Input so long ago, in milliseconds, still means that somebody reads. */
export const ATTENTION_MS = 15_000;
/** "Still reading" is said at most so often. */
export const REPEAT_MS = 5_000;

export class AttentionModel {
  /** @type {State} */
  #state = "hidden";
  #visible = false;
  #inputAt = -Infinity;
  #saidAt = -Infinity;

  get state() {
    return this.#state;
  }

  /**
   * @param {boolean} visible
   * @param {number} now milliseconds of any steady clock
   * @returns {State | null} what to tell the server, if anything
   */
  see(visible, now) {
    if (visible && !this.#visible) this.#inputAt = now;
    this.#visible = visible;
    return this.look(now);
  }

  /** @param {number} now @returns {State | null} */
  input(now) {
    if (!this.#visible) return null;
    this.#inputAt = now;
    return this.look(now);
  }

  /** Look at the clock. @param {number} now @returns {State | null} */
  look(now) {
    const state = this.#now(now);
    const anew = state === "reading" && this.#inputAt > this.#saidAt && now - this.#saidAt >= REPEAT_MS;
    return state !== this.#state || anew ? this.#say(state, now) : null;
  }

  /** A fresh socket knows nothing yet. @param {number} now @returns {State} */
  again(now) {
    return this.#say(this.#now(now), now);
  }

  /** @param {State} state @param {number} now */
  #say(state, now) {
    this.#state = state;
    this.#saidAt = now;
    return state;
  }

  /** @param {number} now @returns {State} */
  #now(now) {
    if (!this.#visible) return "hidden";
    return now - this.#inputAt < ATTENTION_MS ? "reading" : "idle";
  }
}
