/**
 * <desk-bell>: rings for what waits: two tones, the document's title, a notification outside the
 * tab where that is allowed, a word for the screen reader. It shows itself only as a bar that says
 * that the sound is off, with the one button that mends it.
 */

import { Chime } from "../ring/chime.js";
import { RingLeader } from "../ring/ring-leader.js";
import { RingModel } from "./ring-model.js";

class DeskBell extends HTMLElement {
  #ring = new RingModel();
  #chime = new Chime();
  #leader = new RingLeader("portal.desk.ring");
  #title = document.title;
  /** @type {import("./desk-client.js").DeskClient} */
  #client;
  /** @type {(words: string) => void} */
  #say;
  #elsewhere = false;

  /** @param {import("./desk-client.js").DeskClient} client @param {any} console */
  connect(client, console) {
    this.#client = client;
    this.#say = (words) => console.say(words);
    this.#chime.addEventListener("change", () => this.#drawBar());
    this.querySelector("[data-do=sound]").addEventListener("click", () => this.#test());
    // Any touch of the page is leave to sound; nobody has to aim at the button.
    for (const type of ["pointerdown", "keydown"]) addEventListener(type, () => this.#chime.unlock());
    this.#drawBar();
  }

  /** Something changed in the waiting list, or a second has passed. */
  tick() {
    const { desk, status } = this.#client;
    this.#ring.available = status === "available";
    this.#ring.wait(desk.ringing);
    document.title = this.#ring.title(this.#title);
    const { sound, fresh } = this.#ring.due(performance.now());
    if (sound && this.#leader.leads) this.#chime.ring(this.#ring.loudness);
    const rows = fresh.map((id) => desk.row(id));
    if (rows.length && status === "available") {
      this.#say(rows.length === 1 ? `New chat waiting: ${rows[0].name}` : `${rows.length} new chats waiting`);
      rows.forEach((row) => this.#notify(row));
    }
    this.#look();
  }

  #test() {
    this.#chime.unlock().then(() => this.#chime.ring());
  }

  #notify(row) {
    // The tab that rings shows it too; where none may ring, each does, in one another's place.
    if (this.#elsewhere || document.hasFocus() || globalThis.Notification?.permission !== "granted") return;
    try {
      // One tag a conversation: several tabs and repeats replace each other.
      const note = new Notification(`${row.name} is waiting`, {
        body: row.lastText,
        tag: `portal.desk:${row.id}`,
      });
      note.addEventListener("click", () => {
        focus();
        location.hash = `waiting/${row.id}`;
        note.close();
      });
    } catch {
      // Some phones allow it only from a service worker: sound and title have to do.
    }
  }

  async #look() {
    const elsewhere = await this.#leader.elsewhere();
    if (elsewhere === this.#elsewhere) return;
    this.#elsewhere = elsewhere;
    this.#drawBar();
  }

  #drawBar() {
    if (!this.#chime.blocked) this.#leader.stand();
    this.hidden = !this.#chime.mendable || this.#elsewhere;
  }
}

customElements.define("desk-bell", DeskBell);
