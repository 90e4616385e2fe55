// @ts-check
/**
 * The socket of a page, and the only module that knows one.
 *
 * It keeps itself open: whatever ends a connection, the next attempt is already decided when the
 * end is told. What is decided stands in the models beside it; here they are joined to the
 * browser's socket, clock and events.
 *
 * Events: "state" (detail: `Told` of line-model.js).
 */

import { AnswersModel } from "./answers-model.js";
import { written } from "./frame-model.js";
import { HANDSHAKE_MS, LineModel } from "./line-model.js";
import { heed } from "./page-signals.js";
import { SilenceModel } from "./silence-model.js";

export const PROTOCOL = 1;
/** An answer may take this long unless the asker says otherwise. */
const ANSWER_MS = 10_000;
/** To learn why a handshake was refused may take this long. */
const CHECK_MS = 5_000;

export class LiveSocket extends EventTarget {
  /** The last `live.welcome`. @type {any} */ welcome = null;
  /** Whether the server says that messages take longer just now. */ degraded = false;

  #url;
  #hello;
  #line = new LineModel();
  #silence = new SilenceModel();
  #answers = new AnswersModel(() => this.#doubt({ patient: true }));
  /** @type {WebSocket|null} */ #socket = null;
  /** @type {Map<string, Set<(frame: any) => void>>} */ #listeners = new Map();
  /** @type {Record<string, any>} */ #timers = {};
  /** What was told last. */ #told = "";
  #running = new AbortController();

  /**
   * @param {{url: string, hello?: () => object}} options `hello` is asked on every connect
   */
  constructor({ url, hello = () => ({}) }) {
    super();
    this.#url = url;
    this.#hello = hello;
    this.#running.abort();
  }

  /** @returns {import("./line-model.js").State} */
  get state() {
    return this.#line.told.state;
  }

  /** Connect, and stay connected until `stop()`. */
  start() {
    if (!this.#running.signal.aborted) return;
    this.#running = new AbortController();
    heed(this.#running.signal, {
      shown: () => this.#shown(),
      hidden: () => this.#hidden(),
      woken: (why) => this.#wake(why),
      network: (online) => this.#networkIs(online),
    });
    this.#line.network(navigator.onLine !== false);
    this.#line.start();
    this.#follow();
  }

  /** Close, and stay closed. */
  stop() {
    if (this.#running.signal.aborted) return;
    this.#running.abort();
    this.#line.stop();
    this.#drop("stopped");
    this.#follow();
  }

  /**
   * Send a frame now or not at all.
   * @param {object} frame
   * @returns {boolean} whether it was handed to the network
   */
  send(frame) {
    if (this.#line.state !== "open" || !this.#socket) return false;
    this.#socket.send(written(frame));
    return true;
  }

  /**
   * Ask, and wait for the answer.
   * @param {object} frame
   * @param {{timeout?: number}} options in milliseconds
   * @returns {Promise<any>} the answer; rejects with a LiveError
   */
  request(frame, { timeout = ANSWER_MS } = {}) {
    return this.#answers.ask(frame, (asked) => this.send(asked), timeout);
  }

  /**
   * Hear every frame of a type.
   * @param {string} type
   * @param {(frame: any) => void} listener
   * @returns {() => void} hears no more
   */
  on(type, listener) {
    const known = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, known);
    known.add(listener);
    return () => known.delete(listener);
  }

  // ---- from one connection to the next

  /** Do what the line's state says, and tell it. */
  #follow() {
    const line = this.#line;
    clearTimeout(this.#timers.retry);
    if (line.state === "connecting" && !this.#socket) this.#dial();
    if (line.state === "waiting" && line.retryAt !== null) {
      this.#timers.retry = setTimeout(() => this.#due(), Math.max(0, line.retryAt - Date.now()));
    }
    if (line.asks) this.#ask();
    const told = line.told;
    const key = JSON.stringify(told);
    if (key === this.#told) return;
    this.#told = key;
    this.dispatchEvent(new CustomEvent("state", { detail: told }));
  }

  #due() {
    this.#line.due();
    this.#follow();
  }

  #dial() {
    if (/** @type {any} */ (document).prerendering) return;
    this.#line.dialled();
    let socket;
    try {
      socket = new WebSocket(this.#address());
    } catch {
      this.#line.closed(1006, "blocked");
      return;
    }
    this.#socket = socket;
    this.#timers.handshake = setTimeout(() => this.#lose("handshake"), HANDSHAKE_MS);
    socket.onopen = () => socket === this.#socket && this.#greet(socket);
    socket.onmessage = (event) => socket === this.#socket && this.#receive(event.data);
    socket.onclose = (event) => socket === this.#socket && this.#closed(event.code, event.reason);
  }

  #address() {
    const address = new URL(this.#url, location.href);
    address.protocol = address.protocol === "https:" || address.protocol === "wss:" ? "wss:" : "ws:";
    return address.href;
  }

  /** @param {WebSocket} socket */
  #greet(socket) {
    this.#line.opened();
    let said = {};
    try {
      said = this.#hello();
    } catch (error) {
      reportError(error);
    }
    socket.send(written({ ...said, type: "live.hello", protocol: PROTOCOL }));
    this.#heard();
  }

  /** @param {string} text */
  #receive(text) {
    this.#heard();
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    if (frame.type === "live.welcome") this.#welcomed(frame);
    if (frame.type === "live.health") this.degraded = frame.degraded === true;
    if (frame.type === "live.retry") this.#line.sentAway(frame.after_ms);
    this.#answers.settle(frame);
    for (const listener of [...(this.#listeners.get(frame.type) ?? [])]) {
      try {
        listener(frame);
      } catch (error) {
        reportError(error); // one broken listener must not take the line from the others
      }
    }
  }

  /** @param {any} frame */
  #welcomed(frame) {
    clearTimeout(this.#timers.handshake);
    this.welcome = frame;
    this.degraded = false; // said anew, if it is so
    this.#line.welcomed();
    this.#follow();
  }

  /** @param {number} code @param {string} reason */
  #closed(code, reason) {
    this.#drop(reason || String(code));
    this.#line.closed(code, reason);
    this.#follow();
  }

  /** End the present connection without waiting to be told so. @param {string} reason */
  #lose(reason) {
    if (this.#socket) this.#closed(1006, reason);
  }

  /** Let go of the present connection and of all who wait for its answers. @param {string} reason */
  #drop(reason) {
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    const socket = this.#socket;
    this.#socket = null;
    this.#silence.end();
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      if (socket.readyState < WebSocket.CLOSING) socket.close(1000);
    }
    this.#answers.end(reason);
  }

  /** Learn why handshakes are refused: the browser does not tell. */
  async #ask() {
    this.#line.asked();
    let answer = null;
    try {
      const check = new URL(`${this.#url}/check`, location.href);
      const got = await fetch(check, { cache: "no-store", signal: AbortSignal.timeout(CHECK_MS) });
      answer = await got.json();
    } catch {
      // No answer is an answer too: the server is away.
    }
    this.#line.checked(answer);
    this.#follow();
  }

  // ---- silence

  #heard() {
    this.#silence.heard(Date.now());
    this.#listen();
  }

  #listen() {
    clearTimeout(this.#timers.silence);
    const wait = this.#silence.dueAt - Date.now();
    if (wait !== Infinity) this.#timers.silence = setTimeout(() => this.#look(), Math.max(0, wait));
  }

  #look() {
    const { urgent } = this.#silence;
    const found = this.#silence.look(Date.now());
    if (found === "ask") this.send({ type: "live.ping" });
    if (found !== "dead") return this.#listen();
    this.#lose("silence");
    if (urgent) this.#wake();
  }

  /** @param {{sure?: boolean, patient?: boolean}} [why] */
  #doubt(why) {
    if (this.#line.state !== "open" || !this.#silence.doubt(Date.now(), why)) return;
    this.send({ type: "live.ping" });
    this.#listen();
  }

  // ---- what the browser tells

  /** @param {{sure?: boolean}} [why] */
  #wake(why) {
    if (this.#line.wake()) this.#drop("hangs");
    this.#follow();
    this.#doubt(why);
  }

  /** Not believed too much: a line that still works is kept. @param {boolean} online */
  #networkIs(online) {
    this.#line.network(online);
    if (online) this.#wake({ sure: true });
    else this.#doubt({ sure: true });
    this.#follow();
  }

  /** A page in the back-forward cache may not hold a socket, or it is not cached at all. */
  #hidden() {
    this.#line.sleep();
    this.#drop("hidden");
    this.#follow();
  }

  #shown() {
    this.#line.rise();
    this.#line.network(navigator.onLine !== false);
    this.#wake();
  }
}
