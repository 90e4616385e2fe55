/**
 * What was written and is not yet stored by the server.
 *
 * An item leaves only when `chat.stored` names it, or when its author takes it back to edit. It
 * keeps its `id` through every repetition, so that the server stores it once. Items go out one
 * after the other, in the order they were written; one that is refused for good steps aside and
 * does not hold up the rest. The box lies in `sessionStorage`: it survives a reload and the next
 * article; where that is denied it lives as long as the page.
 *
 * @typedef {{id: string, text: string, at: number, state: "waiting" | "sending" | "failed",
 *   more?: object, code?: string, retryAt?: number}} Item  `more`: what else its frame carries
 * @typedef {{code?: string, retry_ms?: number}} Refusal
 * @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} Place
 */

const KEY = "portal.chat.outbox";
/** Refusals that repeating the same bytes cannot mend. */
const FINAL = new Set(["too_long", "conflict", "bad_field", "bad_frame", "not_allowed", "closed"]);
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** @returns {string} 22 characters no one else has */
export function makeId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {Item} item @returns {Item} as it lies in the box before it is sent */
const waits = ({ id, text, at, more }) => ({ id, text, at, ...(more && { more }), state: "waiting" });

/**
 * What else an item's frame carries: of a file its id, the rest is for showing it until it is said.
 * @param {any} [more]
 */
export const framed = (more) =>
  more?.files ? { ...more, files: more.files.map((/** @type {{id: string}} */ { id }) => id) } : more;

export class OutboxModel extends EventTarget {
  /** @type {Item[]} */
  items = [];
  /** @type {Place | null} */
  #place;
  /** @type {(item: Item) => Promise<unknown>} */
  #send;
  #now;
  #open = false;
  /** Counts the lines we were given: a late "gone" speaks of an earlier one. */
  #line = 0;
  #busy = false;
  #failures = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {object} parts
   * @param {(item: Item) => Promise<unknown>} parts.send resolves once stored, rejects with {code, retry_ms}
   * @param {Place | null} parts.place where items outlive the page
   * @param {() => number} [parts.now]
   */
  constructor({ send, place, now = Date.now }) {
    super();
    this.#send = send;
    this.#place = place;
    this.#now = now;
    this.reread();
  }

  /** Take what this tab kept last: since then another page of it may have sent or added some. */
  reread() {
    try {
      if (!this.#place) return;
      const kept = JSON.parse(this.#place.getItem(KEY) ?? "[]");
      this.items = kept
        .filter((/** @type {Item} */ item) => item?.id && typeof item.text === "string")
        .map((/** @type {Item} */ item) => (item.state === "failed" ? item : waits(item)));
    } catch {
      // Denied or not ours: what is here stays.
    }
  }

  #changed() {
    try {
      if (this.items.length) this.#place?.setItem(KEY, JSON.stringify(this.items));
      else this.#place?.removeItem(KEY);
    } catch {
      // Denied or full: the items live in memory.
    }
    this.dispatchEvent(new Event("change"));
  }

  /**
   * Take a text; it goes out as soon as it can.
   * @param {string} text
   * @param {object} [more] what else its frame carries: a quote, files, mentions
   * @returns {Item}
   */
  add(text, more) {
    const item = waits({ id: makeId(), text, at: this.#now(), more, state: "waiting" });
    this.items.push(item);
    this.#changed();
    this.#run();
    return item;
  }

  /**
   * Take what another tab could not send before it went; under their ids it is stored once, even
   * if that tab sends it after all.
   * @param {Item[]} items
   */
  adopt(items) {
    const known = new Set(this.items.map((item) => item.id));
    const fresh = items.filter(({ id }) => !known.has(id));
    if (!fresh.length) return;
    this.items.push(...fresh.map(waits));
    this.#changed();
    this.#run();
  }

  /** The conversation is attached: what waits may go. */
  open() {
    this.#open = true;
    this.#line += 1;
    this.#failures = 0;
    this.#run();
  }

  /** The line is gone: what was on its way waits, under the same id. */
  pause() {
    this.#open = false;
  }

  /** @param {string} id the server has it, however we came to know */
  stored(id) {
    const before = this.items.length;
    this.items = this.items.filter((item) => item.id !== id);
    if (this.items.length !== before) this.#changed();
  }

  /**
   * Try a refused message once more.
   * @param {string} id
   */
  retry(id) {
    const item = this.items.find((each) => each.id === id);
    if (!item || item.state === "sending") return;
    // Under this id the server keeps another text: only a new id can carry this one.
    if (item.code === "conflict") item.id = makeId();
    item.state = "waiting";
    item.code = item.retryAt = undefined;
    this.#changed();
    this.#run();
  }

  /**
   * Take a refused message out, to edit it.
   * @param {string} id
   * @returns {string} its text
   */
  take(id) {
    const item = this.items.find((each) => each.id === id && each.state === "failed");
    if (item) this.stored(id);
    return item?.text ?? "";
  }

  /** Nothing of this is to be sent. */
  clear() {
    this.items = [];
    this.#changed();
  }

  /** No more timers; what is here stays in storage. */
  stop() {
    this.#open = false;
    clearTimeout(this.#timer);
  }

  #next() {
    return this.items.find((item) => item.state === "waiting");
  }

  async #run() {
    clearTimeout(this.#timer);
    if (this.#busy) return;
    this.#busy = true;
    let pause = 0;
    for (let item = this.#next(); this.#open && item && !pause; item = this.#next()) {
      const line = this.#line;
      pause = await this.#try(item);
      // What was refused before is no measure for the new line.
      if (line !== this.#line) pause = 0;
    }
    this.#busy = false;
    if (this.#open && pause) this.#timer = setTimeout(() => this.#run(), pause);
  }

  /**
   * @param {Item} item
   * @returns {Promise<number>} how long to wait before the next one, in milliseconds
   */
  async #try(item) {
    item.state = "sending";
    item.retryAt = undefined;
    const line = this.#line;
    this.#changed();
    try {
      await this.#send(item);
    } catch (error) {
      return this.#refused(item, /** @type {Refusal} */ (error), line);
    }
    this.#failures = 0;
    this.stored(item.id);
    return 0;
  }

  /** @param {Item} item @param {Refusal} refusal @param {number} line */
  #refused(item, { code, retry_ms }, line) {
    // Stored all the same, told by history.
    if (!this.items.includes(item)) return 0;
    if (code && FINAL.has(code)) {
      item.state = "failed";
      item.code = code;
      this.#changed();
      return 0;
    }
    item.state = "waiting";
    item.code = code;
    if (code === "gone") {
      if (line === this.#line) this.#open = false;
      this.#changed();
      return 0;
    }
    this.#failures += 1;
    const asked = retry_ms ?? Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#failures - 1));
    // What one is told alone is kept to the letter; what everybody is told, each takes differently.
    const pause = code === "limited" ? asked : asked * (1 + Math.random() / 2);
    if (code === "limited") item.retryAt = this.#now() + pause;
    this.#changed();
    return pause;
  }
}
