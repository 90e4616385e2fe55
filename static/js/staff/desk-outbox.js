/**
 * What an agent has written and the server has not stored yet, by conversation.
 *
 * Answers and notes of one conversation each go through an outbox of their own, the same the
 * visitor's panel uses: in order, same id until stored, surviving a reload. Two of them, because a
 * refused answer must never travel as a note, nor a note ever as an answer.
 *
 * @typedef {import("../chat/outbox-model.js").Item} Item
 * @typedef {Item & {conversation: string, note: boolean, by?: {name?: string}}} Pending
 */

import { framed, OutboxModel } from "../chat/outbox-model.js";

const PREFIX = "portal.desk.outbox";
const KINDS = { answer: "chat.say", note: "chat.note" };

export class DeskOutbox {
  #send;
  #changed;
  #place;
  #now;
  #open = false;
  /** @type {Map<string, OutboxModel>} by "kind conversation" */
  #boxes = new Map();
  /** @type {Map<string, {name?: string}>} who stood in the way of a line, by its id */
  #by = new Map();

  /**
   * @param {object} parts
   * @param {(frame: object) => Promise<unknown>} parts.send
   * @param {(conversation: string) => void} parts.changed
   * @param {Storage | null} parts.place
   * @param {() => number} [parts.now]
   */
  constructor({ send, changed, place, now = Date.now }) {
    this.#send = send;
    this.#changed = changed;
    this.#place = place;
    this.#now = now;
    // What a former page left unsent goes out even if its thread is not opened again.
    for (const key of Object.keys(place ?? {})) {
      const [prefix, kind, conversation] = key.split(":");
      if (prefix === PREFIX && kind in KINDS && conversation) this.#box(kind, conversation);
    }
  }

  /** The line is up: everything may go. */
  open() {
    this.#open = true;
    for (const box of this.#boxes.values()) box.open();
  }

  /** The line is gone: what was on its way waits. */
  pause() {
    this.#open = false;
    for (const box of this.#boxes.values()) box.pause();
  }

  /**
   * @param {string} conversation @param {string} text @param {boolean} note
   * @param {object} [more] what else its frame carries
   */
  add(conversation, text, note, more) {
    this.#box(note ? "note" : "answer", conversation).add(text, more);
  }

  /** @param {string} conversation @returns {Pending[]} in the order they were written */
  of(conversation) {
    const both = Object.keys(KINDS).flatMap((kind) =>
      (this.#boxes.get(`${kind} ${conversation}`)?.items ?? []).map((item) => ({
        ...item,
        conversation,
        note: kind === "note",
        by: this.#by.get(item.id),
      })),
    );
    return both.sort((a, b) => a.at - b.at);
  }

  /** @param {string} conversation @param {string} id is known to the server */
  stored(conversation, id) {
    for (const kind of Object.keys(KINDS)) this.#boxes.get(`${kind} ${conversation}`)?.stored(id);
  }

  /** @param {Pending} line that was refused */
  again(line) {
    this.#by.delete(line.id);
    this.#box(line.note ? "note" : "answer", line.conversation).retry(line.id);
  }

  /** @param {Pending} line that was refused @returns {string} its text */
  takeBack(line) {
    return this.#box(line.note ? "note" : "answer", line.conversation).take(line.id);
  }

  /** @param {"answer" | "note"} kind @param {string} conversation */
  #box(kind, conversation) {
    const name = `${kind} ${conversation}`;
    const known = this.#boxes.get(name);
    if (known) return known;
    const box = new OutboxModel({
      send: ({ id, text, more }) => this.#deliver({ ...framed(more), type: KINDS[kind], conversation, id, text }),
      place: drawer(this.#place, `${PREFIX}:${kind}:${conversation}`),
      now: this.#now,
    });
    this.#boxes.set(name, box);
    box.addEventListener("change", () => this.#changed(conversation));
    if (this.#open) box.open();
    return box;
  }

  async #deliver(frame) {
    try {
      return await this.#send(frame);
    } catch (error) {
      if (error.by) this.#by.set(frame.id, error.by);
      throw error;
    }
  }
}

/**
 * One key of a storage: the outbox knows only its own.
 * @param {Storage | null} place @param {string} key
 */
function drawer(place, key) {
  if (!place) return null;
  return {
    getItem: () => place.getItem(key),
    setItem: (_, value) => place.setItem(key, value),
    removeItem: () => place.removeItem(key),
  };
}
