/**
 * The bell that comes when there is something to ring for: until somebody answers who is not
 * looked at, nobody loads it.
 */

export class LateBell {
  /** @type {import("./chat-bell.js").ChatBell | null} */
  #bell = null;
  #coming = false;
  #unread = NaN;
  /** @type {any} */
  #last;
  #before = NaN;
  #open;

  /** @param {() => void} open  brings the panel, when a notice is pressed */
  constructor(open) {
    this.#open = open;
  }

  /** @param {number} unread @param {any} last  the newest entry */
  hear(unread, last) {
    if (this.#bell) return this.#bell.hear(unread, last);
    if (unread === this.#unread) return;
    if (!this.#coming) this.#before = this.#unread;
    this.#unread = unread;
    this.#last = last;
    if (unread) this.#come();
  }

  async #come() {
    if (this.#coming) return;
    this.#coming = true;
    try {
      const { ChatBell } = await import("./chat-bell.js");
      this.#bell = new ChatBell(this.#open);
      // What was unread before it came is no news.
      if (!Number.isNaN(this.#before)) this.#bell.hear(this.#before, null);
      this.#bell.hear(this.#unread, this.#last);
    } catch {
      this.#coming = false; // the next message tries again
    }
  }

  stop() {
    this.#bell?.stop();
  }
}
