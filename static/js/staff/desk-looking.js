/**
 * <desk-looking>: which colleagues have the open chat in front of them too, so that two do not
 * answer at once. Tells the others the same of us, as long as this page is in view.
 */

import { write } from "../chat/build.js";

class DeskLooking extends HTMLElement {
  /** @type {import("./desk-client.js").DeskClient} */
  #client;
  #id = "";
  /** @type {string | null} what the others were told last */
  #told = null;
  /** @type {{id: number, name: string}[]} */
  #people = [];

  /** @param {import("./desk-client.js").DeskClient} client */
  connect(client) {
    this.#client = client;
    client.hear("chat.viewers", ({ conversation, people }) => {
      if (conversation !== this.#id) return;
      this.#people = people;
      this.draw();
    });
    client.addEventListener("line", ({ detail }) => {
      if (detail.state !== "open") return;
      this.#told = null;
      this.#tell();
    });
    document.addEventListener("visibilitychange", () => this.#tell());
  }

  /** @param {string} id the open conversation; "" for none */
  show(id) {
    if (id === this.#id) return;
    this.#id = id;
    this.#people = [];
    this.draw();
    this.#tell();
  }

  draw() {
    const others = this.#people.filter(({ id }) => id !== this.#client.me.id).map(({ name }) => name);
    this.hidden = others.length === 0;
    write(this, lookingWords(others));
  }

  #tell() {
    const looks = document.hidden ? "" : this.#id;
    if (looks === this.#told || !this.#client.ask.knows("desk.look")) return;
    if (this.#client.send({ type: "desk.look", conversation: looks || null })) this.#told = looks;
  }
}

/** @param {string[]} names @returns {string} "Mei looks in too", "Mei and 2 others look in too" */
function lookingWords(names) {
  if (names.length < 2) return names.length ? `${names[0]} looks in too` : "";
  const others = names.length === 2 ? names[1] : `${names.length - 1} others`;
  return `${names[0]} and ${others} look in too`;
}

customElements.define("desk-looking", DeskLooking);
