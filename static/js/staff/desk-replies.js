/**
 * <desk-replies>: the canned replies, to look at and to change. A shortcut is a reply's name:
 * saving under one that is there changes it.
 */

import { sentence } from "./desk-acts.js";

class DeskReplies extends HTMLElement {
  /** @type {import("./desk-client.js").DeskClient} */
  #client;
  #console;
  /** @type {import("./replies-model.js").Reply[]} */
  #replies = [];

  /** @param {import("./desk-client.js").DeskClient} client @param {any} console */
  connect(client, console) {
    this.#client = client;
    this.#console = console;
    this.#form.addEventListener("submit", (event) => this.#submitted(event));
    this.#form.addEventListener("input", () => this.#say(""));
    this.querySelector("[data-new]").addEventListener("click", () => this.#edit(null));
  }

  open() {
    const row = this.#client.desk.row(this.#console.open);
    this.querySelector("[data-bound]").hidden = !row?.article;
    this.querySelector("[data-bound-title]").textContent = row?.title ?? "";
    this.#edit(null);
    this.querySelector("dialog").showModal();
    this.#load();
  }

  async #load() {
    const article = this.#client.desk.row(this.#console.open)?.article ?? null;
    try {
      this.#replies = (await this.#client.ask.replies(article)).replies;
      this.#draw();
    } catch (error) {
      this.#say(sentence(error));
    }
  }

  #draw() {
    this.querySelector("[data-none]").hidden = this.#replies.length > 0;
    const items = this.#replies.map((reply) => {
      const item = document.createElement("li");
      const button = make("button", "choice");
      button.type = "button";
      button.append(make("span", "choice__name", `/${reply.shortcut}`), make("bdi", "choice__more", reply.title || reply.text));
      button.setAttribute("aria-pressed", String(this.#field("shortcut").value === reply.shortcut));
      button.addEventListener("click", () => this.#edit(reply));
      item.append(button);
      return item;
    });
    this.querySelector("[data-list]").replaceChildren(...items);
  }

  /** @param {import("./replies-model.js").Reply | null} reply */
  #edit(reply) {
    for (const name of ["shortcut", "title", "text", "category"]) this.#field(name).value = reply?.[name] ?? "";
    this.#field("only").checked = Boolean(reply?.article);
    this.querySelector("[data-remove]").hidden = !reply;
    this.#say("");
    this.#draw();
    if (this.querySelector("dialog").open) this.#field(reply ? "text" : "shortcut").focus();
  }

  async #submitted(event) {
    const { value } = event.submitter ?? {};
    if (value === "done") return;
    event.preventDefault();
    const shortcut = this.#field("shortcut").value.trim().replace(/^\/+/, "");
    try {
      if (value === "remove") await this.#client.ask.removeReply(shortcut);
      else await this.#client.ask.saveReply(this.#written(shortcut));
    } catch (error) {
      this.#say(sentence(error));
      return;
    }
    this.#console.part("composer").repliesChanged();
    await this.#load();
    this.#edit(null);
    this.#say(value === "remove" ? `/${shortcut} is gone` : `/${shortcut} is kept`);
  }

  #written(shortcut) {
    const article = this.#client.desk.row(this.#console.open)?.article;
    const only = this.#field("only").checked && article;
    return {
      shortcut,
      title: this.#field("title").value.trim(),
      text: this.#field("text").value.trim(),
      category: only ? "" : this.#field("category").value.trim(),
      ...(only && { article }),
    };
  }

  #say(words) {
    this.querySelector("[data-said]").textContent = words;
  }

  #field(name) {
    return /** @type {any} */ (this.#form.elements.namedItem(name));
  }

  get #form() {
    return /** @type {HTMLFormElement} */ (this.querySelector("form"));
  }
}

function make(tag, name, words = "") {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = words;
  return element;
}

customElements.define("desk-replies", DeskReplies);
