/**
 * <desk-status>: available or away. The choice is the agent's, not the tab's: what he says on one
 * screen the server tells to all of them, and he is available until he says otherwise.
 */

class DeskStatus extends HTMLElement {
  #choose = () => {};

  /** @param {(state: "available" | "away") => void} choose is told what the agent chooses */
  connect(choose) {
    this.#choose = choose;
    this.addEventListener("change", (event) => this.#choose(event.target.value));
    this.take("available");
  }

  get state() {
    return this.querySelector(":checked")?.value === "away" ? "away" : "available";
  }

  toggle() {
    const state = this.state === "away" ? "available" : "away";
    this.take(state);
    this.#choose(state);
    return state;
  }

  /** @param {"available" | "away"} state as it is, whoever said so */
  take(state) {
    this.querySelector(`[value=${state}]`).checked = true;
  }
}

customElements.define("desk-status", DeskStatus);
