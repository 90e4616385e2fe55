/**
 * Who is at the desk, and when somebody is back, in the language of the page and the hours of its
 * reader. The launcher says it before anything else of chat is loaded. Times, durations and names of days are the browser's own words.
 *
 * @typedef {{open: boolean, agents: number, reply_seconds?: number, opens_at?: number,
 *   when_closed?: "hide" | "form" | "accept"}} Desk
 */

const DAY_MS = 24 * 60 * 60_000;
/** From here on, hours. */
const MANY_SECONDS = 90 * 60;

/** In English; `words-desk-TAG.js` has the same keys. The rules for values stand in words-en.js. */
export const ENGLISH = {
  here: { other: "{n} of staff here" },
  usually: "{here}, usually answers in {wait}",
  backAt: "Back at {when} your time",
  backOn: "Back {when} your time",
  nobody: "Nobody here just now",
  leave: "{back}; leave a message",
  unread: { other: "{n} new" },
};
/** Languages besides English, by the beginning of their tag, and the tag of their files. */
const OTHERS = { zh: "zh-CN", ar: "ar" };

/** The page's language, as its reader writes it where he says so: `en-GB` has another clock. */
export const language = spoken();
const words = (await fetched("words-desk")) ?? ENGLISH;

/**
 * Fetch the words of the page's language.
 * @param {string} name of their files
 * @returns {Promise<any>} null where English is spoken, or must be: a language that does not come is
 *   no reason for no chat
 */
export function fetched(name) {
  const other = Object.entries(OTHERS).find(([tag]) => language.startsWith(tag))?.[1];
  return other ? import(`./${name}-${other}.js`).then((found) => found.default, () => null) : Promise.resolve(null);
}

/** @returns {string} */
function spoken() {
  const page = globalThis.document?.documentElement.lang || "en";
  const own = globalThis.navigator?.languages ?? [];
  return own.find((tag) => tag === page || tag.startsWith(`${page}-`)) ?? page;
}

/**
 * Fill in what stands in braces.
 * @param {string | Record<string, string>} forms @param {Record<string, any>} values
 * @param {Intl.PluralRules} [rules]
 */
export function fill(forms, values, rules = new Intl.PluralRules(language)) {
  const text = typeof forms === "string" ? forms : (forms[rules.select(Number(values.n))] ?? forms.other);
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name] ?? "";
    return typeof value === "number" ? new Intl.NumberFormat(language).format(value) : value;
  });
}

/** @param {number} seconds */
export function duration(seconds) {
  const [value, unit] = seconds < MANY_SECONDS ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
  const form = { style: "unit", unit, unitDisplay: "short" };
  return new Intl.NumberFormat(language, /** @type {any} */ (form)).format(Math.max(1, Math.round(value)));
}

/** @param {number} a @param {number} b */
export const sameDay = (a, b) => new Date(a).toDateString() === new Date(b).toDateString();

/** @param {number} ms */
export const clock = (ms) => new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(ms);

/**
 * Name a day near to today; "" for one that is not.
 * @param {number} ms @param {number} now @param {number[]} [days] of those that may be named
 */
export function nearDay(ms, now, days = [1]) {
  const away = days.find((each) => sameDay(ms, now + each * DAY_MS));
  if (away === undefined) return "";
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(away, "day");
}

/**
 * Say when that is: "09:00", "tomorrow, 09:00", "Monday 09:00" or with its date.
 * @param {number} ms @param {number} now
 */
export function when(ms, now) {
  if (sameDay(ms, now)) return clock(ms);
  const near = nearDay(ms, now);
  if (near) return `${near}${/^(zh|ar)/.test(language) ? " " : ", "}${clock(ms)}`;
  /** @type {Intl.DateTimeFormatOptions} */
  const day = Math.abs(ms - now) < 6 * DAY_MS ? { weekday: "long" } : { day: "numeric", month: "long" };
  return `${new Intl.DateTimeFormat(language, day).format(ms)} ${clock(ms)}`;
}

/**
 * Say who is there, or when somebody is.
 * @param {Desk} desk @param {number} now @param {boolean} [plain]  and not what one may do meanwhile
 */
export function deskWords({ open, agents, reply_seconds, opens_at }, now, plain = false) {
  if (open) {
    const here = fill(words.here, { n: Math.max(1, agents) });
    return reply_seconds ? fill(words.usually, { here, wait: duration(reply_seconds) }) : here;
  }
  const known = opens_at && opens_at > now;
  const form = known ? (sameDay(opens_at, now) ? words.backAt : words.backOn) : words.nobody;
  const back = fill(form, { when: known ? when(opens_at, now) : "" });
  return plain ? back : fill(words.leave, { back });
}

/** @param {number} n messages nobody has read */
export const unreadWords = (n) => fill(words.unread, { n });
