/**
 * What the desk knows of the visitors whose chats were opened here (`chat.known`): language, device,
 * earlier conversations, whether he is blocked. Whoever asks for it, the last word is kept here.
 */

export class DeskKnown {
  #client;
  /** @type {Map<string, any>} */
  #known = new Map();

  /** @param {import("./desk-client.js").DeskClient} client */
  constructor(client) {
    this.#client = client;
    client.hear("chat.known", (frame) => this.#take(frame));
  }

  /** @param {string} id @returns {any} the last `chat.known` of this conversation, if one came */
  get(id) {
    return this.#known.get(id);
  }

  /** @param {string} id reads it anew; whoever draws it hears "known" from the client */
  async ask(id) {
    if (!id || !this.#client.ask.knows("chat.about")) return;
    try {
      this.#take(await this.#client.ask.about(id));
    } catch {
      // It is a help, not a need: the thread does without.
    }
  }

  /** @param {string} id @param {object} fields that we have just changed ourselves */
  guess(id, fields) {
    const { blocked, block_reason, ...rest } = this.#known.get(id) ?? {};
    this.#take({ ...rest, conversation: id, ...fields });
  }

  #take(frame) {
    if (!frame?.conversation) return;
    this.#known.set(frame.conversation, frame);
    this.#client.dispatchEvent(new CustomEvent("known", { detail: { id: frame.conversation } }));
  }
}
