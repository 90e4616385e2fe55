/**
 * `<chat-rating>`: five stars and room for a word, after a conversation. A group of radio buttons:
 * arrows choose, each star has a name.
 *
 * Event: "chat-rated" {score, comment}.
 */

import { build, icon, on, write } from "./build.js";
import { say } from "./words.js";

const SCORES = [1, 2, 3, 4, 5];
const COMMENT_LONGEST = "1000";

export class ChatRating extends HTMLElement {
  connectedCallback() {
    if (this.firstChild) return;
    const stars = SCORES.map((score) => {
      const star = build("input.chat-rating__score", {
        type: "radio", name: "chat-score", value: String(score), "aria-label": say(`rate${score}`),
      });
      return build("label.chat-rating__star", { title: say(`rate${score}`) }, star, icon("star"));
    });
    this._said = build("p.chat-rating__said", { "aria-hidden": "true" });
    this._comment = build("textarea.chat-form__field.chat-form__field--long", {
      rows: "2", "aria-label": say("comment"), placeholder: say("comment"), maxlength: COMMENT_LONGEST, dir: "auto",
    });
    this._more = build("div.chat-rating__more", { hidden: true }, this._comment,
      build("button.chat-form__go", { type: "submit" }, say("send")));
    this._form = build("form.chat-rating", {},
      build("fieldset.chat-rating__stars", {}, build("legend.chat-form__title", {}, say("rate")), ...stars),
      this._said, this._more);
    this.append(this._form);
    on(this._form, "change", () => this.#chosen());
    on(this._form, "submit", (event) => this.#submit(event));
  }

  get #score() {
    return Number(new FormData(this._form).get("chat-score"));
  }

  #chosen() {
    const score = this.#score;
    this._more.hidden = !score;
    write(this._said, say(`rate${score}`));
    SCORES.forEach((each, index) => this._form.querySelectorAll(".chat-rating__star")[index]
      .classList.toggle("chat-rating__star--on", each <= score));
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const detail = { score: this.#score, comment: this._comment.value.trim() };
    if (detail.score) this.dispatchEvent(new CustomEvent("chat-rated", { detail }));
  }
}

customElements.define("chat-rating", ChatRating);
