/**
 * <staff-console>: the staff's desk. Joins the parts of the page with the desk behind them:
 * which list and which chat are shown stands in the address (`#waiting/ID`), so that "back" works
 * on a phone; the parts ask for acts by events, keys by the table of keys.
 *
 * A part is an element with `data-part`. What it has of these is called: `connect(client, console)`
 * once, `show(conversation, route)` when something else is shown, `draw()` when rows changed,
 * `tick()` every second while somebody looks.
 */

import { tabStorage } from "../chat/draft-model.js";
import { LiveSocket } from "../live/socket.js";
import "./console-parts.js";
import { DeskActs } from "./desk-acts.js";
import { DeskClient } from "./desk-client.js";
import { Drafts } from "./drafts.js";
import { actionOf } from "./keys-model.js";
import { heedKeyboard } from "./phone-keyboard.js";
import { readRoute, writeRoute } from "./route-model.js";
import { isView } from "./views-model.js";

const TICK_MS = 1_000;
/** A hidden tab draws nothing but must still ring. */
const HIDDEN_DRAW_MS = 50;
/** From here on list and thread stand side by side; the same number is in console.css. */
const WIDE = matchMedia("(min-width: 800px)");
const SIGNED_OUT = 4502;

class StaffConsole extends HTMLElement {
  /** @type {DeskClient} */
  #client;
  #route = readRoute("");
  #drawing = new Set();
  /** Whether the open chat was mine when last drawn. */
  #mine = false;
  drafts = new Drafts(tabStorage());

  connectedCallback() {
    const me = { id: Number(this.dataset.me), name: this.dataset.name };
    const build = document.documentElement.dataset.build;
    const socket = new LiveSocket({ url: "/staff/live", hello: () => ({ build }) });
    this.#client = new DeskClient({ socket, me, place: tabStorage() });
    this.acts = new DeskActs({ client: this.#client, console: this });
    this.part("status").connect((state) => this.#client.setStatus(state));
    this.#each("connect", this.#client, this);
    this.querySelector("[data-do=notify]").hidden = globalThis.Notification?.permission !== "default";
    this.#listen();
    this.#go();
    this.#client.start();
  }

  #listen() {
    const client = this.#client;
    const whenOpen = (what) => (event) => event.detail.id === this.open && this.#soon(what);
    client.addEventListener("rows", () => this.#soon("rows"));
    client.addEventListener("labels", () => this.#soon("rows"));
    client.addEventListener("desks", () => this.#soon("rows"));
    client.ask.addEventListener("lacks", () => this.#soon("rows"));
    client.addEventListener("thread", whenOpen("thread"));
    client.addEventListener("typing", () => this.#soon("typing"));
    client.addEventListener("where", whenOpen("where"));
    client.addEventListener("known", whenOpen("rows"));
    client.addEventListener("counts", () => this.#soon("counts"));
    client.addEventListener("people", () => this.#soon("people"));
    client.addEventListener("mentioned", (event) => this.#mentioned(event.detail));
    client.addEventListener("line", (event) => this.#line(event.detail));
    client.addEventListener("slow", (event) => this.part("line").takeSlow(event.detail.slow));
    client.addEventListener("alarms", (event) => this.part("alarms").take(event.detail));
    addEventListener("hashchange", () => this.#go());
    addEventListener("focus", () => this.#read());
    WIDE.addEventListener("change", () => this.part("rail").draw());
    this.addEventListener("desk-act", (event) => this.acts.do(event.detail.do, event.detail));
    this.addEventListener("click", (event) => {
      const button = event.target.closest?.("[data-do]");
      if (button) this.acts.do(button.dataset.do, { event });
    });
    document.addEventListener("keydown", (event) => this.#pressed(event));
    heedKeyboard(this);
    setInterval(() => this.#tick(), TICK_MS);
  }

  // ---- where we are --------------------------------------------------------

  /** @returns {import("./route-model.js").Route} */
  get route() {
    return this.#route;
  }

  /** @returns {string} the open conversation, or "" */
  get open() {
    return this.#route.conversation;
  }

  /** @returns {import("./views-model.js").View} the list that is shown or was shown last */
  get list() {
    return this.#route.list;
  }

  get wide() {
    return WIDE.matches;
  }

  get administrator() {
    return this.dataset.role === "admin";
  }

  /** @returns {Map<number, string>} titles of the articles the page was served with */
  get titles() {
    return this.part("articles").titles;
  }

  /** @param {Partial<import("./route-model.js").Route>} changes goes there */
  go(changes) {
    location.hash = writeRoute({ ...this.#route, at: undefined, ...changes });
  }

  #go() {
    const before = this.#route;
    const route = readRoute(location.hash, before.list);
    this.#route = route;
    if (before.conversation !== route.conversation) {
      this.#mine = false;
      if (before.conversation) this.#client.part(before.conversation);
      if (route.conversation) this.#client.join(route.conversation);
    }
    this.dataset.view = route.view;
    this.dataset.pane = route.pane;
    this.dataset.open = String(Boolean(route.conversation));
    if (isView(route.view)) this.#client.watch(route.view);
    this.part("articles").hidden = route.view !== "articles";
    this.#each("show", route.conversation, route);
    this.part("rail").draw();
    this.#read();
    if (before.pane !== route.pane && !this.wide) this.#enter(route.pane);
  }

  /** On a phone a pane is a page: whoever cannot see is told that it changed. */
  #enter(pane) {
    if (pane === "thread") this.part("thread").enter();
    if (pane === "list") this.part("list").focusRow(this.part("list").current);
  }

  // ---- drawing -------------------------------------------------------------

  /** Something was chosen that changes what stands in the lists. */
  redraw() {
    this.#soon("rows");
  }

  /** Many frames of one moment are one drawing. */
  #soon(what) {
    if (this.#drawing.size === 0) {
      const draw = () => {
        const parts = [...this.#drawing];
        this.#drawing.clear();
        for (const part of parts) this.#draw(part);
      };
      if (document.hidden) setTimeout(draw, HIDDEN_DRAW_MS);
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
      this.#each("draw");
      this.part("bell").tick();
      this.#read();
    } else if (what === "thread") {
      this.part("thread").draw();
      this.#read();
    } else if (what === "typing") this.part("thread").drawTyping();
    else if (what === "where") this.part("visitor").draw();
    else if (what === "counts") this.#each("drawCounts");
    else if (what === "people") {
      this.part("people").draw();
      this.part("status").take(this.#client.status);
      this.dataset.status = this.#client.status;
    }
  }

  #tick() {
    this.part("bell").tick();
    this.part("line").tick();
    if (document.hidden) return;
    this.#each("tick");
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

  /** A colleague means me. Whoever has that chat in front of him sees the note itself. */
  #mentioned({ conversation, seq, by, text }) {
    if (conversation === this.open && document.hasFocus()) return;
    const open = () => this.go({ view: "mentions", conversation, pane: "thread", at: seq });
    this.part("toast").show(`${by} mentions you: ${text}`, open, "Open");
  }

  /** @param {string} words told to a screen reader, and to nobody else */
  say(words) {
    this.querySelector("[data-heard]").textContent = words;
  }

  #line(detail) {
    this.part("line").take(detail);
    this.dataset.line = detail.state;
    if (detail.state === "refused" && detail.code === SIGNED_OUT) this.part("sign-in").ended();
  }

  // ---- keys ----------------------------------------------------------------

  #pressed(event) {
    if (document.querySelector("dialog[open]")) return;
    const action = actionOf(event, document.activeElement);
    // In the log and the table the arrows scroll, as everywhere.
    if (event.key.startsWith("Arrow") && document.activeElement?.closest("[tabindex='0'], .articles")) return;
    if (action && this.acts.do(action, { event })) event.preventDefault();
  }

  /** @param {string} name @returns {any} the element `desk-name` */
  part(name) {
    return this.querySelector(`desk-${name}`);
  }

  /** @param {string} what @param {any[]} given calls it on every part that has it */
  #each(what, ...given) {
    for (const part of /** @type {NodeListOf<any>} */ (this.querySelectorAll("[data-part]"))) part[what]?.(...given);
  }
}

customElements.define("staff-console", StaffConsole);
