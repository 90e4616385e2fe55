/**
 * The visitor's bell: a number before the document's title, two tones and, if he wishes, a notice
 * of the system, when an answer comes that nobody looks at. Of all his tabs one has the number and
 * tells, and one that can be heard sounds.
 */

import { Chime } from "../ring/chime.js";
import { RingLeader } from "../ring/ring-leader.js";
import { BellModel } from "./bell-model.js";
import { wishes } from "./wishes.js";

/** Ways of touching a page that are leave to sound. */
const TOUCHES = ["pointerdown", "keydown"];
/** As much of a message as a notice shows. */
const NOTICE_LONGEST = 160;

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
  /** @type {any} */
  #last = null;
  #open;

  /**
   * @param {() => void} open  brings the panel, when a notice is pressed
   * @param {number} before  what was unread before it came: no news. NaN: that is not known
   */
  constructor(open, before) {
    this.#open = open;
    if (!Number.isNaN(before)) this.#model.hear(before, Date.now());
    const { signal } = this.#leaving;
    for (const type of TOUCHES) addEventListener(type, () => this.#unlock(), { signal, capture: true });
    this.#titles.addEventListener("change", () => this.#draw());
    this.#titles.stand();
    if (navigator.userActivation?.hasBeenActive) this.#unlock();
  }

  /** @param {number} unread @param {any} last  the newest entry */
  hear(unread, last) {
    this.#last = last;
    this.#model.hear(unread, Date.now());
    this.#wait();
    this.#draw();
  }

  #wait() {
    clearTimeout(this.#timer);
    const { dueAt } = this.#model;
    if (dueAt < Infinity) this.#timer = setTimeout(() => this.#ring(), Math.max(0, dueAt - Date.now()));
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
    if (!this.#model.ring(Date.now())) return this.#wait(); // a timer may come a moment early
    const { sound, notify } = wishes();
    if (sound && this.#sounds.leads) this.#chime?.ring();
    if (notify && document.hidden && this.#titles.leads) this.#notify();
  }

  #notify() {
    try {
      const { author, text } = this.#last;
      const body = [...(text ?? "")].slice(0, NOTICE_LONGEST).join("");
      const notice = new Notification(author.name, { body, tag: "portal.chat", dir: "auto" });
      notice.onclick = () => {
        window.focus();
        this.#open();
        notice.close();
      };
    } catch {
      // Taken back since, or a phone, which lets only an installed page notify.
    }
  }

  #draw() {
    const title = this.#titles.leads ? this.#model.title(this.#title) : this.#title;
    if (document.title !== title) document.title = title;
  }
}
