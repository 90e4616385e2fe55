// @ts-check
/** Why there is no line, in words that a reader and a member of staff understand alike. */

/** By the reasons of `/live/check`, and those this side finds out by itself. */
const CAUSES = {
  restarting: "The server is starting again.",
  crowd: "Many people are connecting just now.",
  full: "There is no room for more people just now.",
  network: "Too many connections come from your network just now.",
  busy: "The server is busy.",
  away: "The server does not answer.",
  blocked: "Something between this browser and the server lets no chat through.",
};
const NONE = "No connection.";
const UNKNOWN_NAME = "Chat does not work under this address.";

/**
 * Say why there is no line just now.
 * @param {string} [reason]
 */
export const cause = (reason) => /** @type {Record<string, string>} */ (CAUSES)[reason ?? ""] ?? NONE;

/**
 * Say when it is tried again.
 * @param {number|null|undefined} retryAt @param {number} now
 */
export function when(retryAt, now) {
  const seconds = Math.ceil(((retryAt ?? now) - now) / 1000);
  return seconds > 0 ? `Trying again in ${seconds} s` : "Trying again…";
}

/**
 * Say why the server wants no connection of this page.
 * @param {string|undefined} reason @param {string} otherwise
 */
export const refused = (reason, otherwise) => (reason === "origin" ? UNKNOWN_NAME : otherwise);
