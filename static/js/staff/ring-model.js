/**
 * When the desk rings: at once for a chat nobody has rung for yet, and again every 20 seconds
 * while one that rang still waits and its agent is available. Knows neither sound nor clock.
 */

/** A phone that rings once is not heard by somebody who fetches a coffee. */
export const REPEAT_MS = 20_000;
/** Each repeat that nobody heeded is a little more to be heard, from the first to the last of these. */
export const LOUDNESS = [0.5, 0.7, 1];
/** Several chats that begin together ring once. */
export const TOGETHER_MS = 1_500;

/**
 * @typedef {object} Ring
 * @property {boolean} sound  the two tones are played now
 * @property {string[]} fresh  conversations that ring for the first time
 */

export class RingModel {
  /** @type {Set<string>} */
  #waiting = new Set();
  /** @type {Set<string>} */
  #rung = new Set();
  #lastSound = -Infinity;
  /** How often it has rung since something new came. */
  #repeats = 0;
  /** An agent who is away is shown what waits and hears nothing. */
  available = true;

  /** @returns {number} */
  get count() {
    return this.#waiting.size;
  }

  /** @param {Iterable<string>} conversations all that wait now for anybody */
  wait(conversations) {
    this.#waiting = new Set(conversations);
    // One that was answered and waits again is news again.
    for (const id of this.#rung) if (!this.#waiting.has(id)) this.#rung.delete(id);
  }

  /**
   * What is to be done at `now`. Call it after each change and once a second.
   * @param {number} now milliseconds of any steady clock
   * @returns {Ring}
   */
  due(now) {
    const fresh = [...this.#waiting].filter((id) => !this.#rung.has(id));
    for (const id of fresh) this.#rung.add(id);
    const since = now - this.#lastSound;
    const wanted = fresh.length > 0 ? since >= TOGETHER_MS : since >= REPEAT_MS;
    const sound = this.available && this.#waiting.size > 0 && wanted;
    if (fresh.length || !this.#waiting.size) this.#repeats = 0;
    if (sound) {
      this.#lastSound = now;
      this.#repeats += 1;
    }
    return { sound, fresh };
  }

  /** @returns {number} of the ring that is due now, up to 1 */
  get loudness() {
    return LOUDNESS[Math.min(Math.max(this.#repeats - 1, 0), LOUDNESS.length - 1)];
  }

  /**
   * The document's title while something waits.
   * @param {string} title
   */
  title(title) {
    return this.count ? `(${this.count}) ${title}` : title;
  }
}
