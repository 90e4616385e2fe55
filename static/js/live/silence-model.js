// @ts-check
/**
 * Whether the other end still lives, judged by when it was last heard: no socket, no timer.
 *
 * Whoever holds the clock looks at `dueAt`. A look that comes much too late says that the page
 * slept, not that the server was silent: what it said meanwhile may be waiting to be read.
 */

/** The server beats every 20 s; this long without a word and the line is dead. */
export const SILENCE_MS = 45_000;
/** When somebody comes back to the page, a line silent for this long is asked. */
const DOUBT_MS = 5_000;
/** It has this long to answer: whoever looks must not wait for what is dead. */
export const PROBE_MS = 1_000;
/** In the background nobody looks, and timers are slow. */
const PATIENT_PROBE_MS = 4_000;
/** A look so much after its time was held up by sleep. */
const LATE_MS = 3_000;

export class SilenceModel {
  /** When to look again. */
  dueAt = Infinity;
  /** Whether somebody waits for the verdict: then a dead line is replaced at once. */
  urgent = false;
  #heardAt = 0;
  #probing = false;
  /** Sleep excuses once: a tab whose every timer is late would never find out. */
  #excused = false;

  /** @param {number} now something came, whatever it was */
  heard(now) {
    this.#heardAt = now;
    this.#probing = this.#excused = this.urgent = false;
    this.dueAt = now + SILENCE_MS;
  }

  /** The line is gone: there is nothing to listen to. */
  end() {
    this.dueAt = Infinity;
    this.#probing = this.urgent = false;
  }

  /**
   * Somebody has reason to doubt.
   * @param {number} now
   * @param {{sure?: boolean, patient?: boolean}} [why] `sure`: the network changed, whatever was
   *   heard; `patient`: an answer is missing, and nobody came back
   * @returns {boolean} whether to ask now: whatever comes then is an answer
   */
  doubt(now, { sure = false, patient = false } = {}) {
    if (this.dueAt === Infinity || this.#probing) return false;
    if (!sure && now - this.#heardAt < DOUBT_MS) return false;
    this.urgent = !patient;
    return this.#probe(now, patient ? PATIENT_PROBE_MS : PROBE_MS);
  }

  /**
   * The time has come.
   * @param {number} now
   * @returns {"alive"|"ask"|"dead"}
   */
  look(now) {
    if (now < this.dueAt) return "alive";
    const late = now - this.dueAt > LATE_MS;
    if (!late || this.#excused) return "dead";
    this.#excused = true;
    this.#probe(now, PATIENT_PROBE_MS);
    return "ask";
  }

  /** @param {number} now @param {number} within */
  #probe(now, within) {
    this.#probing = true;
    this.dueAt = now + within;
    return true;
  }
}
