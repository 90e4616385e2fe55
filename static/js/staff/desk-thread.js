/**
 * <desk-thread>: the open conversation. Its head says how it stands and what can be done, its log
 * keeps to the end unless the agent reads further up, and says when something new came below.
 */

import { ThreadHead } from "./thread-head.js";
import { ThreadLines } from "./thread-lines.js";

/** How long an entry that was looked for is lit up. */
const LIT_MS = 2_400;
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
  /** The entry that is looked for and not yet in view. */
  #wanted = 0;
  /** @type {ThreadHead} */
  #head;

  /** @param {import("./desk-client.js").DeskClient} client @param {any} console */
  connect(client, console) {
    this.#client = client;
    this.#head = new ThreadHead(this.querySelector(".thread__open"), client, console);
    this.#lines = new ThreadLines(this.#part("log"));
    const scroll = this.#part("scroll");
    scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // A growing composer or an opening keyboard must not push the last line out of sight.
    new ResizeObserver(() => this.#atEnd && this.toEnd()).observe(scroll);
    this.querySelector("[data-do=newest]").addEventListener("click", () => this.toEnd());
  }

  /** @param {string} id @param {import("./route-model.js").Route} route */
  show(id, route) {
    this.#head.show(id, route);
    this.#wanted = route.at ?? 0;
    if (id === this.#id) {
      this.#seek();
      return;
    }
    this.#id = id;
    this.#atEnd = !this.#wanted;
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
    const lines = thread.lines(this.#client.outbox.of(this.#id));
    const before = this.#shown;
    // Whoever hears the page is told what is new, not a whole history.
    this.#part("log").setAttribute("aria-live", before ? "polite" : "off");
    this.#part("log").classList.toggle("thread__log--loading", !thread.loaded);
    this.#lines.draw(lines, this.#client.now());
    this.#shown = lines.length;
    if (lines.at(-1)?.pending) this.#atEnd = true;
    if (this.#atEnd) this.toEnd();
    else if (before && lines.length > before) this.#announceBelow(lines.length - before);
    this.#seek();
    this.#head.draw(this.#client.desk.row(this.#id));
    this.drawTyping();
  }

  /** What is looked for comes into view and is lit up, as soon as it is here. */
  #seek() {
    const line = this.#wanted && this.#lines.of(this.#wanted);
    if (!line) return;
    this.#wanted = 0;
    this.#atEnd = false;
    line.scrollIntoView({ block: "center" });
    line.classList.add("line--lit");
    setTimeout(() => line.classList.remove("line--lit"), LIT_MS);
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
    this.#head.tick(this.#client.desk.row(this.#id));
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
}

function text(place, words) {
  if (place.textContent !== words) place.textContent = words;
}

customElements.define("desk-thread", DeskThread);
