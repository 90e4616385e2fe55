/**
 * The visitor's bell: a number before the document's title and two tones, when an answer comes
 * that nobody looks at. Of all his tabs one has the number, and one that can be heard sounds.
 */

import { Chime } from "../ring/chime.js";
import { RingLeader } from "../ring/ring-leader.js";
import { BellModel } from "./bell-model.js";

/** Ways of touching a page that are leave to sound. */
const TOUCHES = ["pointerdown", "keydown"];

export class ChatBell {
  #model = new BellModel();
  /** @type {Chime | null} made when it may sound: before, a browser only complains */
  #chime = null;
  #titles = new RingLeader("portal.chat.title");
  #sounds = new RingLeader("portal.chat.ring");
  #title = document.title;
  #leaving = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  constructor() {
    const { signal } = this.#leaving;
    for (const type of TOUCHES) addEventListener(type, () => this.#unlock(), { signal, capture: true });
    this.#titles.addEventListener("change", () => this.#draw());
    this.#titles.stand();
    if (navigator.userActivation?.hasBeenActive) this.#unlock();
  }

  /** @param {number} unread */
  hear(unread) {
    const now = Date.now();
    this.#model.hear(unread, now);
    clearTimeout(this.#timer);
    const { dueAt } = this.#model;
    if (dueAt < Infinity) this.#timer = setTimeout(() => this.#ring(), dueAt - now);
    this.#draw();
  }

  stop() {
    this.#leaving.abort();
    clearTimeout(this.#timer);
  }

  async #unlock() {
    this.#chime ??= new Chime();
    await this.#chime.unlock();
    if (this.#chime.blocked) return;
    this.#sounds.stand();
    this.#leaving.abort();
  }

  #ring() {
    if (this.#model.ring(Date.now()) && this.#sounds.leads) this.#chime?.ring();
  }

  #draw() {
    const title = this.#titles.leads ? this.#model.title(this.#title) : this.#title;
    if (document.title !== title) document.title = title;
  }
}
