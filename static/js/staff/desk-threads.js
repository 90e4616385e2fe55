/**
 * The conversations that are open on this screen, kept complete: joined, mended where something is
 * missing, and joined again from where they were when the line is new.
 */

import { ThreadModel } from "./thread-model.js";

export class DeskThreads {
  #send;
  #me;
  #rowOf;
  /** @type {Map<string, ThreadModel>} */
  #open = new Map();
  /** @type {Set<string>} conversations whose next page is on its way */
  #asking = new Set();

  /**
   * @param {object} parts
   * @param {(frame: object) => boolean} parts.send now or not at all
   * @param {number} parts.me
   * @param {(id: string) => import("./desk-model.js").Row | undefined} parts.rowOf
   */
  constructor({ send, me, rowOf }) {
    this.#send = send;
    this.#me = me;
    this.#rowOf = rowOf;
  }

  /** @param {string} id @returns {ThreadModel | undefined} */
  get(id) {
    return this.#open.get(id);
  }

  /** @param {string} id from now on it is filled and kept up to date */
  join(id) {
    const thread = this.#open.get(id) ?? new ThreadModel(id, this.#me);
    this.#open.set(id, thread);
    this.meet(id);
    this.#ask({ type: "chat.join", conversation: id, last_seq: thread.last });
  }

  /** @param {string} id leaves it to its place in the list */
  part(id) {
    this.#open.delete(id);
    this.#asking.delete(id);
    this.#send({ type: "chat.part", conversation: id });
  }

  /** The line is new: nothing is joined, and what was asked for is not coming. */
  afresh() {
    this.#asking.clear();
    for (const id of this.#open.keys()) this.join(id);
  }

  /** @param {string} id its row has come, perhaps after the thread: it says what was read */
  meet(id) {
    const thread = this.#open.get(id);
    const row = thread && this.#rowOf(id);
    if (!row) return;
    thread.freshAfter ??= row.staffSeen;
    thread.seenByVisitor(row.visitorSeen);
  }

  /** What is here does not fit what the server has: it is read again from the beginning. */
  forget() {
    for (const thread of this.#open.values()) thread.forget();
  }

  /** Every row may be another one now. */
  meetAll() {
    for (const id of this.#open.keys()) this.meet(id);
  }

  /** @param {any} frame of an entry @returns {boolean} whether it belongs to an open thread */
  said(frame) {
    this.get(frame.conversation)?.take(frame);
    this.mend(frame.conversation);
    return this.#open.has(frame.conversation);
  }

  /** @param {any} frame @returns {ThreadModel | undefined} */
  history(frame) {
    const thread = this.get(frame.conversation);
    this.#asking.delete(frame.conversation);
    thread?.takeHistory(frame);
    this.mend(frame.conversation);
    return thread;
  }

  /** @param {Record<string, number>} heads of `live.beat` */
  beat(heads) {
    for (const [id, seq] of Object.entries(heads)) {
      this.get(id)?.hear(seq);
      this.mend(id);
    }
  }

  /** @param {string} id asks for what lies between our last entry and the head, a page at a time */
  mend(id) {
    const thread = this.get(id);
    if (!thread?.behind || this.#asking.has(id)) return;
    this.#ask({ type: "chat.since", conversation: id, seq: thread.last });
  }

  #ask(frame) {
    if (this.#send(frame)) this.#asking.add(frame.conversation);
  }
}
