/**
 * What the desk knows of a visitor, in the words the console shows. Knows no DOM and no clock.
 */

/**
 * @param {string} zone IANA @param {number} now @param {string} [language]
 * @returns {string} "16:42, Shanghai (8 h ahead)", "" for a zone nobody knows
 */
export function localTime(zone, now, language) {
  if (!zone) return "";
  try {
    const time = new Intl.DateTimeFormat(language, { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(now);
    const place = zone.split("/").at(-1)?.replaceAll("_", " ") ?? zone;
    return `${time}, ${place}${away(offset(zone, now) + new Date(now).getTimezoneOffset())}`;
  } catch {
    return "";
  }
}

/** @param {string} zone @param {number} now @returns {number} minutes east of UTC */
export function offset(zone, now) {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  }).formatToParts(now);
  const found = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  const there = Date.UTC(found.year, found.month - 1, found.day, found.hour, found.minute);
  return Math.round((there - now) / 60_000);
}

/** @param {number} minutes that their clock is before ours */
function away(minutes) {
  if (minutes === 0) return "";
  const hours = Math.abs(minutes) / 60;
  const many = Number.isInteger(hours) ? hours : hours.toFixed(1).replace(/\.0$/, "");
  return ` (${many} h ${minutes > 0 ? "ahead" : "behind"})`;
}

/**
 * @param {string} tag BCP 47, as a browser says it @param {string} [language] in which it is named
 * @returns {string} "Arabic", "Chinese (China)"; the tag itself for one nobody knows
 */
export function languageName(tag, language = "en") {
  if (!tag) return "";
  try {
    return new Intl.DisplayNames([language], { type: "language", languageDisplay: "standard" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/**
 * @param {{blocked?: number, block_reason?: string}} known
 * @param {(at: number) => string} when
 * @returns {string} "" if he is not blocked
 */
export function blockWords({ blocked, block_reason: reason }, when) {
  if (blocked === undefined) return "";
  const until = blocked ? `Blocked until ${when(blocked)}` : "Blocked until somebody lifts it";
  return reason ? `${until}: ${reason}` : until;
}
