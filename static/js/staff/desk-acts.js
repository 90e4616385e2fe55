/**
 * What an agent can do, by name. Keys and buttons come here with the same names, so that both do
 * the same; each act says what came of it where the agent looks.
 */

import { CHAT_ACTS } from "./chat-acts.js";
import { isView } from "./views-model.js";

export class DeskActs {
  #client;
  #console;
  #busy = new Set();

  /** @param {{client: import("./desk-client.js").DeskClient, console: any}} parts */
  constructor({ client, console }) {
    this.#client = client;
    this.#console = console;
  }

  /**
   * @param {string} name @param {object} detail
   * @returns {boolean} whether there was such an act to do
   */
  do(name, detail) {
    if (isView(name) || name === "articles") return this.#show(name);
    return ACTS[name]?.(this, detail) ?? CHAT_ACTS[name]?.(this, detail) ?? false;
  }

  get client() {
    return this.#client;
  }

  get console() {
    return this.#console;
  }

  #show(view) {
    const conversation = this.#console.wide && isView(view) ? this.#console.open : "";
    this.#console.go({ view, conversation, pane: view === "articles" ? view : conversation ? "thread" : "list" });
    return true;
  }

  /**
   * Asks once, however often the key is pressed, and says why not. What will be so is shown at
   * once, and taken back when it is refused.
   * @param {object} act
   * @param {string} act.name @param {string} act.id the conversation
   * @param {() => Promise<any>} act.request
   * @param {object} [act.guess] fields of its row as they will be
   * @param {string | ((error: any) => string)} act.failed
   * @param {string} [act.done] said when it is done
   * @param {() => Promise<any>} [act.undo]
   * @returns {Promise<any>} the answer; undefined when there was none
   */
  async ask({ name, id, request, guess, failed, done, undo }) {
    const key = `${name} ${id}`;
    if (this.#busy.has(key)) return undefined;
    this.#busy.add(key);
    const takeBack = guess ? this.#guess(id, guess) : () => {};
    try {
      const answer = (await request()) ?? {};
      if (this.#console.open === id) this.#console.part("thread").notice("");
      if (done) this.#console.part("toast").show(done, undo && (() => this.#undo(name, id, undo)));
      return answer;
    } catch (error) {
      takeBack();
      const words = typeof failed === "function" ? failed(error) : `${failed} ${sentence(error)}`;
      if (this.#console.open === id) this.#console.part("thread").notice(words);
      else this.#console.part("toast").show(words);
      return undefined;
    } finally {
      this.#busy.delete(key);
    }
  }

  #undo(name, id, request) {
    return this.ask({ name: `undo ${name}`, id, request, failed: "That could not be undone." });
  }

  #guess(id, fields) {
    const takeBack = this.#client.desk.guess(id, fields);
    this.#console.redraw();
    return () => {
      takeBack();
      this.#console.redraw();
    };
  }
}

/** Acts by name. Each returns whether it did something; a key that did nothing stays the browser's. */
const ACTS = {
  next: (acts) => move(acts, 1),
  previous: (acts) => move(acts, -1),
  open: ({ console }) => {
    const list = console.part("list");
    const id = list.current || list.first;
    if (!id) return false;
    console.go({ view: console.list, conversation: id, pane: "thread" });
    return true;
  },
  list: ({ console }) => console.part("list").enter(),
  search: ({ console }) => {
    const kept = console.wide ? console.open : "";
    console.go({ view: "search", conversation: kept, pane: kept ? "thread" : "list" });
    console.part("search").enter();
    return true;
  },
  back: (acts) => back(acts),
  availability: ({ console }) => {
    const state = console.part("status").toggle();
    console.say(state === "away" ? "You are away" : "You are available");
    return true;
  },
  keys: ({ console }) => {
    console.part("keys").open();
    return true;
  },
  side: ({ console }) => {
    if (!console.open) return false;
    const side = console.part("side");
    side.choose(side.shown === "reading" ? "visitor" : "reading");
    return true;
  },
  newest: () => true,
  more: () => true,
  sound: () => true,
  notify: ({ console }) => {
    Notification.requestPermission().then(() => {
      console.querySelector("[data-do=notify]").hidden = Notification.permission !== "default";
    });
    return true;
  },
  read: ({ client, console }) => {
    client.see(console.open);
    return true;
  },
  replies: ({ console }) => {
    console.part("replies").open();
    return true;
  },
  "sign-in": ({ console }) => {
    console.part("sign-in").open();
    return true;
  },
};

function move({ console, client }, step) {
  if (console.route.view === "search") return console.part("search").move(step);
  if (!isView(console.route.view)) return false;
  const list = console.part("list");
  const id = client.desk.neighbour(console.list, list.current, step);
  if (id) list.focusRow(id);
  return true;
}

function back(acts) {
  const { console } = acts;
  const { pane, view } = console.route;
  if (console.part("composer").contains(document.activeElement) && console.wide) {
    // The open chat may stand in another list by now: the keyboard must leave the field anyhow.
    if (!console.part("list").enter()) console.part("thread").enter();
  } else if (pane === "visitor" || pane === "reading") console.go({ pane: "thread" });
  else if (console.open) console.go({ conversation: "", pane: "list" });
  else if (view === "search") console.go({ view: console.list, pane: "list" });
  else return false;
  return true;
}

/** @param {any} error of a request @returns {string} why, for a person */
export function sentence(error) {
  if (error.code === "gone" || error.code === "timeout") return "The line is down just now.";
  if (error.code === "unknown_type") return "This server cannot do that yet.";
  if (error.code === "limited") return "Too many at once; wait a moment.";
  if (error.by?.name) return `${error.by.name} has it.`;
  return error.message || error.code;
}
