/**
 * How long somebody waits, and when something was said, in the words the console shows.
 * Knows no clock: `now` is always handed in, in milliseconds UTC.
 */

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** From here a waiting time is shown as urgent, from the second as late. */
export const WARM_MS = 2 * MINUTE_MS;
export const HOT_MS = 5 * MINUTE_MS;

/**
 * @param {number} since @param {number} now
 * @returns {string} "45 s", "4 min", "1 h 5 min", "3 days": a ticking second only makes nervous
 */
export function waitingText(since, now) {
  const ms = Math.max(0, now - since);
  return ms < MINUTE_MS ? `${Math.floor(ms / SECOND_MS)} s` : roughly(ms);
}

/**
 * The same for a screen reader, which must not be told every second.
 * @param {number} since @param {number} now
 */
export function waitingSpoken(since, now) {
  const ms = Math.max(0, now - since);
  return ms < MINUTE_MS ? "less than a minute" : roughly(ms);
}

/**
 * @param {number} since @param {number} now
 * @returns {"calm" | "warm" | "hot"}
 */
export function waitingLevel(since, now) {
  const ms = now - since;
  if (ms >= HOT_MS) return "hot";
  return ms >= WARM_MS ? "warm" : "calm";
}

/**
 * When something was last said, short enough for a row: "now", "4 min", "3 h", "Mon", "7 Jun".
 * @param {number} at @param {number} now @param {string} [language]
 */
export function agoText(at, now, language) {
  const ms = Math.max(0, now - at);
  if (ms < MINUTE_MS) return "now";
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  const style = ms < 6 * DAY_MS ? { weekday: "short" } : { day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(language, style).format(at);
}

/** @param {number} at @param {string} [language] @returns {string} "14:05" */
export function clockText(at, language) {
  return new Intl.DateTimeFormat(language, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(at);
}

/**
 * The line between two days of a thread.
 * @param {number} at @param {number} now @param {string} [language]
 */
export function dayText(at, now, language) {
  const days = Math.round((midnight(now) - midnight(at)) / DAY_MS);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  const style = { weekday: "long", day: "numeric", month: "long" };
  if (new Date(at).getFullYear() !== new Date(now).getFullYear()) style.year = "numeric";
  return new Intl.DateTimeFormat(language, style).format(at);
}

/** @param {number} at @returns {number} the local midnight before it */
export function midnight(at) {
  return new Date(at).setHours(0, 0, 0, 0);
}

function roughly(ms) {
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < DAY_MS) {
    const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
    const hours = Math.floor(ms / HOUR_MS);
    return minutes ? `${hours} h ${minutes} min` : `${hours} h`;
  }
  const days = Math.floor(ms / DAY_MS);
  return days === 1 ? "1 day" : `${days} days`;
}
