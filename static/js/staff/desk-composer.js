/**
 * <desk-composer>: where an agent writes. An answer and a note are two different things, with a
 * draft each and a look each: nobody may mistake one for the other. What is sent goes out as a
 * `desk-say` event; the draft stays until somebody has taken it.
 */

import { fileDoor } from "../files/file-door.js";
import { ComposerSuggest } from "./composer-suggest.js";

const LONGEST = 4_000;
/** From here on the field says how much room is left. */
const NEAR_LONGEST = 3_600;
/** A field higher than this hides what it answers, in pixels. */
const HIGHEST = 220;
/** On a phone Enter makes a new line, as everywhere there. */
const TOUCH = matchMedia("(pointer: coarse)");
/** The same number is in console.css. */
const WIDE = matchMedia("(min-width: 800px)");

const KINDS = {
  answer: { label: "Your answer", send: "Send", hint: "Enter sends, Shift and Enter makes a new line" },
  note: { label: "Your note, which only staff see", send: "Save note", hint: "Never shown to the visitor" },
};

class DeskComposer extends HTMLElement {
  /** @type {import("./desk-client.js").DeskClient} */
  #client;
  #console;
  #drafts;
  /** @type {ComposerSuggest} */
  #suggest;
  #id = "";
  /** @type {"answer" | "note"} */
  #kind = "answer";
  /** Fetched with the first file. @type {import("../files/desk-files.js").DeskFiles | null} */
  #files = null;
  #awaits = false;

  /** @param {import("./desk-client.js").DeskClient} client @param {any} console */
  connect(client, console) {
    this.#client = client;
    this.#console = console;
    this.#drafts = console.drafts;
    this.#suggest = new ComposerSuggest({
      client,
      field: this.#field,
      place: this.#part("suggestions"),
      kind: () => this.#kind,
      values: () => this.#values(),
    });
    this.#part("suggest").addEventListener("click", () => this.#suggest.begin());
    this.#openDoor();
    this.#part("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#field.addEventListener("input", () => this.#typed());
    this.#field.addEventListener("keydown", (event) => this.#pressed(event));
    this.#field.addEventListener("blur", () => client.typing.off(this.#id));
    for (const button of this.querySelectorAll("[data-mode]")) {
      // On a phone there is one button for both kinds: pressed again, a note is an answer again.
      const other = { note: "answer", answer: "answer" };
      button.addEventListener("click", () =>
        this.write(button.dataset.mode === this.#kind && !WIDE.matches ? other[this.#kind] : button.dataset.mode));
      button.addEventListener("keydown", (event) => this.#chose(event));
    }
  }

  /** @param {string} id */
  show(id) {
    if (id === this.#id) return;
    if (this.#id) this.#client.typing.off(this.#id);
    this.#await(false);
    this.#id = id;
    this.#suggest.hide();
    if (!id) return;
    this.#become(this.#drafts.of(id).writing);
    this.draw();
  }

  /** Who may answer has changed, perhaps. */
  draw() {
    const row = this.#client.desk.row(this.#id);
    if (!row) return;
    const { ask } = this.#client;
    this.#part("suggest").hidden = this.#kind === "answer" && !ask.knows("desk.replies");
    if (ask.knows("desk.replies")) this.#suggest.prepare(row.article);
    const theirs = row.status === "open" && row.agent && row.agent.id !== this.#client.desk.me;
    const closed = row.status === "closed";
    const answer = this.querySelector("[data-mode=answer]");
    answer.disabled = Boolean(theirs || closed);
    if (answer.disabled && this.#kind === "answer") this.#become("note");
    let side = "";
    if (theirs) side = `${row.agent.name} answers here`;
    else if (closed) side = ask.knows("chat.reopen") ? "Closed: open it again to answer" : "Closed: only notes";
    else if (row.status === "waiting") side = "Answering takes this chat";
    this.#part("side").textContent = side;
  }

  /**
   * Begins to write. Where no answer may be given it is a note: the keyboard must be in the field
   * afterwards in any case, or what is typed next would be read as commands.
   * @param {"answer" | "note"} wanted
   */
  write(wanted) {
    const kind = this.querySelector(`[data-mode=${wanted}]`).disabled ? "note" : wanted;
    this.#become(kind);
    this.#drafts.keep(this.#id, { writing: kind });
    this.#field.focus();
  }

  /**
   * @param {"answer" | "note"} kind @param {string} words put before what stands there
   * @param {import("../files/file-send.js").Told[]} [files] that went with them
   */
  putBack(kind, words, files) {
    if (files) this.#withFiles((tray) => tray.putBack(files));
    const draft = this.#drafts.of(this.#id)[kind];
    this.#drafts.keep(this.#id, { [kind]: draft ? `${words}\n${draft}` : words });
    this.#become(kind);
    this.#field.focus();
  }

  /** The canned replies have changed. */
  repliesChanged() {
    this.#suggest.forget();
    this.draw();
  }

  /** What the variables of a canned reply stand for here. */
  #values() {
    const row = this.#client.desk.row(this.#id);
    // "Visitor 4711" is our name for him, not his.
    const visitor = /^Visitor \S+$/.test(row?.name ?? "") ? "" : (row?.name ?? "");
    return { visitor, agent: this.#client.me.name, article: row?.title ?? "", site: this.#console.dataset.site };
  }

  #become(kind) {
    this.#kind = kind;
    const { label, send, hint } = KINDS[kind];
    this.classList.toggle("composer--note", kind === "note");
    for (const button of this.querySelectorAll("[data-mode]")) {
      const chosen = button.dataset.mode === kind;
      button.setAttribute("aria-checked", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
    }
    this.#field.setAttribute("aria-label", label);
    this.#field.placeholder = kind === "note" ? "Write a note; only staff see it" : "Write an answer";
    this.#part("hint").textContent = TOUCH.matches && kind === "answer" ? "" : hint;
    this.#part("send-words").textContent = send;
    this.#part("send").setAttribute("aria-label", send);
    const suggest = this.#part("suggest");
    suggest.setAttribute("aria-label", kind === "note" ? "Mention a colleague" : "Canned replies");
    suggest.title = kind === "note" ? "Mention a colleague (@)" : "Canned replies (/)";
    this._clip.hidden = kind === "note";
    this.#showFiles();
    this.#field.value = this.#drafts.of(this.#id)[kind];
    this.#suggest.hide();
    this.#measure();
  }

  /** An answer may carry files; a note may not. */
  #openDoor() {
    this._clip = fileDoor({
      field: this.#field,
      zone: /** @type {HTMLElement} */ (this.parentElement ?? this),
      bring: (files) => this.#withFiles((tray) => tray.add(files)),
      open: () => this.#kind === "answer" && !this._clip.disabled,
      name: "button button--icon composer__tool",
    });
    this.#part("suggest").before(this._clip);
  }

  /** @param {(tray: import("../files/desk-files.js").DeskFiles) => unknown} act */
  #withFiles(act) {
    const made = import("../files/desk-files.js").then(({ DeskFiles }) => {
      this.#files ??= new DeskFiles({ place: this.#tray(), changed: () => this.#filesChanged() });
      this.#showFiles();
      return act(this.#files);
    });
    made.catch(reportError);
  }

  #tray() {
    const place = document.createElement("div");
    place.className = "composer__tray";
    this.#field.before(place);
    return place;
  }

  /** Enter pressed while they went up sends the answer once they are there. */
  #filesChanged() {
    this.#measure();
    if (!this.#awaits || this.#files?.busy) return;
    this.#await(false);
    if (!this.#files?.failed) this.#send();
  }

  /** @param {boolean} awaits */
  #await(awaits) {
    this.#awaits = awaits;
    this.classList.toggle("composer--awaits", awaits);
  }

  #showFiles() {
    this.#files?.show(this.#kind === "answer" ? this.#id : "");
  }

  #typed() {
    this.#await(false); // one goes on writing: not yet
    this.#suggest.typed();
    this.#drafts.keep(this.#id, { [this.#kind]: this.#field.value });
    this.#measure();
    if (this.#field.value.trim()) this.#client.typing.on(this.#id, this.#kind === "note");
    else this.#client.typing.off(this.#id);
  }

  #measure() {
    this.#field.style.setProperty("block-size", "auto");
    const height = Math.min(this.#field.scrollHeight, HIGHEST);
    if (height) this.#field.style.setProperty("block-size", `${height + 2}px`);
    const length = this.#length;
    const left = this.#part("left");
    left.hidden = length < NEAR_LONGEST;
    left.textContent = length > LONGEST ? `${length - LONGEST} too many` : `${LONGEST - length} left`;
    left.classList.toggle("composer__left--over", length > LONGEST);
    this.#part("send").disabled = !this.#ready(length) || length > LONGEST;
  }

  /** @param {number} length of the words; files speak for themselves */
  #ready(length) {
    return (length > 0 || Boolean(this.#files?.any)) && !this.#files?.busy;
  }

  /** The server counts characters, a browser half-characters. */
  get #length() {
    return [...this.#field.value.trim()].length;
  }

  #send() {
    const words = this.#field.value.trim();
    if (this.#files?.busy) this.#await(true);
    if (!this.#ready(this.#length) || this.#length > LONGEST) return;
    const files = this.#files?.take() ?? [];
    this.#drafts.keep(this.#id, { [this.#kind]: "" });
    this.#suggest.hide();
    const mentions = this.#kind === "note" ? this.#suggest.mentions(words) : [];
    const more = { ...(mentions.length && { mentions }), ...(files.length && { files }) };
    this.#client.say(this.#id, words, this.#kind === "note", Object.keys(more).length ? more : undefined);
    // A note is an aside: the next word is an answer again, where one may be given.
    if (this.#kind === "note" && !this.querySelector("[data-mode=answer]").disabled) {
      this.#drafts.keep(this.#id, { writing: "answer" });
      this.#become("answer");
    } else {
      this.#field.value = "";
      this.#measure();
    }
    this.#field.focus();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (this.#suggest.pressed(event)) return;
    if (event.key !== "Enter" || event.isComposing || event.altKey) return;
    const meant = event.ctrlKey || event.metaKey || !(event.shiftKey || TOUCH.matches);
    if (!meant) return;
    event.preventDefault();
    this.#send();
  }

  /** Arrow keys choose between the two kinds, as in any group of radio buttons. */
  #chose(event) {
    if (!["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    this.write(this.#kind === "note" ? "answer" : "note");
    this.querySelector(`[data-mode=${this.#kind}]`).focus();
  }

  get #field() {
    return /** @type {HTMLTextAreaElement} */ (this.#part("field"));
  }

  #part(name) {
    return this.querySelector(`[data-${name}]`);
  }
}

customElements.define("desk-composer", DeskComposer);
