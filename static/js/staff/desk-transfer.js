/** <desk-transfer>: hands the chat over, to a colleague or to the queue of a desk. */

import { PickList } from "./pick-list.js";
import { transferChoices } from "./transfer-model.js";

class DeskTransfer extends HTMLElement {
  /** @type {import("./desk-client.js").DeskClient} */
  #client;
  #console;
  /** @type {PickList} */
  #list;
  #row;

  /** @param {import("./desk-client.js").DeskClient} client @param {any} console */
  connect(client, console) {
    this.#client = client;
    this.#console = console;
    this.#list = new PickList(this.#field, this.querySelector("[data-choices]"), (choice) => this.#give(choice));
    this.#field.addEventListener("input", () => this.#draw());
    this.#field.addEventListener("keydown", (event) => this.#list.pressed(event));
    for (const type of ["people", "desks"]) client.addEventListener(type, () => this.#dialog.open && this.#draw());
  }

  /** @param {import("./row-model.js").Row} row */
  open(row) {
    this.#row = row;
    this.#field.value = "";
    this.querySelector("[data-whom]").textContent = row.name;
    this.#draw();
    this.#dialog.showModal();
    this.#field.focus();
  }

  #draw() {
    const { people, desks, me } = this.#client;
    const known = { people, desks, me: me.id, owner: this.#row.agent?.id ?? null, desk: this.#row.desk };
    const choices = transferChoices(known, this.#field.value);
    this.#list.show(choices);
    this.querySelector("[data-none]").hidden = choices.length > 0;
  }

  #give({ name, value }) {
    const row = this.#row;
    this.#dialog.close();
    const person = this.#client.people.find(({ id }) => id === value.agent);
    const guess = person
      ? { agent: { id: person.id, name: person.name } }
      : { agent: null, status: /** @type {const} */ ("waiting"), desk: value.desk || null };
    this.#console.acts.ask({
      name: "transfer",
      id: row.id,
      request: () => this.#client.ask.transfer(row.id, value),
      guess,
      failed: `The chat could not be handed to ${name}.`,
      done: person ? `${person.name} has the chat of ${row.name}` : `The chat of ${row.name} waits in: ${name}`,
    });
  }

  get #dialog() {
    return this.querySelector("dialog");
  }

  get #field() {
    return /** @type {HTMLInputElement} */ (this.querySelector("[data-field]"));
  }
}

customElements.define("desk-transfer", DeskTransfer);
