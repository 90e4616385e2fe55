/**
 * Typing, both ways. What the visitor types is told now and then and lost without harm; where staff
 * may read along, the words themselves, once a second. What staff do is believed for a while.
 */

/** Typing is told again at most this often … */
const TOLD_EVERY_MS = 3_000;
/** … and the words, where they are read along, this often. */
const SHOWN_EVERY_MS = 1_000;
/** What was heard is believed this long when nothing more is. */
const LASTS_MS = 7_000;
/** As many characters as a frame may carry. */
const TYPED_LONGEST = 4_000;

export class Typing {
  /** @type {string | null} the name of the one who is writing */
  by = null;
  #tell;
  #changed;
  #shown;
  #toldAt = 0;
  #words = "";
  /** @type {Record<string, ReturnType<typeof setTimeout> | undefined>} */
  #timers = {};

  /**
   * @param {object} parts
   * @param {(text?: string) => boolean} parts.tell  whether it was told; "" that he stopped
   * @param {() => void} parts.changed  somebody writes, or has stopped
   * @param {boolean} parts.shown  whether staff read along
   */
  constructor({ tell, changed, shown }) {
    this.#tell = tell;
    this.#changed = changed;
    this.#shown = shown;
  }

  /** @param {string} text what stands in the field */
  writes(text) {
    this.#words = text;
    const due = this.#toldAt + (this.#shown ? SHOWN_EVERY_MS : TOLD_EVERY_MS) - Date.now();
    if (due <= 0) this.#say();
    else if (this.#shown) this.#timers.say ??= setTimeout(() => this.#say(), due);
  }

  #say() {
    this.ends();
    // Cut by code points: half of one may not travel.
    const words = [[...this.#words].slice(0, TYPED_LONGEST).join("")];
    if (this.#tell(...(this.#shown ? words : []))) this.#toldAt = Date.now();
  }

  /** The field is empty again. */
  rests() {
    this.ends();
    if (this.#toldAt) this.#tell("");
    this.#toldAt = 0;
  }

  /** Nothing more is told of what was typed: it was said. */
  ends() {
    clearTimeout(this.#timers.say);
    this.#timers.say = undefined;
  }

  /** @param {{author?: {kind: string, name?: string}, on?: boolean}} typing */
  heard({ author, on }) {
    if (author?.kind === "visitor") return;
    clearTimeout(this.#timers.by);
    this.by = on ? (author?.name ?? "") : null;
    if (on) this.#timers.by = setTimeout(() => this.stopped(), LASTS_MS);
  }

  /** Nobody writes: he has said it, or the line is gone. */
  stopped() {
    clearTimeout(this.#timers.by);
    if (this.by === null) return;
    this.by = null;
    this.#changed();
  }

  /** No more timers. */
  stop() {
    this.ends();
    clearTimeout(this.#timers.by);
  }
}
