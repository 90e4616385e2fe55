// @ts-check
/**
 * The socket of a page, and the only module that knows one.
 *
 * It keeps itself open: whatever ends a connection, the next attempt is already decided when the
 * end is told. States: `connecting`, `open`, `waiting` (until `retryAt`), `offline`, `refused`
 * (the server said: do not come back), and `stopped`.
 */

import { nextWait, refuses } from "./backoff-model.js";
import { written } from "./frame-model.js";

export const PROTOCOL = 1;
/** The server beats every 20 s; this long without a word and the line is dead. */
const SILENCE_MS = 45_000;
/** A handshake that takes longer than this hangs. */
const HANDSHAKE_MS = 15_000;
/** An answer may take this long unless the asker says otherwise. */
const ANSWER_MS = 10_000;
/** After this long open a connection counts as good, and the next loss starts from the beginning. */
const STEADY_MS = 10_000;
/** On coming back to the page: if the server has been silent this long, see if it is still there. */
const DOUBT_MS = 25_000;
/** …and give it this long to answer. */
const PROBE_MS = 4_000;

/** Why a request failed: one of the protocol's codes, or `gone`, or `timeout`. */
export class LiveError extends Error {
  /** @param {{code: string, message?: string, retry_ms?: number, by?: object}} fields */
  constructor({ code, message = "", retry_ms, by }) {
    super(message || code);
    this.name = "LiveError";
    this.code = code;
    this.retry_ms = retry_ms;
    this.by = by;
  }
}

/**
 * @typedef {"connecting"|"open"|"waiting"|"offline"|"refused"|"stopped"} State
 */
export class LiveSocket extends EventTarget {
  /** @type {State} */ state = "stopped";
  /** The last `live.welcome`. @type {any} */ welcome = null;

  #url;
  #hello;
  /** @type {WebSocket|null} */ #socket = null;
  /** @type {Map<string, Set<(frame: any) => void>>} */ #listeners = new Map();
  /** @type {Map<string, {resolve: (v: any) => void, reject: (e: Error) => void, timer: any}>} */
  #asked = new Map();
  #running = false;
  #asleep = false;
  #attempt = 0;
  #lastRef = 0;
  #lastHeard = 0;
  #openedAt = 0;
  #dialledAt = 0;
  /** @type {number|null} */ #retryAfter = null;
  /** @type {any} */ #retryTimer = null;
  /** @type {any} */ #silenceTimer = null;
  /** @type {any} */ #handshakeTimer = null;

  /**
   * @param {{url: string, hello?: () => object}} options `hello` is asked on every connect
   */
  constructor({ url, hello = () => ({}) }) {
    super();
    this.#url = url;
    this.#hello = hello;
  }

  /** Connect, and stay connected until `stop()`. */
  start() {
    if (this.#running) return;
    this.#running = true;
    addEventListener("online", this.#onNow);
    addEventListener("offline", this.#onOffline);
    addEventListener("pageshow", this.#onShow);
    addEventListener("pagehide", this.#onHide);
    document.addEventListener("visibilitychange", this.#onVisible);
    document.addEventListener("prerenderingchange", this.#onNow);
    this.#connect();
  }

  /** Close, and stay closed. */
  stop() {
    if (!this.#running) return;
    this.#running = false;
    removeEventListener("online", this.#onNow);
    removeEventListener("offline", this.#onOffline);
    removeEventListener("pageshow", this.#onShow);
    removeEventListener("pagehide", this.#onHide);
    document.removeEventListener("visibilitychange", this.#onVisible);
    document.removeEventListener("prerenderingchange", this.#onNow);
    this.#drop("stopped");
    this.#turn("stopped");
  }

  /**
   * Send a frame now or not at all.
   * @param {object} frame
   * @returns {boolean} whether it was handed to the network
   */
  send(frame) {
    if (this.state !== "open" || !this.#socket) return false;
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
    const ref = `r${++this.#lastRef}`;
    return new Promise((resolve, reject) => {
      if (!this.send({ ...frame, ref })) {
        reject(new LiveError({ code: "gone", message: "the line is down" }));
        return;
      }
      const timer = setTimeout(() => {
        this.#asked.delete(ref);
        reject(new LiveError({ code: "timeout", message: "no answer" }));
      }, timeout);
      this.#asked.set(ref, { resolve, reject, timer });
    });
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

  // The loop: connect, be told the end, wait, connect.

  #connect() {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = null;
    if (!this.#running || this.#asleep || this.#socket) return;
    if (/** @type {any} */ (document).prerendering) return;
    this.#retryAfter = null;
    this.#dialledAt = Date.now();
    this.#turn("connecting");
    let socket;
    try {
      socket = new WebSocket(this.#address());
    } catch {
      this.#wait("blocked");
      return;
    }
    this.#socket = socket;
    this.#handshakeTimer = setTimeout(() => this.#lose("handshake"), HANDSHAKE_MS);
    socket.onopen = () => {
      if (socket === this.#socket) this.#greet(socket);
    };
    socket.onmessage = (event) => {
      if (socket === this.#socket) this.#receive(event.data);
    };
    socket.onclose = (event) => {
      if (socket === this.#socket) this.#closed(event.code, event.reason);
    };
  }

  #address() {
    const address = new URL(this.#url, location.href);
    address.protocol = address.protocol === "https:" || address.protocol === "wss:" ? "wss:" : "ws:";
    return address.href;
  }

  /** @param {WebSocket} socket */
  #greet(socket) {
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
    if (frame.type === "live.retry") this.#retryAfter = frame.after_ms;
    this.#settle(frame);
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
    clearTimeout(this.#handshakeTimer);
    this.welcome = frame;
    this.#openedAt = Date.now();
    this.#turn("open");
  }

  /** @param {any} frame */
  #settle(frame) {
    const asked = frame.ref === undefined ? undefined : this.#asked.get(frame.ref);
    if (!asked) return;
    this.#asked.delete(frame.ref);
    clearTimeout(asked.timer);
    if (frame.type === "error") asked.reject(new LiveError(frame));
    else asked.resolve(frame);
  }

  /** @param {number} code @param {string} reason */
  #closed(code, reason) {
    const steady = this.#openedAt > 0 && Date.now() - this.#openedAt > STEADY_MS;
    const welcomed = this.#openedAt > 0;
    if (steady) this.#attempt = 0;
    this.#drop(reason || String(code));
    if (refuses(code, reason)) {
      this.#turn("refused", { reason: reason || String(code), code });
      return;
    }
    if (!welcomed && code === 1006 && this.#retryAfter === null) this.#ask();
    this.#wait(reason || String(code));
  }

  /** Learn why a handshake was refused: the browser does not tell. It only moves the next attempt. */
  async #ask() {
    try {
      const answer = await fetch(new URL("/live/check", location.href), {
        cache: "no-store",
        signal: AbortSignal.timeout(5_000),
      });
      const { ok, reason, retry_ms } = await answer.json();
      if (ok || this.state !== "waiting") return;
      if (reason === "origin") {
        clearTimeout(this.#retryTimer);
        this.#turn("refused", { reason });
      } else if (retry_ms > 0) {
        this.#retryAfter = retry_ms * (1 + Math.random());
        this.#wait(reason);
      }
    } catch {
      // No answer is an answer too: the server is away, and the next attempt stands.
    }
  }

  /** @param {string} reason */
  #wait(reason) {
    clearTimeout(this.#retryTimer);
    if (!this.#running || this.#asleep) return;
    const wait = nextWait({ attempt: this.#attempt, retryAfter: this.#retryAfter });
    this.#attempt += 1;
    this.#retryTimer = setTimeout(() => this.#connect(), wait);
    this.#turn(navigator.onLine === false ? "offline" : "waiting", {
      reason,
      retryAt: Date.now() + wait,
    });
  }

  /** End the present connection without waiting to be told so. @param {string} reason */
  #lose(reason) {
    if (!this.#socket) return;
    this.#closed(1006, reason);
  }

  /** Let go of the present connection and of all who wait for its answers. @param {string} reason */
  #drop(reason) {
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#silenceTimer);
    clearTimeout(this.#handshakeTimer);
    const socket = this.#socket;
    this.#socket = null;
    this.#openedAt = 0;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      if (socket.readyState < WebSocket.CLOSING) socket.close(1000);
    }
    for (const { reject, timer } of this.#asked.values()) {
      clearTimeout(timer);
      reject(new LiveError({ code: "gone", message: reason }));
    }
    this.#asked.clear();
  }

  #heard() {
    this.#lastHeard = Date.now();
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => this.#lose("silence"), SILENCE_MS);
  }

  // What the browser tells

  #onNow = () => {
    if (!this.#running || this.#asleep || this.state === "refused") return;
    // A handshake begun on the network of before may hang until its own limit.
    const hangs = this.state === "connecting" && Date.now() - this.#dialledAt > PROBE_MS;
    if (this.#socket && hangs) this.#drop("hangs");
    if (!this.#socket) {
      this.#attempt = 0;
      this.#connect();
    } else if (this.state === "open" && Date.now() - this.#lastHeard > DOUBT_MS) {
      this.#probe();
    }
  };

  #onVisible = () => {
    if (document.visibilityState === "visible") this.#onNow();
  };

  #onOffline = () => {
    // Not believed too much: a line that still works is kept, a wait goes on waiting.
    if (this.state === "waiting") this.#turn("offline", { reason: "offline" });
    else if (this.state === "open") this.#probe();
  };

  /** A page in the back-forward cache may not hold a socket, or it is not cached at all. */
  #onHide = () => {
    this.#asleep = true;
    this.#drop("hidden");
    if (this.state !== "refused") this.#turn("waiting", { reason: "hidden" });
  };

  #onShow = () => {
    if (!this.#asleep) return;
    this.#asleep = false;
    this.#onNow();
  };

  #probe() {
    const socket = this.#socket;
    this.request({ type: "live.ping" }, { timeout: PROBE_MS }).catch((error) => {
      if (error.code === "timeout" && socket === this.#socket) this.#lose("silence");
    });
  }

  /** @param {State} state @param {object} detail */
  #turn(state, detail = {}) {
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: { state, ...detail } }));
  }
}
