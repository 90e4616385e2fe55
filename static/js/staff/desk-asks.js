/**
 * What an agent can ask of the desk, each a request that is answered or refused. Knows which of
 * them this server does not know (one of an older version may serve the page's socket): what it
 * lacks is not offered again.
 */

export class DeskAsks extends EventTarget {
  #request;
  /** @type {Set<string>} types the server has called unknown; event "lacks" when one is added */
  #lacks = new Set();

  /** @param {(frame: object, how?: {timeout?: number}) => Promise<any>} request rejects with a LiveError */
  constructor(request) {
    super();
    this.#request = request;
  }

  /** @param {string} type @returns {boolean} whether the server is not known to lack it */
  knows(type) {
    return !this.#lacks.has(type);
  }

  /**
   * @param {{type: string}} frame @param {{timeout?: number}} [how] milliseconds one waits for it
   * @returns {Promise<any>} its answer
   */
  async ask(frame, how) {
    try {
      return await this.#request(frame, how);
    } catch (error) {
      if (error.code === "unknown_type") this.lack(frame.type);
      throw error;
    }
  }

  /** @param {string} type the server does not know it */
  lack(type) {
    if (this.#lacks.has(type)) return;
    this.#lacks.add(type);
    this.dispatchEvent(new Event("lacks"));
  }

  /** @param {string} conversation @returns {Promise<object>} rejects with `taken` and `by` */
  claim(conversation) {
    return this.ask({ type: "chat.claim", conversation });
  }

  /** @returns {Promise<{conversation: string}>} whoever waits longest of those I may answer */
  next() {
    return this.ask({ type: "desk.next" });
  }

  /** @param {string} conversation */
  release(conversation) {
    return this.ask({ type: "chat.release", conversation });
  }

  /** @param {string} conversation */
  close(conversation) {
    return this.ask({ type: "chat.close", conversation });
  }

  /** @param {string} conversation */
  reopen(conversation) {
    return this.ask({ type: "chat.reopen", conversation });
  }

  /** @param {string} conversation @param {{agent: number} | {desk: number}} to */
  transfer(conversation, to) {
    return this.ask({ type: "chat.transfer", conversation, to });
  }

  /** @param {string} conversation @param {number | null} until null: it is back at once */
  snooze(conversation, until) {
    return this.ask({ type: "chat.snooze", conversation, until });
  }

  /** @param {string} conversation @param {string[]} labels by name, all it carries from now on */
  label(conversation, labels) {
    return this.ask({ type: "chat.label", conversation, labels });
  }

  /** @param {string} conversation @param {{by: string, reason: string, until: number | null}} how */
  block(conversation, how) {
    return this.ask({ type: "chat.block", conversation, ...how });
  }

  /** @param {string} conversation */
  unblock(conversation) {
    return this.ask({ type: "chat.unblock", conversation });
  }

  /** @param {string} conversation sends its visitor what was said, as he may see it */
  transcript(conversation) {
    return this.ask({ type: "chat.transcript", conversation });
  }

  /** @param {string} conversation @returns {Promise<object>} `chat.known` */
  about(conversation) {
    return this.ask({ type: "chat.about", conversation });
  }

  /** @param {string} query @param {string} [after] @returns {Promise<object>} `desk.found` */
  search(query, after) {
    return this.ask({ type: "desk.search", query, ...(after && { after }) });
  }

  /** @param {number | null} article @returns {Promise<object>} `desk.replies` */
  replies(article) {
    return this.ask({ type: "desk.replies", ...(article && { article }) });
  }

  /** @param {{shortcut: string, title: string, text: string, category: string, article?: number}} reply */
  saveReply(reply) {
    return this.ask({ type: "desk.save_reply", ...reply });
  }

  /** @param {string} shortcut */
  removeReply(shortcut) {
    return this.ask({ type: "desk.remove_reply", shortcut });
  }
}
