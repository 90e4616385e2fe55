/**
 * <desk-sign-in>: signing in again without leaving. Before the session's absolute end a calm bar
 * offers it and the open line goes on under the new session; after an end that came all the same a
 * sheet lies over the page until somebody signs in. Drafts, chats and place are kept either way.
 *
 * Of several tabs one is enough: the others hear of it and renew theirs.
 */

import { clockText } from "./waiting-time.js";

const ADDRESS = "/staff/sign-in";
const RENEWAL = "/staff/renewal";
const CHANNEL = "portal.desk.signed-in";

class DeskSignIn extends HTMLElement {
  /** @type {import("./desk-client.js").DeskClient} */
  #client;
  #console;
  #channel = globalThis.BroadcastChannel ? new BroadcastChannel(CHANNEL) : null;
  #ended = false;
  #endsAt = 0;

  /** @param {import("./desk-client.js").DeskClient} client @param {any} console */
  connect(client, console) {
    this.#client = client;
    this.#console = console;
    client.hear("staff.ending", ({ ends_at }) => this.#ending(ends_at));
    client.hear("staff.renewed", () => this.#ending(0));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#signIn();
    });
    // Signed out there is nothing behind the sheet to go back to.
    this.#dialog.addEventListener("cancel", (event) => this.#ended && event.preventDefault());
    this.querySelector("[data-later]").addEventListener("click", () => this.#dialog.close());
    if (this.#channel) this.#channel.onmessage = ({ data }) => this.#elsewhere(data);
    this.tick();
  }

  /** The line was refused: the session is over. Perhaps another tab has begun a new one already. */
  async ended() {
    this.#ended = true;
    if (await this.#renew()) return;
    this.open();
  }

  open() {
    const over = this.#ended;
    this.querySelector("[data-title]").textContent = over ? "You were signed out" : "Sign in again";
    this.querySelector("[data-words]").textContent = over
      ? "What you have written is kept. Sign in and go on where you were."
      : "The chats stay open, nothing is lost, and you go on where you are.";
    this.querySelector("[data-later]").hidden = over;
    this.#say("");
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#password.focus();
  }

  tick() {
    const left = this.#endsAt - this.#client.now();
    const bar = this.#console.querySelector("[data-ending]");
    bar.hidden = !this.#endsAt || this.#ended;
    if (bar.hidden) return;
    const minutes = Math.max(0, Math.ceil(left / 60_000));
    const words = `Your sign-in ends at ${clockText(this.#endsAt)}, in ${minutes} min.`;
    const place = bar.querySelector("[data-ending-words]");
    if (place.textContent !== words) place.textContent = words;
  }

  #ending(endsAt) {
    this.#endsAt = endsAt;
    this.tick();
  }

  async #signIn() {
    const button = this.querySelector("[data-submit]");
    button.disabled = true;
    this.#say("");
    try {
      const { token } = await asked(await fetch(ADDRESS, { headers: JSON_ONLY, cache: "no-store" }));
      const fields = new FormData(this.#form);
      const body = new URLSearchParams({ email: String(fields.get("email")), password: String(fields.get("password")), token });
      const answer = await asked(await fetch(ADDRESS, { method: "POST", headers: JSON_ONLY, body }));
      this.#password.value = "";
      await this.#goOn(answer);
      this.#channel?.postMessage({ staff: answer.staff });
    } catch (error) {
      this.#say(error.words ?? "The server does not answer just now. Try again in a moment.");
      this.#password.focus();
    } finally {
      button.disabled = false;
    }
  }

  /** Another tab has signed in: the browser has a new session, this line not yet. */
  #elsewhere({ staff }) {
    if (staff !== this.#client.me.id) return this.#leave();
    if (this.#ended || this.#endsAt) this.#renew();
  }

  /** @returns {Promise<boolean>} whether this browser's session is a live one of mine */
  async #renew() {
    try {
      const answer = await asked(await fetch(RENEWAL, { method: "POST", headers: JSON_ONLY }));
      await this.#goOn(answer);
      return true;
    } catch {
      return false;
    }
  }

  /** @param {{staff: number, ticket: string}} answer */
  async #goOn({ staff, ticket }) {
    if (staff !== this.#client.me.id) return this.#leave();
    const over = this.#ended;
    this.#ended = false;
    this.#dialog.close();
    if (over) this.#client.afresh();
    else await this.#client.ask.ask({ type: "staff.renew", ticket }).catch(() => this.#client.afresh());
    this.#ending(0);
    this.#console.say("You are signed in again");
  }

  /** Somebody else sits here now: nothing of mine may stay in his page. */
  #leave() {
    try {
      sessionStorage.clear();
    } catch {
      // Denied: there is nothing in it.
    }
    location.replace("/staff/");
  }

  #say(words) {
    const place = this.querySelector("[data-problem]");
    place.textContent = words;
    place.hidden = !words;
  }

  get #dialog() {
    return this.querySelector("dialog");
  }

  get #form() {
    return this.querySelector("form");
  }

  get #password() {
    return /** @type {HTMLInputElement} */ (this.querySelector("[name=password]"));
  }
}

const JSON_ONLY = { Accept: "application/json" };

/** @param {Response} response @returns {Promise<any>} throws {words} when it was refused */
async function asked(response) {
  const answer = await response.json();
  if (!response.ok) throw { words: answer.message };
  return answer;
}

customElements.define("desk-sign-in", DeskSignIn);
