/**
 * <desk-about>: everything the desk knows of the visitor of the open chat: his language, device and
 * local time, his way through the site, what he asked before, and how he liked it.
 */

import { build, write } from "../chat/build.js";
import { blockWords, languageName, localTime } from "./about-model.js";
import { agoText, clockText, dayText } from "./waiting-time.js";

/** News of one moment (a page, a name, a label) are asked after once. */
const ASK_AGAIN_MS = 400;
const WAY_MOST = 8;
const LANGUAGE = document.documentElement.lang || undefined;

class DeskAbout extends HTMLElement {
  /** @type {import("./desk-client.js").DeskClient} */
  #client;
  #id = "";
  #view = "";
  #known = null;
  #timer = 0;
  #all = false;

  /** @param {import("./desk-client.js").DeskClient} client */
  connect(client) {
    this.#client = client;
    client.hear("chat.where", ({ conversation }) => this.#news(conversation));
    client.hear("chat.said", ({ conversation, kind, event }) => kind === "event" && event !== "joined" && this.#news(conversation));
    client.addEventListener("line", ({ detail }) => detail.state === "open" && this.#ask());
  }

  /** @param {string} id the open conversation; "" for none @param {import("./route-model.js").Route} route */
  show(id, { view }) {
    this.#view = view;
    if (id === this.#id) return;
    this.#id = id;
    this.#known = null;
    this.#all = false;
    this.replaceChildren();
    this.#ask();
  }

  tick() {
    const place = this.querySelector("[data-local]");
    if (place && this.#known) write(place, localTime(this.#known.zone, this.#client.now(), LANGUAGE));
  }

  #news(conversation) {
    if (conversation !== this.#id || this.#timer) return;
    this.#timer = setTimeout(() => this.#ask(), ASK_AGAIN_MS);
  }

  async #ask() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const id = this.#id;
    if (!id || !this.#client.ask.knows("chat.about")) return;
    try {
      const known = await this.#client.ask.about(id);
      if (id !== this.#id) return;
      this.#known = known;
      this.draw();
    } catch {
      // The next news of this visitor, or the next line, asks again.
    }
  }

  draw() {
    const known = this.#known;
    if (!known) return;
    // What has the keyboard keeps it over a drawing.
    const focused = this.contains(document.activeElement) ? document.activeElement?.getAttribute("href") : null;
    this.replaceChildren(...[this.#facts(known), this.#way(known), this.#before(known)].filter(Boolean));
    if (focused) /** @type {any} */ (this.querySelector(`[href="${CSS.escape(focused)}"]`))?.focus();
    this.tick();
  }

  #facts(known) {
    const now = this.#client.now();
    const facts = build("dl.visitor__facts");
    const fact = (name, value, mark = "") => {
      if (!value) return;
      facts.append(build("div.visitor__fact", {}, build("dt.visitor__term", {}, name), build("dd.visitor__value", { dir: "auto", ...(mark && { [mark]: true }) }, value)));
    };
    fact("Language", languageName(known.language, LANGUAGE));
    fact("Local time", localTime(known.zone, now, LANGUAGE), "data-local");
    fact("Device", known.device);
    if (known.rating) fact("Rating", `${"★".repeat(known.rating)}${"☆".repeat(5 - known.rating)} ${known.rating} of 5`);
    fact("Comment", known.comment);
    const blocked = blockWords(known, (at) => moment(at, now));
    if (blocked) facts.append(build("p.about__blocked", { role: "note" }, blocked));
    return facts.childElementCount ? this.#part("", facts) : null;
  }

  #way({ visits }) {
    if (!visits.length) return null;
    const now = this.#client.now();
    const list = build("ol.about__way");
    const shown = this.#all ? visits : visits.slice(0, WAY_MOST);
    for (const [at, visit] of shown.entries()) {
      const href = inside(visit.url);
      const title = visit.title || visit.url || "A page without a title";
      const name = href ? build("a.about__link", { href, target: "_blank", rel: "noopener", dir: "auto" }, title) : build("span", { dir: "auto" }, title);
      list.append(build(at ? "li.about__step" : "li.about__step.about__step--here", {}, name, build("time.about__at", {}, moment(visit.at, now))));
    }
    const part = this.#part("Way through the site", list);
    if (visits.length > shown.length) {
      const more = build("button.button.button--small", { type: "button" }, `Show all ${visits.length}`);
      more.addEventListener("click", () => {
        this.#all = true;
        this.draw();
      });
      part.append(more);
    }
    return part;
  }

  #before({ earlier }) {
    if (!earlier.length) return null;
    const now = this.#client.now();
    const list = build("ol.about__earlier");
    for (const each of earlier) {
      const stars = each.rating ? build("span.about__stars", { title: `${each.rating} of 5` }, `★ ${each.rating}`) : "";
      const link = build("a.about__chat", { href: `#${this.#view || "all"}/${each.conversation}` });
      link.append(build("span.about__last", { dir: "auto" }, each.last_text || "Nothing was said"), build("span.about__at", {}, agoText(each.last_at, now)));
      list.append(build("li.about__step", {}, link, stars));
    }
    return this.#part("Earlier conversations", list);
  }

  #part(title, ...children) {
    const heading = title ? [build("h3.visitor__heading", {}, title)] : [];
    return build("section.visitor__part", {}, ...heading, ...children);
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

function moment(at, now) {
  const day = dayText(at, now);
  return day === "Today" ? clockText(at) : `${day}, ${clockText(at)}`;
}

customElements.define("desk-about", DeskAbout);
