// @ts-check
/** Who has asked what and waits for the answer: by `ref`, without a socket. */

/** Why a request failed: one of the protocol's codes, or `gone`, or `timeout`. */
export class LiveError extends Error {
  /** @param {{code: string, message?: string, retry_ms?: number, by?: object, re?: string}} fields */
  constructor({ code, message = "", retry_ms, by, re }) {
    super(message || code);
    this.name = "LiveError";
    this.code = code;
    this.retry_ms = retry_ms;
    /** What it is about: a field, an id, a type. */
    this.re = re;
    this.by = by;
  }
}

export class AnswersModel {
  /** @type {Map<string, {resolve: (v: any) => void, reject: (e: Error) => void, timer: any}>} */
  #asked = new Map();
  #last = 0;
  #missed;

  /** @param {() => void} missed is called when an answer does not come in time */
  constructor(missed = () => {}) {
    this.#missed = missed;
  }

  /**
   * Ask, and wait for the answer.
   * @param {object} frame
   * @param {(frame: object) => boolean} send now or not at all
   * @param {number} within milliseconds
   * @returns {Promise<any>} rejects with a LiveError
   */
  ask(frame, send, within) {
    const ref = `r${++this.#last}`;
    if (!send({ ...frame, ref })) return Promise.reject(gone("the line is down"));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#asked.delete(ref);
        reject(new LiveError({ code: "timeout", message: "no answer" }));
        this.#missed();
      }, within);
      this.#asked.set(ref, { resolve, reject, timer });
    });
  }

  /** @param {any} frame which may be somebody's answer */
  settle(frame) {
    const asked = frame.ref === undefined ? undefined : this.#asked.get(frame.ref);
    if (!asked) return;
    this.#asked.delete(frame.ref);
    clearTimeout(asked.timer);
    if (frame.type === "error") asked.reject(new LiveError(frame));
    else asked.resolve(frame);
  }

  /** No answer is coming any more. @param {string} why */
  end(why) {
    const all = [...this.#asked.values()];
    this.#asked.clear();
    for (const { reject, timer } of all) {
      clearTimeout(timer);
      reject(gone(why));
    }
  }
}

/** @param {string} message */
const gone = (message) => new LiveError({ code: "gone", message });
