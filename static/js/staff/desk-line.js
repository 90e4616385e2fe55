/**
 * <desk-line>: how the line to the server is, in words, and only when there is something to say.
 * A hiccup of a second is nobody's business.
 */

const PATIENCE_MS = 1_500;

class DeskLine extends HTMLElement {
  #detail = { state: "connecting" };
  #since = Date.now();
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

  /** @param {{state: string, retryAt?: number, reason?: string}} detail */
  take(detail) {
    if (detail.state === "open") this.#wasOpen = true;
    if (this.#detail.state === "open" || detail.state === "open") this.#since = Date.now();
    this.#detail = detail;
    this.tick();
  }

  tick() {
    const words = Date.now() - this.#since < PATIENCE_MS ? "" : this.#words();
    if (this.textContent !== words) this.textContent = words;
    this.hidden = !words;
  }

  #words() {
    const { retryAt, reason } = this.#detail;
    const state = this.#cut && this.#detail.state !== "refused" ? "offline" : this.#detail.state;
    const kept = this.#wasOpen ? " You can go on writing; it is sent when the line is back." : "";
    if (state === "open" || state === "stopped") return "";
    if (state === "offline") return `This computer is offline.${kept}`;
    if (state === "refused") return `The server ends this connection (${reason}). Reload the page.`;
    const seconds = Math.ceil(((retryAt ?? 0) - Date.now()) / 1000);
    const when = state === "waiting" && seconds > 1 ? ` Trying again in ${seconds} s.` : " Trying again…";
    return this.#wasOpen ? `The line to the desk is down.${when}${kept}` : `Connecting to the desk.${when}`;
  }
}

customElements.define("desk-line", DeskLine);
