/**
 * The panel's words, in the language the page is written in: words-en.js lists them, this one chooses,
 * fills in and puts together. No other file of the panel holds a sentence, save desk-words.js.
 *
 * @typedef {import("./desk-words.js").Desk} Desk
 */

import { clock, deskWords, duration, fetched, fill, language, nearDay, when } from "./desk-words.js";

export { clock };

/** @type {Record<string, string | Record<string, string>>} */
export const WORDS = { ...(await words("words")) };

const cardinal = new Intl.PluralRules(language);
const ordinal = new Intl.PluralRules(language, { type: "ordinal" });

/** Fetch the words of the seldom used parts. */
export const more = () => words("words-more").then((found) => void Object.assign(WORDS, found));

/**
 * Say it.
 * @param {string} key
 * @param {Record<string, string | number | undefined>} [values]
 * @returns {string} "" for what has no words here
 */
export const say = (key, values = {}) => fill(WORDS[key] ?? "", values, key === "place" ? ordinal : cardinal);

/** @param {string} name of the files @returns {Promise<Record<string, any>>} */
async function words(name) {
  return (await fetched(name)) ?? (await import(`./${name}-en.js`)).default;
}

/** Yesterday, today. */
const NEAR_DAYS = [-1, 0];
const WEEK_MS = 6 * 24 * 60 * 60_000;
/** Events that have words of ours; the server's own stand for all others. */
const EVENTS = { joined: "joined", left: "leftChat", transferred: "transferred", reopened: "reopened" };

/** Why a message was not taken. @param {string | undefined} code */
export const refusal = (code) => say(`refused_${code}`) || say("refused");

/** @param {number} ms @returns {string} a countdown */
const seconds = (ms) => new Intl.NumberFormat(language, { style: "unit", unit: "second", unitDisplay: "narrow" })
  .format(Math.max(1, Math.ceil(ms / 1000)));

/** @param {number} ms */
export const slowly = (ms) => say("slowly", { wait: seconds(ms) });

/**
 * Say how the line is; an open one needs no words.
 * @param {{state: string, retryAt?: number | null, reason?: string, again?: boolean}} line
 * @param {number} now
 */
export function connection({ state, retryAt, reason, again = state === "waiting" }, now) {
  switch (state) {
    case "open": return "";
    case "offline": return say("offline");
    case "refused": return say(reason === "origin" ? "unknownName" : "reload");
    default: break;
  }
  if (!again) return say("connecting");
  const left = (retryAt ?? now) - now;
  const then = left > 0 ? say("againIn", { wait: seconds(left) }) : say("again");
  return `${say(`line_${reason}`) || say("none")} ${then}`;
}

/**
 * Say who is there: a title and a line under it.
 * @param {Desk | null} desk  null while that is not known
 * @param {{status: string | null, agent: {name: string, state?: string} | null}} conversation
 * @param {string} site @param {number} now
 * @returns {{title: string, line: string, there: boolean}}
 */
export function presence(desk, { status, agent }, site, now) {
  if (status === "open" && agent) {
    // Where the desk does not tell of him, what it says of all is the best there is.
    const there = agent.state ? agent.state === "available" : (desk?.open ?? false);
    const known = desk || agent.state;
    return { title: agent.name, line: there ? `${say("hereNow")} · ${site}` : known ? say("away") : site, there };
  }
  // What nobody's being there means is said where one writes, once.
  if (!desk?.open) return { title: site, line: say("panel"), there: false };
  return { title: site, line: deskWords(desk, now), there: true };
}

/**
 * Say where one stands in the queue, under the last message.
 * @param {{position: number | null, waitSeconds: number | null}} conversation
 */
export function waiting({ position, waitSeconds }) {
  const key = (position ? "queued" : "waiting") + (waitSeconds ? "Wait" : "");
  const place = position === 1 ? say("next") : say("place", { n: position ?? 0 });
  return say(key, { place, wait: duration(waitSeconds ?? 0) });
}

/**
 * Say what becomes of one's last words, under them.
 * @param {import("./conversation-model.js").ConversationModel} conversation
 * @param {{desk: Desk | null, waits: boolean, email?: string, now: number}} about  waits: to be sent
 */
export function standing(conversation, { desk, waits, email, now }) {
  const { status, unanswered } = conversation;
  if (status === "closed") return "";
  if (!desk || desk.open) return status === "waiting" ? waiting(conversation) : "";
  if (waits || !unanswered) return "";
  const back = deskWords(desk, now, true);
  return say("then", { back, then: email ? say("mailKept", { email }) : say("nobodyKept") });
}

/** @param {number | null | undefined} until @param {number} now */
export const blocked = (until, now) => (until ? say("blockedUntil", { when: when(until, now) }) : say("blocked"));

/**
 * Say an event in words.
 * @param {{event?: string, data?: {event?: string}, author?: {kind?: string, name?: string}, text?: string}} entry
 */
export function event({ event: named, data, author, text }) {
  const kind = named ?? data?.event ?? "";
  if (kind === "closed") return say(author?.kind === "visitor" ? "closedByYou" : "closedByUs");
  const key = /** @type {Record<string, string>} */ (EVENTS)[kind];
  return key ? say(key, { name: author?.name || String(WORDS.staff) }) : (text ?? "");
}

/**
 * Name a day: today, yesterday, a weekday of this week, a date.
 * @param {number} ms @param {number} now
 */
export function day(ms, now) {
  const near = nearDay(ms, now, NEAR_DAYS);
  if (near) return near;
  const form = now > ms && now - ms < WEEK_MS ? { weekday: "long" } : { dateStyle: "long" };
  return new Intl.DateTimeFormat(language, /** @type {Intl.DateTimeFormatOptions} */ (form)).format(ms);
}

/** @param {string} name @returns {string} one or two letters that stand for a person */
export function initials(name) {
  const parts = name.trim().split(/\s+/).filter(Boolean);
  const letters = parts.length > 1 ? [parts[0], parts[parts.length - 1]] : parts;
  return letters.map((word) => [...word][0] ?? "").join("").toUpperCase();
}
