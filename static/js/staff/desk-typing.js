/** Says that the agent types, often enough to be believed and no oftener. */

/** A typing agent says so again before the visitor's side forgets it. */
const AGAIN_MS = 3_000;

export class DeskTyping {
  #send;
  #now;
  /** @type {Map<string, number>} when we last said so, by conversation */
  #said = new Map();

  /** @param {(frame: object) => boolean} send now or not at all @param {() => number} now */
  constructor(send, now) {
    this.#send = send;
    this.#now = now;
  }

  /** @param {string} conversation @param {boolean} note then only colleagues are told */
  on(conversation, note) {
    const now = this.#now();
    if (now - (this.#said.get(conversation) ?? 0) < AGAIN_MS) return;
    this.#said.set(conversation, now);
    this.#send({ type: "chat.typing", conversation, ...(note && { note }) });
  }

  /** @param {string} conversation the field is empty again, or left */
  off(conversation) {
    if (this.forget(conversation)) this.#send({ type: "chat.typing", conversation, on: false });
  }

  /** @param {string} conversation what was typed is said: nobody need be told that it ended */
  forget(conversation) {
    return this.#said.delete(conversation);
  }
}
