/**
 * <desk-line>: how the line to the server is, in words, and only when there is something to say.
 * A hiccup of a second is nobody's business.
 */

import { cause, refused, when } from "../live/line-words.js";
import { PatienceModel } from "../live/patience-model.js";

const SLOW =
  "The link between the servers is down: messages are stored and arrive within five seconds; counts stand still.";

class DeskLine extends HTMLElement {
  #detail = { state: "connecting" };
  #slow = false;
  #patience = new PatienceModel();
  #wasOpen = false;
  /** The browser told that the network went: an open socket outlives it for a while. */
  #cut = false;

  connectedCallback() {
    addEventListener("offline", () => this.#networkIs(true));
    addEventListener("online", () => this.#networkIs(false));
  }

  #networkIs(cut) {
    this.#cut = cut;
    this.tick();
  }

  /** @param {{state: string, retryAt?: number | null, reason?: string, again?: boolean}} detail */
  take(detail) {
    if (detail.state === "open") this.#wasOpen = true;
    this.#detail = detail;
    this.tick();
  }

  /** @param {boolean} slow the servers do not hear each other; the server has waited a second to say so */
  takeSlow(slow) {
    this.#slow = slow;
    this.tick();
  }

  tick() {
    const words = this.#patience.say(this.#words(), Date.now()) || (this.#slow ? SLOW : "");
    if (this.textContent === words) return;
    // The countdown is seen, and not spoken second by second.
    const [said, count, kept = ""] = words.split(/( Trying again in \d+ s\.)/);
    const span = () => document.createElement("span");
    const seen = Object.assign(span(), { ariaHidden: "true", textContent: count ?? "" });
    const line = span();
    line.append(said, seen, kept);
    this.replaceChildren(line);
    this.hidden = !words;
  }

  #words() {
    const { retryAt, reason, again } = this.#detail;
    const state = this.#cut && this.#detail.state !== "refused" ? "offline" : this.#detail.state;
    const kept = this.#wasOpen ? " You can go on writing; it is sent when the line is back." : "";
    if (state === "open" || state === "stopped") return "";
    if (state === "offline") return `This computer is offline.${kept}`;
    if (state === "refused") return refused(reason, `The server ends this connection (${reason}). Reload the page.`);
    if (!this.#wasOpen && !again) return "Connecting to the desk…";
    return `${cause(reason)} ${when(retryAt, Date.now())}.${kept}`.replace("….", "…");
  }
}

customElements.define("desk-line", DeskLine);
