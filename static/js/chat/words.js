/**
 * What the chat says in words, and how it writes times. No other file of the panel holds a sentence.
 *
 * @typedef {{open: boolean, agents: number, reply_seconds?: number, opens_at?: number}} Desk
 */

import { cause, refused, when } from "../live/line-words.js";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** @param {number} count @param {string} one @param {string} [many] */
const counted = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

export const WORDS = {
  panel: "Live Chat",
  close: "Close chat",
  more: "More",
  addName: "Add your name",
  changeName: "Change your name",
  name: "Your name",
  nameHint: "So that we know whom we are talking to.",
  save: "Save",
  end: "End chat",
  log: "Conversation",
  field: "Write a message",
  send: "Send",
  you: "You",
  staff: "Staff",
  hello: "Ask us anything",
  helloBody: "About this story or about us. Just write, there is no form to fill in.",
  starters: ["I have a question about a product", "I would like to talk to somebody"],
  articleStarter: "I have a question about this article",
  about: /** @param {string} title */ (title) => `About: ${title}`,
  print: "While this chat is open, staff see which article you are reading.",
  nobodyHello: "Leave us a message",
  away: "Away just now",
  nobody: "Nobody is here just now.",
  nobodyBody: "Your message waits for us, and the answer waits for you here.",
  nobodyKept: "We have your message and answer as soon as we are back.",
  waiting: "Waiting for an answer… you can keep writing",
  closed: "This conversation was closed; write to open it again.",
  newMessages: /** @param {number} count */ (count) => counted(count, "new message"),
  toEnd: "Go to the newest message",
  retry: "Try again",
  edit: "Edit",
  sending: "Sending…",
  queued: "Will be sent",
  slow: "Messages may take a few seconds longer just now.",
  late: "Waiting for the connection",
  stored: "Sent",
  seen: "Seen",
  left: /** @param {number} count */ (count) => counted(count, "character") + " left",
  tooMany: /** @param {number} count */ (count) => counted(count, "character") + " too many",
  typing: /** @param {string} name */ (name) => `${name} is writing…`,
};

/** Why a message was not taken, by the error's code. */
const REFUSALS = {
  too_long: "Not sent: it is too long.",
  conflict: "Not sent: another message went out in its place.",
  closed: "Not sent: this conversation has ended.",
  not_allowed: "Not sent: writing is not possible here.",
};

/** @param {string | undefined} code */
export const refusal = (code) =>
  /** @type {Record<string, string>} */ (REFUSALS)[code ?? ""] ?? "Not sent.";

/** @param {number} ms */
export const slowly = (ms) => `You write fast. Sending in ${Math.max(1, Math.ceil(ms / 1000))} s`;

/**
 * Say how the line is; an open one needs no words.
 * @param {{state: string, retryAt?: number | null, reason?: string, again?: boolean}} line
 * @param {number} now
 * @returns {string}
 */
export function connection({ state, retryAt, reason, again = state === "waiting" }, now) {
  switch (state) {
    case "open": return "";
    case "offline": return "You are offline. Messages are sent when you are back.";
    case "refused": return refused(reason, "Chat cannot connect from this page. Please reload it.");
    default: return again ? `${cause(reason)} ${when(retryAt, now)}` : "Connecting…";
  }
}

/** @param {number} seconds */
function about(seconds) {
  if (seconds < 60) return "under a minute";
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return counted(Math.round(seconds / 3600), "hour");
}

/**
 * Say who is there: a title and a line under it.
 * @param {Desk | null} desk  null while that is not known
 * @param {{status: string | null, agent: string | null}} conversation
 * @param {string} site
 * @returns {{title: string, line: string, there: boolean}}
 */
export function presence(desk, { status, agent }, site) {
  const there = desk?.open ?? false;
  if (status === "open" && agent) {
    return { title: agent, line: there ? `Here now · ${site}` : desk ? WORDS.away : site, there };
  }
  // What nobody's being there means is said where one writes, once.
  if (!desk || !there) return { title: site, line: WORDS.panel, there };
  const who = desk.agents > 1 ? `${desk.agents} of us are here` : "One of us is here";
  const reply = desk.reply_seconds ? ` · reply in ${about(desk.reply_seconds)}` : "";
  return { title: site, line: who + reply, there };
}

/**
 * Say when somebody is back, in the reader's own zone.
 * @param {Desk} desk @param {number} now @param {string} [language]
 */
export function back(desk, now, language) {
  if (desk.open || !desk.opens_at || desk.opens_at < now) return "";
  const at = clock(desk.opens_at, language);
  return sameDay(desk.opens_at, now) ? `Back at ${at}.` : `Back ${weekday(desk.opens_at, language)} at ${at}.`;
}

/**
 * Say where the conversation stands, under its last message.
 * @param {{status: string | null, position?: number | null, wait_seconds?: number | null}} conversation
 */
export function waiting({ position, wait_seconds }) {
  const place = position && position > 1 ? ` You are number ${position} in line.` : "";
  const wait = wait_seconds ? ` About ${about(wait_seconds)}.` : "";
  return place || wait ? `Waiting for an answer.${place}${wait} You can keep writing.` : WORDS.waiting;
}

/**
 * Say an event in words; what the server wrote is used for kinds this page does not know.
 * @param {{event?: string, data?: {event?: string}, author: {kind?: string, name?: string}, text?: string}} entry
 */
export function event(entry) {
  const name = entry.author?.name || WORDS.staff;
  switch (entry.event ?? entry.data?.event) {
    case "joined": return `${name} joined`;
    case "left": return `${name} left`;
    case "transferred": return entry.text || "You were handed to a colleague";
    case "closed":
      return entry.author?.kind === "visitor" ? "You ended the conversation" : "The conversation was closed";
    case "reopened": return "The conversation was opened again";
    default: return entry.text ?? "";
  }
}

/** @param {number} ms @param {string} [language] */
export const clock = (ms, language) =>
  new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(ms);

/** @param {number} ms @param {string} [language] */
const weekday = (ms, language) => new Intl.DateTimeFormat(language, { weekday: "long" }).format(ms);

/** @param {number} a @param {number} b */
export const sameDay = (a, b) => new Date(a).toDateString() === new Date(b).toDateString();

/**
 * Name a day: "Today", "Yesterday", a weekday of this week, a date.
 * @param {number} ms @param {number} now @param {string} [language]
 */
export function day(ms, now, language) {
  if (sameDay(ms, now)) return "Today";
  if (sameDay(ms, now - DAY_MS)) return "Yesterday";
  if (now > ms && now - ms < 6 * DAY_MS) return weekday(ms, language);
  return new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric" }).format(ms);
}

/** @param {string} name @returns {string} one or two letters that stand for a person */
export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return letters.map((word) => [...word][0] ?? "").join("").toUpperCase();
}
