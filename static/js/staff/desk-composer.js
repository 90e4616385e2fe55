/**
 * <desk-composer>: where an agent writes. An answer and a note are two different things, with a
 * draft each and a look each: nobody may mistake one for the other. What is sent goes out as a
 * `desk-say` event; the draft stays until somebody has taken it.
 */

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
  #client;
  #drafts;
  #id = "";
  /** @type {"answer" | "note"} */
  #kind = "answer";

  /** @param {import("./desk-client.js").DeskClient} client @param {import("./drafts.js").Drafts} drafts */
  connect(client, drafts) {
    this.#client = client;
    this.#drafts = drafts;
    this.#part("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#field.addEventListener("input", () => this.#typed());
    this.#field.addEventListener("keydown", (event) => this.#pressed(event));
    this.#field.addEventListener("blur", () => client.stopTyping(this.#id));
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
    if (this.#id) this.#client.stopTyping(this.#id);
    this.#id = id;
    if (!id) return;
    this.#become(this.#drafts.of(id).writing);
    this.draw();
  }

  /** Who may answer has changed, perhaps. */
  draw() {
    const row = this.#client.desk.row(this.#id);
    if (!row) return;
    const theirs = row.status === "open" && row.agent && row.agent.id !== this.#client.desk.me;
    const closed = row.status === "closed";
    const answer = this.querySelector("[data-mode=answer]");
    answer.disabled = Boolean(theirs || closed);
    if (answer.disabled && this.#kind === "answer") this.#become("note");
    let side = "";
    if (theirs) side = `${row.agent.name} answers here`;
    else if (closed) side = "Closed: only notes";
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

  /** @param {"answer" | "note"} kind @param {string} words put before what stands there */
  putBack(kind, words) {
    const draft = this.#drafts.of(this.#id)[kind];
    this.#drafts.keep(this.#id, { [kind]: draft ? `${words}\n${draft}` : words });
    this.#become(kind);
    this.#field.focus();
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
    this.#field.value = this.#drafts.of(this.#id)[kind];
    this.#measure();
  }

  #typed() {
    this.#drafts.keep(this.#id, { [this.#kind]: this.#field.value });
    this.#measure();
    if (this.#field.value.trim()) this.#client.type(this.#id, this.#kind === "note");
    else this.#client.stopTyping(this.#id);
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
    this.#part("send").disabled = length === 0 || length > LONGEST;
  }

  /** The server counts characters, a browser half-characters. */
  get #length() {
    return [...this.#field.value.trim()].length;
  }

  #send() {
    const words = this.#field.value.trim();
    if (!words || this.#length > LONGEST) return;
    this.#drafts.keep(this.#id, { [this.#kind]: "" });
    this.#client.say(this.#id, words, this.#kind === "note");
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
