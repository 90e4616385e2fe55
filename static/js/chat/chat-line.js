/**
 * `<chat-line>`: how the connection is, in words, while there is something to say. The countdown
 * is seen; only the state is spoken.
 *
 * Event: "chat-due" when it is to be shown anew without any other cause.
 */

import { PatienceModel } from "../live/patience-model.js";
import { build, write } from "./build.js";
import { connection, say } from "./words.js";

export class ChatLine extends HTMLElement {
  #patience = new PatienceModel();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #seen = build("span");
  #bar = build("p.chat-panel__line", { hidden: true }, this.#seen);
  #spoken = build("p.chat-panel__spoken", { role: "status" });

  connectedCallback() {
    if (!this.firstChild) this.append(this.#bar, this.#spoken);
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  /**
   * @param {{state: string, retryAt?: number | null, reason?: string, again?: boolean}} line
   * @param {{slow: boolean, now: number}} about  slow: it stands, and messages take longer
   * @returns {boolean} whether there is trouble
   */
  show(line, { slow, now }) {
    const trouble = this.#patience.say(connection(line, now), now);
    const words = trouble || (slow ? say("slow") : "");
    const { dueAt } = this.#patience;
    clearTimeout(this.#timer);
    if (dueAt < Infinity) this.#timer = setTimeout(() => this.dispatchEvent(new Event("chat-due")), dueAt - now);
    this.#bar.hidden = !words;
    // Between two attempts and during one it looks alike: a colour that blinks alarms.
    const trying = line.state === "connecting" && line.again ? "waiting" : line.state;
    const look = !trouble && words ? "slow" : trying;
    if (look !== "open") this.#bar.className = `chat-panel__line chat-panel__line--${look}`;
    write(this.#seen, words);
    write(this.#spoken, trouble ? connection({ ...line, retryAt: null }, now) : words);
    return trouble !== "";
  }
}

customElements.define("chat-line", ChatLine);
