/**
 * What an agent can do with the open chat. Whether he may is the server's to say; what is plainly
 * not his to do is not offered. Each returns whether there was something to do.
 */

import { isView } from "./views-model.js";

/** @typedef {import("./desk-acts.js").DeskActs} Acts */

export const CHAT_ACTS = {
  claim: (acts) => {
    const { client, console } = acts;
    const row = client.desk.row(console.open);
    if (row?.status === "waiting") return claim(acts, row.id);
    return console.open ? false : next(acts);
  },
  oldest: (acts) => next(acts),
  release: (acts) =>
    ofMine(acts, (row) => {
      const { client } = acts;
      leave(acts, {
        name: "release",
        id: row.id,
        request: () => client.ask.release(row.id),
        guess: { status: "waiting", agent: null },
        failed: "The chat could not be released.",
        done: `${row.name} is back in the queue`,
        undo: () => client.ask.claim(row.id),
      });
    }),
  // One key closes what is open and opens what is closed.
  close: (acts) => {
    const row = acts.client.desk.row(acts.console.open);
    if (row?.status === "closed") return CHAT_ACTS.reopen(acts);
    return ofMine(acts, () => close(acts, row), true);
  },
  reopen: (acts) => {
    const { client, console } = acts;
    const row = client.desk.row(console.open);
    if (row?.status !== "closed" || !client.ask.knows("chat.reopen")) return false;
    acts.ask({
      name: "reopen",
      id: row.id,
      request: () => client.ask.reopen(row.id),
      guess: { status: "open", agent: client.me, waitingSince: null },
      failed: "The chat could not be opened again.",
      done: `The chat of ${row.name} is open again, and yours`,
    });
    return true;
  },
  transfer: (acts) => ofMine(acts, (row) => acts.console.part("transfer").open(row), true),
  snooze: (acts) => ofMine(acts, (row) => acts.console.part("snooze").open(row)),
  wake: (acts) =>
    ofMine(acts, (row) => {
      acts.ask({
        name: "wake",
        id: row.id,
        request: () => acts.client.ask.snooze(row.id, null),
        guess: { snoozedUntil: null },
        failed: "The chat could not be woken.",
      });
    }),
  label: (acts) => ofAny(acts, (row) => acts.console.part("labels").open(row), "chat.label"),
  block: (acts) => ofAny(acts, (row) => acts.console.part("block").open(row), "chat.block"),
  transcript: (acts) => ofAny(acts, (row) => transcript(acts, row), "chat.transcript"),
  "answer-all": ({ client, console }) => {
    const row = client.desk.row(console.open);
    if (!row?.article || !client.ask.knows("chat.answer_all")) return false;
    console.part("answer-all").open(row.article, row.title);
    return true;
  },
  answer: (acts) => write(acts, "answer"),
  note: (acts) => write(acts, "note"),
  again: ({ client }, { pending }) => {
    client.outbox.again(pending);
    return true;
  },
  edit: ({ client, console }, { pending }) => {
    const { note, more } = pending;
    console.part("composer").putBack(note ? "note" : "answer", client.outbox.takeBack(pending), more?.files);
    return true;
  },
  "as-note": ({ client }, { pending }) => {
    client.say(pending.conversation, client.outbox.takeBack(pending), true);
    return true;
  },
};

/** The open chat, if it is open and mine; with `administrator` also where I may for another reason. */
function ofMine({ client, console }, act, administrator = false) {
  const row = client.desk.row(console.open);
  const mine = row?.status === "open" && row.agent?.id === client.desk.me;
  const may = mine || (administrator && row && row.status !== "closed" && console.administrator);
  if (may) act(row);
  return Boolean(may);
}

function ofAny({ client, console }, act, type) {
  const row = client.desk.row(console.open);
  if (!row || !client.ask.knows(type)) return false;
  act(row);
  return true;
}

/** The server knows best who is next; one that cannot say leaves the choice to us. */
function next(acts) {
  const { client, console } = acts;
  const oldest = client.desk.list("waiting")[0]?.id ?? "";
  if (!client.ask.knows("desk.next")) return oldest ? claim(acts, oldest) : false;
  const request = async () => {
    try {
      return await client.ask.next();
    } catch (error) {
      if (error.code !== "unknown_type" || !oldest) throw error;
      return client.ask.claim(oldest);
    }
  };
  const failed = (error) => (error.code === "not_found" ? "Nobody is waiting." : error.message || "Nobody is waiting.");
  acts.ask({ name: "next", id: "", request, failed }).then((won) => {
    const id = won?.conversation ?? (won && oldest);
    if (id) arrive(acts, id);
  });
  return Boolean(oldest) || console.list === "waiting";
}

function claim(acts, id) {
  const { console, client } = acts;
  const row = client.desk.row(id);
  if (!row || row.status !== "waiting") return false;
  if (console.open !== id) console.go({ view: console.list, conversation: id, pane: "thread" });
  const failed = (error) =>
    error.code === "taken"
      ? `${error.by?.name ?? "A colleague"} was faster and has this chat.`
      : `You do not have this chat: ${error.code === "gone" ? "the line is down just now." : error.message}`;
  acts.ask({ name: "claim", id, request: () => client.ask.claim(id), failed }).then((won) => {
    if (won && console.open === id) arrive(acts, id);
  });
  return true;
}

/** It is mine: the keyboard stands where one answers. */
function arrive({ console, client }, id) {
  if (console.open !== id) {
    console.go({ view: isView(console.route.view) ? console.list : "mine", conversation: id, pane: "thread" });
    addEventListener("hashchange", () => requestAnimationFrame(() => begin(console)), { once: true });
  } else begin(console);
  console.say(`You have the chat of ${client.desk.row(id)?.name ?? "the visitor"}`);
}

function begin(console) {
  console.part("composer").draw();
  console.part("composer").write("answer");
}

function close(acts, row) {
  leave(acts, {
    name: "close",
    id: row.id,
    request: () => acts.client.ask.close(row.id),
    guess: { status: "closed", waitingSince: null },
    failed: "The chat could not be closed.",
    done: `The chat of ${row.name} is closed`,
    undo: acts.client.ask.knows("chat.reopen") ? () => acts.client.ask.reopen(row.id) : undefined,
  });
}

/** The work here is done: the keyboard goes back to the list, unless somebody writes already. */
function leave(acts, act) {
  const { console } = acts;
  acts.ask(act).then((done) => {
    if (!done || console.open !== act.id || document.activeElement?.matches("input, textarea, select")) return;
    if (!console.part("list").enter()) console.part("thread").enter();
  });
}

function transcript(acts, row) {
  if (!row.email) {
    acts.console.part("thread").notice(`${row.name} has given no e-mail address.`);
    return;
  }
  acts.ask({
    name: "transcript",
    id: row.id,
    request: () => acts.client.ask.transcript(row.id),
    failed: "The transcript could not be sent.",
    done: `The transcript goes to ${row.email}`,
  });
}

function write({ console }, kind) {
  if (!console.open) return false;
  console.part("composer").write(kind);
  return true;
}
