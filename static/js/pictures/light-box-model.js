// @ts-check
/** Which of several pictures is shown, and what a key or a finger makes of it. */

/** Pixels a finger must move across before it is meant. */
const SWIPE_PX = 48;
const KEYS = { ArrowLeft: -1, ArrowRight: 1 };

export class LightBoxModel {
  #at;
  #count;
  #turned;

  /**
   * @param {number} count of pictures
   * @param {number} at the first one's place, from 0
   * @param {boolean} turned whether the page runs from right to left
   */
  constructor(count, at, turned = false) {
    this.#count = Math.max(1, count);
    this.#at = Math.min(Math.max(0, at), this.#count - 1);
    this.#turned = turned;
  }

  get at() {
    return this.#at;
  }

  get several() {
    return this.#count > 1;
  }

  get first() {
    return this.#at === 0;
  }

  get last() {
    return this.#at === this.#count - 1;
  }

  /** Both numbers, for people. */
  get place() {
    return { number: this.#at + 1, count: this.#count };
  }

  /** @param {number} steps @returns {boolean} whether another one is shown now */
  turn(steps) {
    const before = this.#at;
    this.#at = Math.min(Math.max(0, before + steps), this.#count - 1);
    return this.#at !== before;
  }

  /**
   * Arrows point where they point: to the left is on where one reads from the right.
   * @param {string} key @returns {boolean | null} null: the key is not ours
   */
  press(key) {
    if (key === "Home") return this.turn(-this.#count);
    if (key === "End") return this.turn(this.#count);
    const way = KEYS[/** @type {keyof typeof KEYS} */ (key)];
    return way === undefined ? null : this.turn(this.#turned ? -way : way);
  }

  /**
   * A finger pulls the next one in from where reading goes on.
   * @param {number} across pixels, to the right positive @param {number} down
   */
  swipe(across, down) {
    if (Math.abs(across) < SWIPE_PX || Math.abs(across) < 2 * Math.abs(down)) return false;
    return this.turn(across < 0 === !this.#turned ? 1 : -1);
  }
}
