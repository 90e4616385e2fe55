/**
 * <staff-console>: the staff's desk. Joins the parts of the page with the desk behind them:
 * which list and which chat are shown stands in the address (`#waiting/ID`), so that "back" works
 * on a phone; the parts ask for acts by events, keys by the table of keys.
 */

import { tabStorage } from "../chat/draft-model.js";
import { LiveSocket } from "../live/socket.js";
import "./desk-articles.js";
import "./desk-bell.js";
import "./desk-composer.js";
import "./desk-keys.js";
import "./desk-line.js";
import "./desk-list.js";
import "./desk-people.js";
import "./desk-status.js";
import "./desk-thread.js";
import "./desk-visitor.js";
import { DeskActs } from "./desk-acts.js";
import { DeskClient } from "./desk-client.js";
import { Drafts } from "./drafts.js";
import { actionOf } from "./keys-model.js";
import { readRoute, writeRoute } from "./route-model.js";

const TICK_MS = 1_000;
/** From here on list and thread stand side by side; the same number is in console.css. */
const WIDE = matchMedia("(min-width: 800px)");
const SIGNED_OUT = 4502;

class StaffConsole extends HTMLElement {
  /** @type {DeskClient} */
  #client;
  #drafts = new Drafts(tabStorage());
  #route = readRoute("");
  #drawing = new Set();
  /** Whether the open chat was mine when last drawn. */
  #mine = false;

  connectedCallback() {
    const me = { id: Number(this.dataset.me), name: this.dataset.name };
    const build = document.documentElement.dataset.build;
    const socket = new LiveSocket({ url: "/staff/live", hello: () => ({ build }) });
    this.#client = new DeskClient({ socket, me, place: tabStorage() });
    this.#connect();
    this.#listen();
    this.#go();
    this.#client.start();
  }

  /** Each part gets what it draws from. */
  #connect() {
    const client = this.#client;
    this.acts = new DeskActs({ client, console: this });
    this.part("status").connect((state) => client.setStatus(state));
    this.part("list").connect(client, this.#drafts);
    this.part("thread").connect(client, this.dataset.role === "admin");
    this.part("composer").connect(client, this.#drafts);
    this.part("articles").connect(client);
    this.part("visitor").connect(client, this.part("articles").titles);
    this.part("people").connect(client);
    this.part("bell").connect(client, (words) => this.say(words));
    this.#offerNotifications();
  }

  #listen() {
    const client = this.#client;
    client.addEventListener("rows", () => this.#soon("rows"));
    client.addEventListener("thread", (event) => event.detail.id === this.open && this.#soon("thread"));
    client.addEventListener("typing", () => this.#soon("typing"));
    client.addEventListener("where", (event) => event.detail.id === this.open && this.#soon("where"));
    client.addEventListener("counts", () => this.#soon("counts"));
    client.addEventListener("people", () => this.#soon("people"));
    client.addEventListener("line", (event) => this.#line(event.detail));
    client.addEventListener("slow", (event) => this.part("line").takeSlow(event.detail.slow));
    addEventListener("hashchange", () => this.#go());
    addEventListener("focus", () => this.#read());
    WIDE.addEventListener("change", () => this.#drawLinks());
    this.addEventListener("desk-act", (event) => this.acts.do(event.detail.do, event.detail));
    this.addEventListener("click", (event) => {
      const button = event.target.closest?.("[data-do]");
      if (button) this.acts.do(button.dataset.do, {});
    });
    document.addEventListener("keydown", (event) => this.#pressed(event));
    visualViewport?.addEventListener("resize", () => this.#measure());
    setInterval(() => this.#tick(), TICK_MS);
  }

  // ---- where we are --------------------------------------------------------

  /** @returns {string} the open conversation, or "" */
  get open() {
    return this.#route.conversation;
  }

  /** @returns {"waiting" | "mine" | "all"} the list that is shown or was shown last */
  get list() {
    return this.#route.list;
  }

  get wide() {
    return WIDE.matches;
  }

  /** @param {Partial<ReturnType<typeof readRoute>>} changes goes there */
  go(changes) {
    location.hash = writeRoute({ ...this.#route, ...changes });
  }

  #go() {
    const before = this.#route;
    const route = readRoute(location.hash, before.list);
    this.#route = route;
    if (before.conversation !== route.conversation) this.#mine = false;
    if (before.conversation && before.conversation !== route.conversation) this.#client.part(before.conversation);
    if (route.conversation && before.conversation !== route.conversation) this.#client.join(route.conversation);
    this.dataset.view = route.view;
    this.dataset.pane = route.pane;
    this.part("articles").hidden = route.view !== "articles";
    this.part("list").show(route.list, route.conversation);
    this.part("thread").show(route.conversation, route.view);
    this.part("composer").show(route.conversation);
    this.part("visitor").show(route.conversation, route.view);
    this.part("articles").tick();
    this.#drawLinks();
    this.#read();
    if (before.pane !== route.pane && !this.wide) this.#enter(route.pane);
  }

  /** On a phone a pane is a page: whoever cannot see is told that it changed. */
  #enter(pane) {
    if (pane === "thread") this.part("thread").enter();
    if (pane === "list") this.part("list").focusRow(this.part("list").current);
  }

  // ---- drawing -------------------------------------------------------------

  /** Many frames of one moment are one drawing. */
  #soon(what) {
    if (this.#drawing.size === 0) {
      const draw = () => {
        const parts = [...this.#drawing];
        this.#drawing.clear();
        for (const part of parts) this.#draw(part);
      };
      // A hidden tab draws nothing but must still ring.
      if (document.hidden) setTimeout(draw, 50);
      else requestAnimationFrame(draw);
    }
    this.#drawing.add(what);
  }

  /** A chat that becomes mine leaves Waiting, and the list goes with it: the open row stays in sight. */
  #follow() {
    const row = this.#client.desk.row(this.open);
    const mine = row?.status === "open" && row.agent?.id === this.#client.desk.me;
    const taken = mine && !this.#mine;
    this.#mine = mine;
    // Not a step of its own: "back" leads to where one came from.
    if (taken && this.#route.view === "waiting") location.replace(`#${writeRoute({ ...this.#route, view: "mine" })}`);
  }

  #draw(what) {
    if (what === "rows") {
      this.#follow();
      this.part("list").draw();
      this.part("thread").draw();
      this.part("composer").draw();
      this.part("visitor").draw();
      this.part("bell").tick();
      this.#drawLinks();
      this.#read();
    } else if (what === "thread") {
      this.part("thread").draw();
      this.#read();
    } else if (what === "typing") this.part("thread").drawTyping();
    else if (what === "where") this.part("visitor").draw();
    else if (what === "people") {
      this.part("people").draw();
      this.part("status").take(this.#client.status);
      this.#drawLinks();
    } else if (what === "counts") {
      this.part("list").drawCounts();
      this.part("visitor").drawCounts();
      this.part("articles").drawCounts();
    }
  }

  #tick() {
    this.part("bell").tick();
    this.part("line").tick();
    if (document.hidden) return;
    this.part("list").tick();
    this.part("thread").tick();
    this.part("visitor").tick();
    this.part("articles").tick();
  }

  #drawLinks() {
    const { desk } = this.#client;
    for (const link of this.querySelectorAll(".rail__link")) {
      const { view } = link.dataset;
      const kept = this.wide && this.open && view in { waiting: 1, mine: 1, all: 1 };
      link.href = kept ? `#${view}/${this.open}` : `#${view}`;
      mark(link, view === this.#route.view);
    }
    for (const place of this.querySelectorAll("[data-count]")) {
      const { count } = place.dataset;
      place.textContent = desk.known.has(count) ? desk.count(count) || "" : "";
      place.classList.toggle("rail__count--live", count === "waiting" && desk.count(count) > 0);
      place.classList.toggle("rail__count--unread", count === "mine" && desk.unreadMine > 0);
    }
    this.dataset.status = this.#client.status;
  }

  /** What is in view at its end, in a tab that has the focus, is read. */
  #read() {
    const shown = this.#route.view !== "articles" && (this.wide || this.#route.pane === "thread");
    if (!this.open || !shown || !document.hasFocus() || !this.part("thread").atEnd) return;
    const row = this.#client.desk.row(this.open);
    // Looking into a colleague's chat does not make it read for him.
    if (row?.status === "open" && row.agent?.id !== this.#client.desk.me) return;
    this.#client.see(this.open);
  }

  /** @param {string} words told to a screen reader, and to nobody else */
  say(words) {
    this.querySelector("[data-heard]").textContent = words;
  }

  #line(detail) {
    this.part("line").take(detail);
    this.dataset.line = detail.state;
    if (detail.state === "refused") this.#refused(detail);
  }

  #refused({ code }) {
    const sheet = this.querySelector("[data-out]");
    if (code !== SIGNED_OUT) return;
    if (!sheet.open) sheet.showModal();
  }

  // ---- keys ----------------------------------------------------------------

  #pressed(event) {
    if (document.querySelector("dialog[open]")) return;
    const action = actionOf(event, document.activeElement);
    // In the log and the table the arrows scroll, as everywhere.
    if (event.key.startsWith("Arrow") && document.activeElement?.closest("[tabindex='0'], .articles")) return;
    if (action && this.acts.do(action, { event })) event.preventDefault();
  }

  /** The keyboard of some phones covers a page without telling its layout. */
  #measure() {
    const covered = innerHeight - visualViewport.height > 120;
    this.classList.toggle("console--keyboard", covered);
    this.style.setProperty("--visible-height", `${visualViewport.height}px`);
    if (covered) scrollTo(0, 0);
  }

  #offerNotifications() {
    const button = this.querySelector("[data-do=notify]");
    button.hidden = globalThis.Notification?.permission !== "default";
  }

  /** @param {string} name @returns {any} the element `desk-name` */
  part(name) {
    return this.querySelector(`desk-${name}`);
  }
}

/** @param {Element} link @param {boolean} current */
function mark(link, current) {
  if (current) link.setAttribute("aria-current", "true");
  else link.removeAttribute("aria-current");
}

customElements.define("staff-console", StaffConsole);
