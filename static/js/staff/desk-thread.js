/**
 * <desk-thread>: the open conversation. Its head says how it stands and what can be done, its log
 * keeps to the end unless the agent reads further up, and says when something new came below.
 */

import { ThreadLines } from "./thread-lines.js";
import { waitingLevel, waitingText } from "./waiting-time.js";

const CALM = "Nobody waits for an answer. Choose a chat to read it again.";
const QUIET = "Leave this tab open. When a reader asks, it rings, and their words stand here.";
/** So near to the end somebody means to be at the end, in pixels. */
const NEAR_END = 80;

class DeskThread extends HTMLElement {
  /** @type {import("./desk-client.js").DeskClient} */
  #client;
  #lines;
  #id = "";
  #atEnd = true;
  #below = 0;
  #shown = 0;
  #administrator = false;

  /** @param {import("./desk-client.js").DeskClient} client @param {boolean} administrator */
  connect(client, administrator) {
    this.#client = client;
    this.#administrator = administrator;
    this.#lines = new ThreadLines(this.#part("log"));
    const scroll = this.#part("scroll");
    scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // A growing composer or an opening keyboard must not push the last line out of sight.
    new ResizeObserver(() => this.#atEnd && this.toEnd()).observe(scroll);
    this.querySelector("[data-do=newest]").addEventListener("click", () => this.toEnd());
    const acts = this.querySelector(".thread__acts");
    this.#part("menu").addEventListener("click", () => this.#showRest(!acts.classList.contains("thread__acts--all")));
    acts.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !acts.classList.contains("thread__acts--all")) return;
      event.preventDefault(); // it closes the menu, not the chat
      this.#showRest(false);
      this.#part("menu").focus();
    });
    acts.addEventListener("focusout", ({ relatedTarget }) => !acts.contains(relatedTarget) && this.#showRest(false));
  }

  /** On a phone one act is shown and the rest on demand. @param {boolean} shown */
  #showRest(shown) {
    this.querySelector(".thread__acts").classList.toggle("thread__acts--all", shown);
    this.#part("menu").setAttribute("aria-expanded", String(shown));
  }

  /** @param {string} id @param {string} view where "back" leads to */
  show(id, view) {
    this.#part("back").href = `#${view}`;
    for (const name of ["visitor", "reading"]) this.#part(name).href = `#${view}/${id}/visitor`;
    if (id === this.#id) return;
    this.#id = id;
    this.#atEnd = true;
    this.#shown = 0;
    this.notice("");
    this.#lines.clear();
    this.#part("open").hidden = !id;
    this.#part("none").hidden = Boolean(id);
    this.draw();
  }

  draw() {
    const thread = this.#client.threads.get(this.#id);
    this.#drawNone();
    if (!thread) return;
    const lines = thread.lines(this.#client.pending(this.#id));
    const before = this.#shown;
    // Whoever hears the page is told what is new, not a whole history.
    this.#part("log").setAttribute("aria-live", before ? "polite" : "off");
    this.#part("log").classList.toggle("thread__log--loading", !thread.loaded);
    this.#lines.draw(lines, this.#client.now());
    this.#shown = lines.length;
    if (lines.at(-1)?.pending) this.#atEnd = true;
    if (this.#atEnd) this.toEnd();
    else if (before && lines.length > before) this.#announceBelow(lines.length - before);
    this.drawHead();
    this.drawTyping();
  }

  drawHead() {
    const row = this.#client.desk.row(this.#id);
    if (!row) return;
    const mine = row.agent?.id === this.#client.desk.me;
    const open = row.status === "open";
    text(this.#part("name"), row.name || "Chat");
    this.#drawState(row, mine);
    this.#act("claim").hidden = row.status !== "waiting";
    this.#act("release").hidden = !(open && mine);
    this.#part("menu").hidden = !(open && mine);
    if (!(open && mine)) this.#showRest(false);
    this.#act("close").hidden = !(open && (mine || this.#administrator));
    this.#part("reading").hidden = !(row.title || row.url);
    text(this.#part("page"), row.title || row.url);
  }

  drawTyping() {
    const typing = this.#client.threads.get(this.#id)?.typing(Date.now()) ?? [];
    const place = this.#part("typing");
    place.hidden = typing.length === 0;
    const names = typing.map((each) => each.name || (each.kind === "visitor" ? "The visitor" : "A colleague"));
    text(this.#part("typer"), names.length ? `${names.join(" and ")} ${names.length > 1 ? "write" : "writes"}…` : "");
    text(this.#part("preview"), typing.find((each) => each.kind === "visitor")?.text ?? "");
    if (typing.length && this.#atEnd) this.toEnd();
  }

  tick() {
    const row = this.#client.desk.row(this.#id);
    if (row) this.#drawState(row, row.agent?.id === this.#client.desk.me);
    this.drawTyping();
  }

  /** @param {string} words what the last act led to; "" for nothing */
  notice(words, bad = true) {
    const place = this.#part("notice");
    text(place, words);
    place.hidden = !words;
    place.classList.toggle("thread__notice--good", !bad);
  }

  toEnd() {
    const scroll = this.#part("scroll");
    scroll.scrollTop = scroll.scrollHeight;
    this.#atEnd = true;
    this.#below = 0;
    this.querySelector("[data-do=newest]").hidden = true;
  }

  /** @returns {boolean} whether what is newest is in view: then it counts as read */
  get atEnd() {
    return this.#atEnd;
  }

  enter() {
    this.#part("name").focus();
  }

  #drawState(row, mine) {
    const now = this.#client.now();
    const states = {
      waiting: row.lastSeq ? "" : "Has opened the chat and said nothing yet",
      open: mine ? "Yours" : `${row.agent?.name ?? "A colleague"} answers`,
      closed: "Closed",
    };
    const live = row.status !== "closed";
    const waits = live && row.lastSeq > 0 && row.waitingSince !== null;
    const whom = row.status === "waiting" ? "Waiting" : mine ? "waiting for you" : "waiting";
    text(this.#part("stands"), states[row.status]);
    text(this.#part("wait"), waits ? `${whom} ${waitingText(row.waitingSince, now)}` : "");
    this.#part("wait").className = `thread__wait${waits ? ` thread__wait--${waitingLevel(row.waitingSince, now)}` : ""}`;
    text(this.#part("where"), live ? (row.online ? "on the site" : "has left the site") : "");
    this.#part("name").classList.toggle("thread__name--here", live && row.online);
  }

  /** With nothing open this place says what to do next. */
  #drawNone() {
    if (this.#id) return;
    const waiting = this.#client.desk.list("waiting").length;
    const one = waiting === 1 ? "1 person waiting" : `${waiting} people waiting`;
    const any = this.#client.desk.count("all") > 0;
    text(this.querySelector("[data-none-title]"), waiting ? one : any ? "All answered" : "All quiet");
    text(this.querySelector("[data-none-words]"), waiting ? "The longest waiting comes first." : any ? CALM : QUIET);
    this.querySelector("[data-none-picture]").toggleAttribute("hidden", waiting > 0);
    this.querySelector("[data-do=oldest]").hidden = waiting === 0;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#part("scroll");
    this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (!this.#atEnd) return;
    this.#below = 0;
    this.querySelector("[data-do=newest]").hidden = true;
    this.dispatchEvent(new CustomEvent("desk-act", { bubbles: true, detail: { do: "read" } }));
  }

  #announceBelow(count) {
    this.#below += count;
    const button = this.querySelector("[data-do=newest]");
    text(button, `${this.#below} new below`);
    button.hidden = false;
  }

  #part(name) {
    return this.querySelector(`[data-${name}]`);
  }

  #act(name) {
    return this.querySelector(`[data-do=${name}]`);
  }
}

function text(place, words) {
  if (place.textContent !== words) place.textContent = words;
}

customElements.define("desk-thread", DeskThread);
