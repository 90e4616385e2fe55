/**
 * <desk-rail>: the lists and how much stands in each, the labels in use, and which desk's chats are
 * shown. A count is shown only where somebody has to do something about it.
 */

import { titleOf } from "./views-model.js";

/** Lists whose size is nobody's task. */
const UNCOUNTED = new Set(["all", "closed"]);
const LABELS_MOST = 12;

class DeskRail extends HTMLElement {
  /** @type {import("./desk-client.js").DeskClient} */
  #client;
  #console;
  #labels = "";
  #desks = "";

  /** @param {import("./desk-client.js").DeskClient} client @param {any} console */
  connect(client, console) {
    this.#client = client;
    this.#console = console;
    client.addEventListener("labels", () => this.draw());
    client.addEventListener("desks", () => this.#drawDesks());
    this.#desk.addEventListener("change", () => {
      client.desk.only = this.#desk.value ? Number(this.#desk.value) : null;
      console.redraw();
    });
  }

  draw() {
    this.#drawLabels();
    const { desk } = this.#client;
    const { route, wide, open } = this.#console;
    for (const link of this.querySelectorAll(".rail__link")) {
      const { view } = link.dataset;
      const kept = wide && open && view !== "articles" && view !== "you";
      link.href = kept ? `#${view}/${open}` : `#${view}`;
      mark(link, view === route.view);
    }
    for (const place of this.querySelectorAll("[data-count]")) {
      const { count: view } = place.dataset;
      const shown = desk.known.has(view) && !UNCOUNTED.has(view);
      text(place, shown ? String(desk.count(view) || "") : "");
      place.classList.toggle("rail__count--live", view === "waiting" && desk.count(view) > 0);
      place.classList.toggle("rail__count--unread", view === "mine" && desk.unreadMine > 0);
    }
  }

  /** Labels that some chat in sight carries, the most used first. */
  #drawLabels() {
    const { desk } = this.#client;
    const used = new Map();
    for (const row of desk.list("all")) {
      if (row.status !== "closed") for (const id of row.labels) used.set(id, (used.get(id) ?? 0) + 1);
    }
    const labels = [...desk.labels.values()]
      .filter(({ id }) => used.has(id) || this.#console.route.view === `label-${id}`)
      .sort((a, b) => (used.get(b.id) ?? 0) - (used.get(a.id) ?? 0) || a.name.localeCompare(b.name))
      .slice(0, LABELS_MOST);
    const print = JSON.stringify(labels.map(({ id, name, hue }) => [id, name, hue, used.get(id)]));
    if (print === this.#labels) return;
    this.#labels = print;
    this.querySelector("[data-labels-part]").hidden = labels.length === 0;
    this.querySelector("[data-labels]").replaceChildren(...labels.map((label) => drawLabel(label, used.get(label.id) ?? 0)));
  }

  #drawDesks() {
    const { desks } = this.#client;
    const print = JSON.stringify(desks.map(({ id, name }) => [id, name]));
    if (print === this.#desks) return;
    this.#desks = print;
    const chosen = this.#desk.value;
    const options = [option("", "All desks"), ...desks.map(({ id, name }) => option(String(id), name))];
    this.#desk.replaceChildren(...options);
    this.#desk.value = desks.some(({ id }) => String(id) === chosen) ? chosen : "";
    this.#desk.closest("[data-desks]").hidden = desks.length === 0;
  }

  get #desk() {
    return /** @type {HTMLSelectElement} */ (this.querySelector("[data-desk]"));
  }
}

function drawLabel({ id, name, hue }, count) {
  const item = document.createElement("li");
  const link = make("a", "rail__link rail__link--label");
  link.dataset.view = `label-${id}`;
  link.title = titleOf(`label-${id}`, { label: () => name });
  link.append(make("span", `rail__hue hue-${hue}`), make("bdi", "rail__word", name));
  link.append(make("span", "rail__count", count ? String(count) : ""));
  item.append(link);
  return item;
}

function option(value, words) {
  const element = make("option", "", words);
  element.value = value;
  return element;
}

function make(tag, name, words = "") {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.textContent = words;
  return element;
}

/** @param {Element} link @param {boolean} current */
function mark(link, current) {
  if (current) link.setAttribute("aria-current", "true");
  else link.removeAttribute("aria-current");
}

function text(place, words) {
  if (place.textContent !== words) place.textContent = words;
}

customElements.define("desk-rail", DeskRail);
