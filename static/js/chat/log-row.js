/**
 * One row of the log on the screen: a day, an event, or a message with its face, its words and how
 * far it came. What a stranger wrote enters the page as text.
 *
 * @typedef {import("./log-rows.js").Row} Row
 */

import { build, write } from "./build.js";
import { visitorSecret } from "./visitor.js";
import { clock, initials, refusal, say, slowly } from "./words.js";

/** What may begin an address. */
const ADDRESS = /https?:|www\./i;
/** Up to three pictures and nothing else are shown large. */
const PICTURES =
  /^(?:\p{Extended_Pictographic}(?:\u{FE0F}|\p{Emoji_Modifier}|\u{200D}\p{Extended_Pictographic})*\s*){1,3}$/u;

/** @param {Row} row @returns {HTMLElement} */
export function makeRow(row) {
  if (row.kind !== "message") {
    const words = build(row.kind === "day" ? "span.chat-log__day" : "span.chat-log__event");
    return build("div.chat-log__note", {}, words);
  }
  return build("div.chat-log__row", {},
    build("span.chat-log__face", { "aria-hidden": "true" }),
    build("div.chat-log__message", {},
      build("p.chat-log__author"),
      build("div.chat-log__bubble", { dir: "auto" }, ...quoted(row.quote), words(row.text), ...attached(row.files)),
      build("p.chat-log__meta", { "aria-live": "off" }, build("time"), build("span.chat-log__state"))));
}

/** @param {string} text @returns {Text} whose addresses become links, if it holds any */
function words(text) {
  const plain = new Text(text);
  if (!ADDRESS.test(text)) return plain;
  // It can be read.
  import("./links.js").then(({ linked }) => plain.replaceWith(...linked(text))).catch(() => {});
  return plain;
}

/** @param {HTMLElement} element @param {Row} row */
export function updateRow(element, row) {
  if (row.kind !== "message") return write(/** @type {Element} */ (element.firstElementChild), row.text);
  const { own = false, first = false, last = false, named = false, standing } = row;
  element.className = "chat-log__row";
  const pending = Boolean(row.id) && standing !== "failed";
  const parts = { own, first, last, named, pending, big: PICTURES.test(row.text), [standing ?? "settled"]: true };
  for (const [part, is] of Object.entries(parts)) if (is) element.classList.add(`chat-log__row--${part}`);
  if (row.id) element.dataset.id = row.id;
  const [face, message] = /** @type {any} */ (element.children);
  const [author, , meta] = message.children;
  write(face, last && !own ? initials(row.author ?? "") : "");
  write(author, row.author ?? "");
  meta.hidden = !says(row) && !row.timed;
  const [time, state] = meta.children;
  time.hidden = !row.timed;
  if (row.at) {
    time.dateTime = new Date(row.at).toISOString();
    write(time, clock(row.at));
  }
  write(state, says(row));
  refuse(message, standing === "failed");
}

/** @param {Row} row */
function says({ standing, quiet, code, retryAt }) {
  switch (quiet ? undefined : standing) {
    case undefined: return "";
    case "failed": return refusal(code);
    case "limited": return slowly((retryAt ?? 0) - Date.now());
    default: return say(`standing_${standing}`);
  }
}

/** @param {HTMLElement} message @param {boolean} refused */
function refuse(message, refused) {
  const there = message.querySelector(".chat-log__choices");
  if (refused === Boolean(there)) return;
  there?.remove();
  if (!refused) return;
  message.append(build("p.chat-log__choices", {},
    build("button.chat-log__choice", { type: "button", "data-does": "retry" }, say("retry")),
    build("button.chat-log__choice", { type: "button", "data-does": "edit" }, say("edit"))));
}

/** @param {any} quote the words of an article it asks about */
function quoted(quote) {
  if (!quote) return [];
  // Until it comes they are words.
  import("../quote/chat-quote.js").catch(reportError);
  const { article, revision, paragraph, title = null, url = null, text } = quote;
  return [build("chat-quote", { article, revision, paragraph, "data-title": title, url }, text)];
}

/** @param {import("../files/file-send.js").Told[]} [files] said with it */
function attached(files = []) {
  // Until it comes they are names.
  if (files.length) import("../files/chat-file.js").catch(reportError);
  const headers = () => ({ "X-Portal-Visitor": visitorSecret() ?? "" });
  return files.map((file) => Object.assign(build("chat-file", {}, file.name), { file, headers }));
}
