/**
 * <desk-visitor>: beside the thread, what its visitor reads just now and who he is. Moves on when
 * he moves on; where he was before stands below.
 */

import { agoText, clockText, dayText, waitingSpoken } from "./waiting-time.js";

/** Further back than this nobody looks while a chat goes on. */
const TRAIL_MOST = 6;
const BUSY_MOST = 7;
const SVG = "http://www.w3.org/2000/svg";
const NUMBER = new Intl.NumberFormat(document.documentElement.lang || undefined);

class DeskVisitor extends HTMLElement {
  /** @type {import("./desk-client.js").DeskClient} */
  #client;
  #id = "";
  #page = "";

  #console;

  /** @param {import("./desk-client.js").DeskClient} client @param {any} console */
  connect(client, console) {
    this.#client = client;
    this.#console = console;
  }

  /** @param {string} id */
  show(id) {
    if (id !== this.#id) this.#page = "";
    this.#id = id;
    this.draw();
  }

  draw() {
    const row = this.#client.desk.row(this.#id);
    this.#part("nobody").hidden = Boolean(row);
    this.#client.counts.watch("visitor", row?.article ? [row.article] : []);
    if (!row) {
      this.#drawBusiest();
      return;
    }
    this.#drawPage(row);
    this.#drawOthers(row);
    this.#drawTrail();
    this.#drawFacts(row);
    this.drawCounts();
    this.tick();
  }

  drawCounts() {
    if (!this.#id) this.#drawBusiest();
    const counts = this.#client.counts.of(this.#client.desk.row(this.#id)?.article);
    this.#part("live").hidden = !counts;
    if (!counts) return;
    text(this.#part("clicks"), NUMBER.format(counts.clicks));
    text(this.#part("openers"), NUMBER.format(counts.open));
    text(this.#part("readers"), NUMBER.format(counts.reading));
  }

  tick() {
    const row = this.#client.desk.row(this.#id);
    if (!row) return;
    const here = this.#client.trails.here(this.#id);
    const now = this.#client.now();
    text(this.#part("reads"), row.online ? "Reads now" : "Read last");
    const since = here && row.online ? `since ${clockText(here.at)}, ${waitingSpoken(here.at, now)}` : "";
    text(this.#part("since"), row.online ? since : "Has left the site");
  }

  /** With no chat open: what the site's readers are at. */
  #drawBusiest() {
    const busy = this.#client.counts.all
      .filter(([id, counts]) => counts.reading && this.#console.titles.has(id))
      .sort(([, a], [, b]) => b.reading - a.reading || b.clicks - a.clicks)
      .slice(0, BUSY_MOST);
    this.#part("idle").hidden = busy.length > 0;
    this.#part("now").replaceChildren(
      ...busy.map(([id, { reading }]) => {
        const item = make("li", "visitor__busy");
        const readers = make("span", "visitor__reading");
        readers.append(icon("eye"), NUMBER.format(reading));
        item.append(make("span", "visitor__stop", this.#console.titles.get(id)), readers);
        return item;
      }),
    );
  }

  #drawPage(row) {
    const here = this.#client.trails.here(this.#id) ?? row;
    const title = here.title || here.url || "A page without a title";
    text(this.#part("page"), title);
    const link = this.#part("link");
    const href = inside(here.url);
    if (href) link.href = href;
    else link.removeAttribute("href");
    // One breath of colour says that he has moved on.
    if (this.#page && this.#page !== title) {
      this.#part("page").animate?.(
        [{ backgroundColor: "var(--color-signal-soft)" }, { backgroundColor: "transparent" }],
        { duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 1600 },
      );
    }
    this.#page = title;
  }

  /** Who else asks about this article. */
  #drawOthers(row) {
    const view = `article-${row.article}`;
    const here = row.article ? this.#client.desk.list(view).filter(({ status, lastSeq }) => status !== "closed" && lastSeq) : [];
    this.#part("others").hidden = here.length < 2;
    const link = this.#part("others-link");
    link.href = `#${view}/${row.id}`;
    text(link, `${here.length} open chats about it`);
    this.querySelector("[data-do=answer-all]").hidden = !this.#client.ask.knows("chat.answer_all");
  }

  #drawTrail() {
    // Once the desk tells his whole way, ours would only repeat it.
    const told = Boolean(this.#client.known.get(this.#id)?.visits?.length);
    const trail = this.#client.trails.before(this.#id);
    this.#part("trail-part").hidden = trail.length === 0 || told;
    this.#part("trail").replaceChildren(
      ...trail.slice(0, TRAIL_MOST).map((page) => {
        const item = make("li", "visitor__step");
        item.append(make("span", "visitor__stop", page.title || page.url), make("time", "visitor__at", clockText(page.at)));
        return item;
      }),
    );
  }

  #drawFacts(row) {
    const now = this.#client.now();
    text(this.#part("person"), row.name || "Visitor");
    const facts = [
      ["E-mail", row.email, row.email && `mailto:${encodeURIComponent(row.email).replace("%40", "@")}`],
      ["About", row.topic],
      ["Chat since", row.createdAt && when(row.createdAt, now)],
      ["Last word", row.lastAt && agoText(row.lastAt, now)],
      ["Answered by", row.agent && (row.agent.id === this.#client.desk.me ? "you" : row.agent.name)],
    ];
    const parts = facts.filter(([, value]) => value).map(([name, value, href]) => {
      const part = make("div", "visitor__fact");
      const said = make("dd", "visitor__value", href ? "" : value);
      said.dir = "auto";
      if (href) {
        const link = make("a", "");
        const [before, after] = value.split("@");
        // A long address breaks where one would break it by hand.
        link.append(before, document.createElement("wbr"), `@${after}`);
        link.href = href;
        said.append(link);
      }
      part.append(make("dt", "visitor__term", name), said);
      return part;
    });
    this.#part("facts").replaceChildren(...parts);
  }

  #part(name) {
    return this.querySelector(`[data-${name}]`);
  }
}

/** Only addresses of this house become links; what a client claims stays text. */
function inside(address) {
  try {
    const url = new URL(address, location.origin);
    return url.origin === location.origin ? url.href : "";
  } catch {
    return "";
  }
}

function when(at, now) {
  const day = dayText(at, now);
  return day === "Today" ? clockText(at) : `${day}, ${clockText(at)}`;
}

function make(tag, name, words = "") {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.textContent = words;
  return element;
}

/** @param {string} name one of the page's icons */
function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS(SVG, "use"));
  svg.firstChild.setAttribute("href", `#icon-${name}`);
  return svg;
}

function text(place, words) {
  if (place.textContent !== words) place.textContent = words;
}

customElements.define("desk-visitor", DeskVisitor);
