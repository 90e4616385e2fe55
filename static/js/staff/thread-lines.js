/**
 * Draws the lines of a thread. A line keeps its element as long as its key lives; only what
 * changed in it is written, so the log tells a screen reader what is new and nothing twice.
 */

import { pieces } from "../chat/text-links.js";
import { clockText, dayText } from "./waiting-time.js";

const STATES = { sending: "Sending…", seen: "Seen" };

export class ThreadLines {
  /** @type {Map<string, {element: HTMLElement, print: string}>} */
  #drawn = new Map();
  #place;

  /** @param {HTMLElement} place */
  constructor(place) {
    this.#place = place;
  }

  clear() {
    this.#drawn.clear();
    this.#place.replaceChildren();
  }

  /** @param {number} seq @returns {HTMLElement | null} the line of that entry */
  of(seq) {
    return this.#place.querySelector(`[data-seq="${seq}"]`);
  }

  /** @param {import("./thread-model.js").Line[]} lines @param {number} now */
  draw(lines, now) {
    const gone = new Set(this.#drawn.keys());
    lines.forEach((line, index) => {
      gone.delete(line.key);
      const element = this.#line(line, now);
      if (line.entry) element.dataset.seq = String(line.entry.seq);
      const there = this.#place.children[index];
      if (there !== element) this.#place.insertBefore(element, there ?? null);
    });
    for (const key of gone) {
      this.#drawn.get(key).element.remove();
      this.#drawn.delete(key);
    }
  }

  #line(line, now) {
    const print = `${line.kind} ${line.event} ${line.first} ${line.state} ${line.pending?.code} ${line.files?.length} ${line.text}`;
    const drawn = this.#drawn.get(line.key);
    if (drawn?.print === print) return drawn.element;
    const element = DRAW[line.kind](line, now);
    drawn?.element.replaceWith(element);
    this.#drawn.set(line.key, { element, print });
    return element;
  }
}

const DRAW = {
  day: (line, now) => make("p", "line-day", dayText(line.at, now)),
  fresh: () => make("p", "line-fresh", "New"),
  event: (line) => {
    const element = make("p", `line-event line-event--${line.event || "other"}`, "");
    const words = make("bdi", "line-event__words", line.text);
    element.append(words);
    element.append(" ", time(line.at, "line-event__at"));
    return element;
  },
  text: message,
  note: message,
};

/** @param {import("./thread-model.js").Line} line */
function message(line) {
  const who = line.mine ? "mine" : line.side;
  const element = make("div", `line line--${who} line--${line.kind}`);
  element.classList.toggle("line--first", line.first);
  if (line.state) element.classList.add(`line--${line.state}`);
  if (line.first) element.append(head(line));
  else element.append(make("span", "console__unseen", `${speaker(line)}: `));
  const body = make("div", "line__text");
  body.dir = "auto";
  for (const piece of pieces(line.text)) body.append(piece.href ? link(piece) : piece.text);
  body.append(...attached(line.files));
  element.append(body);
  if (line.state === "failed") element.append(failed(line.pending));
  else if (STATES[line.state]) element.append(make("p", "line__state", STATES[line.state]));
  return element;
}

function head(line) {
  const element = make("p", "line__head");
  element.append(make("span", "line__name", speaker(line)));
  if (line.kind === "note") element.append(make("span", "line__only", "Note · only staff see this"));
  element.append(time(line.at, "line__at"));
  return element;
}

function speaker(line) {
  return line.mine ? "You" : line.name || (line.side === "visitor" ? "Visitor" : "Staff");
}

/** @param {import("./desk-outbox.js").Pending} pending why it was refused, and what can be done */
function failed(pending) {
  const element = make("p", "line__state line__state--bad", `${refusal(pending)} `);
  const act = (name, words) => {
    const button = make("button", "line__act", words);
    button.type = "button";
    button.addEventListener("click", () => {
      const detail = { do: name, pending };
      element.dispatchEvent(new CustomEvent("desk-act", { bubbles: true, detail }));
    });
    return button;
  };
  if (!pending.note) element.append(act("as-note", "Keep as a note"));
  element.append(act("again", "Try again"), act("edit", "Edit"));
  return element;
}

const REFUSALS = {
  closed: "Not sent: the chat is closed.",
  too_long: "Not sent: it is too long.",
  not_allowed: "Not sent: you may not write here.",
};

function refusal({ code, by }) {
  if (by?.name) return `Not sent: ${by.name} answers here.`;
  return REFUSALS[code] ?? "Not sent.";
}

function link({ text, href }) {
  const element = make("a", "line__link", text);
  element.href = href;
  element.target = "_blank";
  element.rel = "noopener noreferrer nofollow";
  return element;
}

/** @param {import("../files/file-send.js").Told[]} [files] said with it */
function attached(files = []) {
  if (files.length) import("../files/chat-file.js").catch(reportError); // until it comes they are names
  return files.map((file) => Object.assign(make("chat-file", "", file.name), { file }));
}

function time(at, name) {
  const element = make("time", name, clockText(at));
  element.dateTime = new Date(at).toISOString();
  return element;
}

function make(tag, name, words = "") {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = words;
  return element;
}
