// @ts-check
/**
 * How the line to the server stands and what is to happen next: no socket, no timer, no DOM.
 *
 * Whoever holds the socket tells what befalls it and does what the state says: `connecting` means
 * that one is wanted, `waiting` and `offline` that one is wanted at `retryAt`. The line comes back
 * for ever; only `refused` (the server said: do not come back) and `stopped` are ends.
 *
 * @typedef {"connecting"|"open"|"waiting"|"offline"|"refused"|"stopped"} State
 * @typedef {object} Told  what everybody may know of the line
 * @property {State} state
 * @property {number|null} retryAt
 * @property {string} reason  why there is none: the server's word, or `away`, `blocked`, `silence` …
 * @property {number} [code]  with which the last one was closed
 * @property {boolean} again  whether it was open before, or an attempt has failed
 */

import { LONGEST_MS, nextWait, refuses } from "./backoff-model.js";

/** A handshake that takes longer than this hangs. */
export const HANDSHAKE_MS = 10_000;
/** One that was begun before the network changed is not waited for that long. */
const HANGS_MS = 4_000;
/** After this long open a connection counts as good, and the next loss starts from the beginning. */
const STEADY_MS = 10_000;
/** So many handshakes in a row that never open are worth a question. */
const WORTH_ASKING = 3;

export class LineModel {
  /** @type {State} */
  state = "stopped";
  /** @type {number|null} */
  retryAt = null;
  /** Whether to ask the server why it refuses; `asked` ends it. */
  asks = false;

  #now;
  #random;
  /** What the browser says of its network. */
  #online = true;
  #asleep = false;
  #attempt = 0;
  #again = false;
  #failed = 0;
  #dialledAt = 0;
  #opened = false;
  #welcomedAt = 0;
  #reason = "";
  /** What `/live/check` said last; it holds until a handshake opens. */
  #cause = "";
  /** The check came through where handshakes do not. */
  #through = false;
  /** @type {number|undefined} */
  #code;
  /** @type {number|null} */
  #retryAfter = null;

  /** @param {{now?: () => number, random?: () => number}} [parts] */
  constructor({ now = Date.now, random = Math.random } = {}) {
    this.#now = now;
    this.#random = random;
  }

  /** @returns {Told} */
  get told() {
    const { state, retryAt } = this;
    const trying = state === "connecting" || state === "waiting";
    return {
      state: trying && !this.#online ? "offline" : state,
      retryAt,
      reason: this.#cause || this.#reason,
      code: this.#code,
      again: this.#again,
    };
  }

  start() {
    if (this.state === "stopped" && !this.#asleep) this.#turn("connecting");
  }

  stop() {
    this.#turn("stopped");
  }

  // ---- what befalls a connection

  dialled() {
    this.#dialledAt = this.#now();
    this.#retryAfter = null;
    this.#opened = false;
    this.#welcomedAt = 0;
  }

  /** The handshake is over. */
  opened() {
    this.#opened = true;
    this.#failed = 0;
    this.#through = false;
    this.#cause = "";
  }

  /** The server knows us: it is open. */
  welcomed() {
    this.#welcomedAt = this.#now();
    this.#reason = "";
    this.#code = undefined;
    this.#turn("open");
  }

  /** @param {number} afterMs what `live.retry` asked for */
  sentAway(afterMs) {
    this.#retryAfter = afterMs;
  }

  /**
   * The connection has ended, or never was.
   * @param {number} code @param {string} [reason]
   */
  closed(code, reason = "") {
    const now = this.#now();
    if (this.#welcomedAt && now - this.#welcomedAt > STEADY_MS) this.#attempt = 0;
    this.#reason = reason || String(code);
    this.#code = code;
    this.#again = true;
    if (this.state === "stopped") return;
    if (refuses(code, reason)) return this.#turn("refused");
    if (!this.#opened) this.#failedToOpen();
    if (this.#cause === "origin") return this.#turn("refused");
    const wait = nextWait({
      attempt: this.#attempt, retryAfter: this.#retryAfter, code, random: this.#random,
    });
    this.#attempt += 1;
    // What the handshake hung belongs to the wait: a server that is back is found within the longest.
    const hung = this.#opened ? 0 : now - this.#dialledAt;
    const longest = this.#retryAfter === null ? Math.max(0, LONGEST_MS - hung) : Infinity;
    this.#turn("waiting", now + Math.min(wait, longest));
  }

  #failedToOpen() {
    this.#failed += 1;
    if (this.#through) this.#cause = "blocked";
    this.asks = this.#online && this.#failed % WORTH_ASKING === 0;
  }

  /** The question is on its way. */
  asked() {
    this.asks = false;
  }

  /**
   * Take the answer of `/live/check`: why handshakes are refused, which a browser does not tell.
   * @param {{ok?: boolean, reason?: string, retry_ms?: number}|null} answer  null: there was none
   */
  checked(answer) {
    const trying = this.state === "connecting" && !this.#opened;
    if (this.state !== "waiting" && !trying) return;
    this.#through = answer?.ok === true;
    // All may be well again by now; only one more refusal says that something stands between.
    if (this.#through) return;
    this.#cause = answer?.reason || "away";
    if (trying) return; // let it fail or open first
    if (this.#cause === "origin") return this.#turn("refused");
    if (answer?.retry_ms !== undefined && answer.retry_ms > 0) {
      const wait = nextWait({ attempt: 0, retryAfter: answer.retry_ms * (1 + this.#random()) });
      this.retryAt = this.#now() + wait;
    }
  }

  // ---- what the clock and the browser tell

  /** The wait is over. */
  due() {
    if (this.state === "waiting" && !this.#asleep) this.#turn("connecting");
  }

  /**
   * Somebody looks, or the network is another: now is the time.
   * @returns {boolean} whether a handshake that is under way is to be given up for a new one
   */
  wake() {
    if (this.#asleep) return false;
    if (this.state === "waiting") {
      this.#attempt = 0;
      this.#turn("connecting");
    }
    return this.state === "connecting" && this.#now() - this.#dialledAt > HANGS_MS;
  }

  /** The page is put away: it may hold no socket. */
  sleep() {
    this.#asleep = true;
    if (this.state !== "refused" && this.state !== "stopped") this.#turn("waiting");
  }

  /** The page is back. */
  rise() {
    this.#asleep = false;
  }

  /** @param {boolean} online what the browser says, which is not always so */
  network(online) {
    this.#online = online;
  }

  /** @param {State} state @param {number|null} [retryAt] */
  #turn(state, retryAt = null) {
    this.state = state;
    this.retryAt = retryAt;
  }
}
