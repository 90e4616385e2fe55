/** <desk-labels>: which labels the chat carries. Typing finds one or makes it; Enter puts it on or off. */

import { LabelsModel } from "./labels-model.js";
import { PickList } from "./pick-list.js";

class DeskLabels extends HTMLElement {
  /** @type {import("./desk-client.js").DeskClient} */
  #client;
  #console;
  /** @type {PickList} */
  #list;
  #model = new LabelsModel([], []);
  #row;

  /** @param {import("./desk-client.js").DeskClient} client @param {any} console */
  connect(client, console) {
    this.#client = client;
    this.#console = console;
    this.#list = new PickList(this.#field, this.querySelector("[data-choices]"), (choice) => this.#toggle(choice));
    this.#field.addEventListener("input", () => this.#draw(0));
    this.#field.addEventListener("keydown", (event) => this.#pressed(event));
    this.querySelector("form").addEventListener("submit", () => this.#save());
    this.querySelector("[data-cancel]").addEventListener("click", () => this.querySelector("dialog").close());
  }

  /** @param {import("./row-model.js").Row} row */
  open(row) {
    const { desk } = this.#client;
    this.#row = row;
    this.#model = new LabelsModel([...desk.labels.values()], desk.labelsOf(row));
    this.#field.value = "";
    this.#draw(0);
    this.querySelector("dialog").showModal();
    this.#field.focus();
  }

  #toggle({ value }) {
    this.#model.toggle(value);
    const at = this.#field.value ? 0 : this.#list.at;
    this.#field.value = "";
    this.#draw(at);
  }

  #pressed(event) {
    const done = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    if (done) {
      event.preventDefault();
      this.querySelector("form").requestSubmit();
    } else if (event.key !== "Tab") this.#list.pressed(event);
    // Without a choice Enter must not send the form by accident.
    if (event.key === "Enter" && !event.isComposing) event.preventDefault();
  }

  #draw(active) {
    const choices = this.#model.choices(this.#field.value);
    this.#list.show(choices, active);
    this.querySelector("[data-none]").hidden = choices.length > 0;
    const chips = this.#model.chosen.map(({ name, hue }) => {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.className = `label label--chosen hue-${hue ?? "new"}`;
      const word = document.createElement("bdi");
      word.textContent = name;
      chip.append(word, " ×");
      chip.setAttribute("aria-label", `Take off ${name}`);
      chip.addEventListener("click", () => {
        this.#model.toggle(name);
        this.#draw(0);
        this.#field.focus();
      });
      return chip;
    });
    this.querySelector("[data-chosen]").replaceChildren(...chips);
  }

  #save() {
    const row = this.#row;
    const { desk, ask } = this.#client;
    const before = desk.labelsOf(row).map(({ name }) => name);
    const names = this.#model.names;
    if (names.join("\n") === before.join("\n")) return;
    const ids = names.map((name) => [...desk.labels.values()].find((label) => label.name === name)?.id).filter(Boolean);
    this.#console.acts.ask({
      name: "label",
      id: row.id,
      request: () => ask.label(row.id, names),
      guess: { labels: ids },
      failed: "The labels could not be set.",
      done: names.length ? `Labels: ${names.join(", ")}` : "No labels any more",
      undo: () => ask.label(row.id, before),
    });
  }

  get #field() {
    return /** @type {HTMLInputElement} */ (this.querySelector("[data-field]"));
  }
}

customElements.define("desk-labels", DeskLabels);
