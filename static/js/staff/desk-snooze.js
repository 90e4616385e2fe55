/** <desk-snooze>: out of the way for a while. The chat comes back by itself, or when its visitor speaks. */

import { fieldMoment, momentText, snoozeOptions } from "./snooze-model.js";

class DeskSnooze extends HTMLElement {
  /** @type {import("./desk-client.js").DeskClient} */
  #client;
  #console;
  #row;

  /** @param {import("./desk-client.js").DeskClient} client @param {any} console */
  connect(client, console) {
    this.#client = client;
    this.#console = console;
    this.querySelector("form").addEventListener("submit", (event) => {
      const { value } = /** @type {any} */ (event.submitter) ?? {};
      if (value === "wake") this.#snooze(null);
      else if (value === "custom") this.#snooze(new Date(this.#field.value).getTime());
      else if (value) this.#snooze(Number(value));
    });
  }

  /** @param {import("./row-model.js").Row} row */
  open(row) {
    this.#row = row;
    const now = this.#client.now();
    const options = snoozeOptions(now).map(({ name, at }) => {
      const button = make("button", "choice", "");
      button.type = "submit";
      button.value = String(at);
      button.append(make("span", "choice__name", name), make("span", "choice__side", momentText(at, now)));
      return button;
    });
    this.querySelector("[data-options]").replaceChildren(...options);
    this.querySelector("[data-wake]").hidden = row.snoozedUntil === null;
    this.#field.min = fieldMoment(now);
    this.#field.value = fieldMoment(options.length ? now + 3 * 3_600_000 : now);
    this.querySelector("dialog").showModal();
    options[0]?.focus();
  }

  #snooze(until) {
    const row = this.#row;
    const now = this.#client.now();
    if (until !== null && !(until > now)) {
      this.#console.part("thread").notice("Choose a moment that is yet to come.");
      return;
    }
    this.#console.acts.ask({
      name: "snooze",
      id: row.id,
      request: () => this.#client.ask.snooze(row.id, until),
      guess: { snoozedUntil: until },
      failed: "The chat could not be snoozed.",
      done: until === null ? `${row.name} is back` : `${row.name} comes back ${momentText(until, now)}`,
      undo: () => this.#client.ask.snooze(row.id, row.snoozedUntil),
    });
  }

  get #field() {
    return /** @type {HTMLInputElement} */ (this.querySelector("[data-until]"));
  }
}

function make(tag, name, words) {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = words;
  return element;
}

customElements.define("desk-snooze", DeskSnooze);
