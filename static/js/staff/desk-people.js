/** <desk-people>: who else is on duty, available or away, and how many chats each one has. */

import { initials } from "./desk-model.js";

class DeskPeople extends HTMLElement {
  /** @type {import("./desk-client.js").DeskClient} */
  #client;

  /** @param {import("./desk-client.js").DeskClient} client */
  connect(client) {
    this.#client = client;
  }

  draw() {
    const others = this.#client.people.filter((person) => person.id !== this.#client.desk.me);
    others.sort((a, b) => Number(a.state === "away") - Number(b.state === "away") || a.name.localeCompare(b.name));
    this.querySelector("[data-none]").hidden = others.length > 0;
    this.querySelector("[data-list]").replaceChildren(...others.map(drawPerson));
  }
}

function drawPerson({ name, state, load }) {
  const item = make("li", `people__one people__one--${state === "away" ? "away" : "there"}`);
  const chats = load === 1 ? "1 chat" : `${load} chats`;
  const face = make("span", "people__face", initials(name));
  face.setAttribute("aria-hidden", "true");
  const words = state === "away" ? "away" : load ? chats : "free";
  item.append(face, make("span", "people__name", name), make("span", "people__load", words));
  return item;
}

function make(tag, name, words) {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = words;
  return element;
}

customElements.define("desk-people", DeskPeople);
