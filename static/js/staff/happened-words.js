/**
 * What happened in a conversation, as a sentence for staff. Whatever a newer server calls it, it
 * becomes some sentence.
 */

import { momentText } from "./snooze-model.js";

/**
 * @param {{event?: string, data?: Record<string, any>, author?: {kind?: string, name?: string},
 *   text?: string, at?: number}} entry
 * @returns {string}
 */
export function eventText(entry) {
  const data = { event: entry.event, ...entry.data };
  const who = entry.author?.name || (entry.author?.kind === "visitor" ? "The visitor" : "");
  const sentence = EVENTS[data.event];
  if (sentence) return sentence(who || "Somebody", data, entry);
  return entry.text || data.event || "Something happened";
}

const EVENTS = {
  began: () => "Conversation began",
  joined: (who) => `${who} answers now`,
  claimed: (who) => `${who} took this chat`,
  assigned: (_, data) => `${nameOf(data.to ?? data.agent) || "Somebody"} was given this chat`,
  left: (who) => `${who} left`,
  released: (who) => `${who} put this chat back to the waiting ones`,
  returned: (who) => `${who} was gone; the chat waits again`,
  transferred: (who, data) => `${who} handed over${to(data)}`,
  closed: (who) => `${who} closed this chat`,
  reopened: (who) => `${who} opened this chat again`,
  snoozed: (who, data, { at }) => {
    const until = data.until ?? Number(data.about ?? 0);
    return until ? `${who} snoozed this chat until ${momentText(until, at ?? 0)}` : `${who} woke this chat`;
  },
  woken: () => "This chat is back",
  woke: () => "This chat is back",
  labelled: (who, data) => `${who} set labels: ${labels(data) || "none"}`,
  rated: (who, data) => `${who} rated this chat ${data.score ?? data.about ?? "?"} of 5${data.comment ? `: “${data.comment}”` : ""}`,
  blocked: (who, data) => `${who} blocked ${(data.by ?? data.about) === "network" ? "this visitor’s network" : "this visitor"}${data.reason ? `: ${data.reason}` : ""}`,
  unblocked: (who) => `${who} lifted the block`,
  pointed: (who, data) => `${who} pointed to a passage${data.title ? ` in ${data.title}` : ""}`,
  transcript: (who) => `${who} sent the transcript`,
  moved: (who, data) => `Went on to ${data.title ?? data.url ?? "another page"}`,
};

function to({ to: whom, about }) {
  const named = nameOf(whom) || about;
  return named ? ` to ${named}` : "";
}

/** @param {any} whom a name, or something that has one */
function nameOf(whom) {
  return typeof whom === "string" ? whom : (whom?.name ?? whom?.agent?.name ?? whom?.desk?.name ?? "");
}

function labels({ labels: all, about = "" }) {
  return all ? all.map(nameOf).filter(Boolean).join(", ") : about;
}
