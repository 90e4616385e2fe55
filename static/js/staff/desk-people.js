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
  const face = make("span", "people__face", initials(name));
  face.setAttribute("aria-hidden", "true");
  const busy = make("span", "people__load", state === "away" ? "away" : load ? String(load) : "free");
  if (state !== "away" && load) busy.append(make("span", "console__unseen", load === 1 ? " chat" : " chats"));
  item.title = load === 1 ? `${name}: 1 chat` : `${name}: ${load} chats`;
  item.append(face, make("span", "people__name", name), busy);
  return item;
}

function make(tag, name, words) {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = words;
  return element;
}

customElements.define("desk-people", DeskPeople);
