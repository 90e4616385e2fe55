/** Says that the agent types, often enough to be believed and no oftener. */

/** A typing agent says so again before the visitor's side forgets it. */
const AGAIN_MS = 3_000;

export class DeskTyping {
  #send;
  #now;
  /** @type {Map<string, {at: number, note: boolean}>} when we last said what, by conversation */
  #said = new Map();

  /** @param {(frame: object) => boolean} send now or not at all @param {() => number} now */
  constructor(send, now) {
    this.#send = send;
    this.#now = now;
  }

  /** @param {string} conversation @param {boolean} note then only colleagues are told */
  on(conversation, note) {
    const now = this.#now();
    const said = this.#said.get(conversation);
    if (said && said.note !== note) this.off(conversation);
    else if (said && now - said.at < AGAIN_MS) return;
    this.#said.set(conversation, { at: now, note });
    this.#send({ type: "chat.typing", conversation, ...(note && { note }) });
  }

  /** @param {string} conversation the field is empty again, or left */
  off(conversation) {
    const note = this.#said.get(conversation)?.note;
    if (!this.forget(conversation)) return;
    this.#send({ type: "chat.typing", conversation, on: false, ...(note && { note }) });
  }

  /** @param {string} conversation what was typed is said: nobody need be told that it ended */
  forget(conversation) {
    return this.#said.delete(conversation);
  }
}
