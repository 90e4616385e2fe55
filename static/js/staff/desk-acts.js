/**
 * What an agent can do, by name. Keys and buttons come here with the same names, so that both do
 * the same; each act says what came of it where the agent looks.
 */

const LISTS = new Set(["waiting", "mine", "all"]);

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
    if (LISTS.has(name) || name === "articles") return this.#show(name);
    return ACTS[name]?.(this, detail) ?? false;
  }

  get client() {
    return this.#client;
  }

  get console() {
    return this.#console;
  }

  #show(view) {
    const conversation = this.#console.wide && LISTS.has(view) ? this.#console.open : "";
    this.#console.go({ view, conversation, pane: view });
    return true;
  }

  /** Asks once, however often the key is pressed, and says why not. */
  async ask(name, id, request, refused) {
    const key = `${name} ${id}`;
    if (this.#busy.has(key)) return false;
    this.#busy.add(key);
    try {
      await request();
      if (this.#console.open === id) this.#console.part("thread").notice("");
      return true;
    } catch (error) {
      if (this.#console.open === id) this.#console.part("thread").notice(refused(error));
      return false;
    } finally {
      this.#busy.delete(key);
    }
  }
}

/** Acts by name. Each returns whether it did something; a key that did nothing stays the browser's. */
const ACTS = {
  next: (acts) => move(acts, 1),
  previous: (acts) => move(acts, -1),
  open: (acts) => {
    const list = acts.console.part("list");
    const id = list.current || list.first;
    if (!id) return false;
    acts.console.go({ view: acts.console.list, conversation: id, pane: "thread" });
    return true;
  },
  list: (acts) => acts.console.part("list").enter(),
  claim: (acts) => claim(acts, acts.console.open || oldest(acts)),
  oldest: (acts) => claim(acts, oldest(acts)),
  release: (acts) => part(acts, "release", "The chat could not be released."),
  close: (acts) => part(acts, "close", "The chat could not be closed."),
  answer: (acts) => write(acts, "answer"),
  note: (acts) => write(acts, "note"),
  back: (acts) => back(acts),
  availability: (acts) => {
    const state = acts.console.part("status").toggle();
    acts.console.say(state === "away" ? "You are away" : "You are available");
    return true;
  },
  keys: (acts) => {
    acts.console.part("keys").open();
    return true;
  },
  newest: () => true,
  more: () => true,
  sound: () => true,
  notify: (acts) => {
    Notification.requestPermission().then(() => {
      acts.console.querySelector("[data-do=notify]").hidden = Notification.permission !== "default";
    });
    return true;
  },
  read: (acts) => {
    acts.client.see(acts.console.open);
    return true;
  },
  again: (acts, { pending }) => {
    acts.client.again(pending);
    return true;
  },
  edit: (acts, { pending }) => {
    acts.console.part("composer").putBack(pending.note ? "note" : "answer", acts.client.takeBack(pending));
    return true;
  },
  "as-note": (acts, { pending }) => {
    acts.client.say(pending.conversation, acts.client.takeBack(pending), true);
    return true;
  },
};

function move(acts, step) {
  const { console, client } = acts;
  if (!LISTS.has(console.dataset.view)) return false;
  const list = console.part("list");
  const id = client.desk.neighbour(console.list, list.current, step);
  if (id) list.focusRow(id);
  return true;
}

function oldest({ client }) {
  return client.desk.list("waiting")[0]?.id ?? "";
}

function claim(acts, id) {
  const { console, client } = acts;
  const row = client.desk.row(id);
  if (!row || row.status !== "waiting") return false;
  if (console.open !== id) console.go({ view: console.list, conversation: id, pane: "thread" });
  const refused = (error) =>
    error.code === "taken"
      ? `${error.by?.name ?? "A colleague"} was faster and has this chat.`
      : `You do not have this chat: ${sentence(error)}`;
  acts.ask("claim", id, () => client.claim(id), refused).then((won) => {
    if (!won || console.open !== id) return;
    console.say(`You have the chat of ${row.name}`);
    console.part("composer").draw();
    console.part("composer").write("answer");
  });
  return true;
}

function part(acts, name, failed) {
  const { console, client } = acts;
  const id = console.open;
  const button = console.querySelector(`.thread [data-do=${name}]`);
  if (!id || button.hidden) return false;
  acts.ask(name, id, () => client[name](id), (error) => `${failed} ${sentence(error)}`).then((done) => {
    if (done && console.open === id && !console.part("list").enter()) console.part("thread").enter();
  });
  return true;
}

function write(acts, kind) {
  if (!acts.console.open) return false;
  acts.console.part("composer").write(kind);
  return true;
}

function back(acts) {
  const { console } = acts;
  if (console.part("composer").contains(document.activeElement) && console.wide) {
    // The open chat may stand in another list by now: the keyboard must leave the field anyhow.
    if (!console.part("list").enter()) console.part("thread").enter();
  } else if (console.dataset.pane === "visitor") console.go({ pane: "thread" });
  else if (console.open) console.go({ conversation: "", pane: "list" });
  else return false;
  return true;
}

function sentence(error) {
  if (error.code === "gone" || error.code === "timeout") return "The line is down just now.";
  if (error.by?.name) return `${error.by.name} has it.`;
  return error.message || error.code;
}
