// @ts-check
/** When to try again: pure arithmetic, no clock, no socket. */

/** The shortest and the longest wait before a reconnect, in milliseconds. */
export const SHORTEST_MS = 500;
export const LONGEST_MS = 30_000;
/** Close codes from here on mean: do not come back. */
export const REFUSING = 4500;
/** The server has too many, or too much of us: later. */
export const TOO_MANY = 4003;
/** What the server held of us does not fit: read from the beginning. */
export const RESYNC = 4002;
const LATER_MS = 5_000;
/** The one exception: a page that slept between connecting and its hello was only slow. */
export const LATE_HELLO = "no hello";

/**
 * Return how long to wait before attempt number `attempt` (0 is the first after a loss):
 * full jitter, so that ten thousand readers of a restarted server do not return as one.
 * @param {number} attempt
 * @param {() => number} random between 0 and 1
 * @returns {number} milliseconds
 */
export function backoff(attempt, random = Math.random) {
  const ceiling = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** Math.min(attempt + 1, 10));
  return Math.round(SHORTEST_MS + random() * (ceiling - SHORTEST_MS));
}

/**
 * Tell whether a close means that coming back is pointless.
 * @param {number} code
 * @param {string} reason
 */
export function refuses(code, reason = "") {
  return code >= REFUSING && code < 5000 && reason !== LATE_HELLO;
}

/**
 * Return the wait before the next attempt.
 * @param {{attempt: number, retryAfter?: number|null, code?: number, random?: () => number}} what
 *   `retryAfter`: what the server asked for (`live.retry`, `/live/check`), in milliseconds;
 *   `code`: with which the last connection was closed
 * @returns {number} milliseconds
 */
export function nextWait({ attempt, retryAfter = null, code, random = Math.random }) {
  if (retryAfter !== null && Number.isFinite(retryAfter) && retryAfter >= 0) {
    return Math.min(retryAfter, 10 * LONGEST_MS);
  }
  if (code === TOO_MANY) return Math.round(LATER_MS + random() * (LONGEST_MS - LATER_MS));
  return backoff(attempt, random);
}
