/**
 * <desk-answer-all>: one answer to everybody who asks about the same article. Says to how many it
 * goes before it goes; each gets it in his own thread, once, whatever is pressed how often.
 */

import { build, on, write } from "../chat/build.js";
import { makeId } from "../chat/outbox-model.js";

const LONGEST = 4_000;
/** An answer to hundreds of chats is hundreds of transactions. */
const PATIENCE_MS = 60_000;

class DeskAnswerAll extends HTMLElement {
  /** @type {import("./desk-client.js").DeskClient} */
  #client;
  #article = 0;
  /** @type {string[]} */ #conversations = [];
  /** What may be on its way already, under which id. @type {Map<string, string>} */
  #keys = new Map();
  /** @type {any} */ #dialog;
  /** @type {any} */ #title;
  /** @type {any} */ #field;
  /** @type {any} */ #whom;
  /** @type {any} */ #said;
  /** @type {any} */ #send;

  /** @param {import("./desk-client.js").DeskClient} client */
  connect(client) {
    this.#client = client;
    this.#title = build("h2.sheet__title", { id: "answer-all-title" });
    this.#whom = build("p.sheet__words");
    this.#field = build("textarea.answer-all__field", { rows: "5", maxlength: String(LONGEST), dir: "auto", required: true, "aria-label": "Your answer to all of them" });
    this.#said = build("p.answer-all__said", { role: "status" });
    this.#send = build("button.button.button--main", { type: "submit" });
    const cancel = build("button.button", { type: "button" }, "Cancel");
    const form = build("form.answer-all__form", {}, this.#title, this.#whom, this.#field, this.#said, build("p.sheet__acts", {}, this.#send, cancel));
    this.#dialog = build("dialog.sheet.sheet--answer-all", { "aria-labelledby": "answer-all-title" }, form);
    this.append(this.#dialog);
    on(cancel, "click", () => this.#dialog.close());
    on(form, "submit", (event) => {
      event.preventDefault();
      this.#answer();
    });
  }

  /** @param {number} article @returns {string[]} open conversations whose visitor reads it */
  about(article) {
    return this.#client.desk
      .list(`article-${article}`)
      .filter((row) => row.status !== "closed" && row.lastSeq > 0)
      .map((row) => row.id);
  }

  /** @param {number} article @param {string} title */
  open(article, title) {
    this.#article = article;
    this.#client.watch(`article-${article}`);
    this.#conversations = this.about(article);
    const many = this.#conversations.length;
    write(this.#title, many === 1 ? "Answer the one open chat" : `Answer all ${many} open chats`);
    write(this.#whom, `About “${title}”. Each reader gets it in their own chat, under your name; whoever answers a chat goes on answering it.`);
    write(this.#send, many === 1 ? "Send" : `Send to ${many}`);
    write(this.#said, "");
    this.#send.disabled = many === 0;
    this.#dialog.showModal();
    this.#field.focus();
  }

  /** Whether every chat about it is known here: then it goes to those one saw, and to no later one. */
  #whole() {
    const view = `article-${this.#article}`;
    return this.#client.desk.known.has(view) && !this.#client.desk.next[view];
  }

  /** The same words about the same article are the same answer, until it has arrived. */
  #keyOf(answer) {
    if (!this.#keys.has(answer)) this.#keys.set(answer, makeId());
    return this.#keys.get(answer);
  }

  async #answer() {
    const text = this.#field.value.trim();
    if (!text || this.#send.disabled) return;
    const article = this.#article;
    const answer = `${article} ${text}`;
    this.#send.disabled = true;
    write(this.#said, "Sending…");
    try {
      const frame = {
        type: "chat.answer_all",
        id: this.#keyOf(answer),
        article,
        text,
        ...(this.#whole() && { conversations: this.#conversations }),
      };
      const told = await this.#client.ask.ask(frame, { timeout: PATIENCE_MS });
      this.#keys.delete(answer);
      // Meanwhile the sheet may be open for another answer.
      if (this.#article === article && this.#field.value.trim() === text) {
        this.#field.value = "";
        this.#dialog.close();
      }
      const reached = `Sent to ${told.conversations.length}`;
      const missed = told.skipped.length ? `; ${told.skipped.length} had been closed meanwhile` : "";
      this.dispatchEvent(new CustomEvent("answered-all", { bubbles: true, detail: { words: `${reached}${missed}.` } }));
    } catch (error) {
      // The same answer again is taken for the same: pressing once more doubles nothing.
      const again = error.code === "too_long" ? "Your words are kept." : "Your words are kept; press again.";
      write(this.#said, `${error.message || "That did not arrive."} ${again}`);
    } finally {
      this.#send.disabled = false;
    }
  }
}

customElements.define("desk-answer-all", DeskAnswerAll);
