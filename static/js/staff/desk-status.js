/**
 * <desk-status>: available or away. The choice is the agent's, not the tab's: it is kept for his
 * next console, and changes in one tab are seen in the others.
 */

const KEY = "portal.desk.status";

class DeskStatus extends HTMLElement {
  #choose = () => {};

  /** @param {(state: "available" | "away") => void} choose is told now and at every change */
  connect(choose) {
    this.#choose = choose;
    this.addEventListener("change", (event) => {
      keep(event.target.value);
      this.#choose(event.target.value);
    });
    addEventListener("storage", (event) => {
      if (event.key === KEY && event.newValue) this.#become(event.newValue);
    });
    this.#become(kept());
  }

  get state() {
    return this.querySelector(":checked")?.value === "away" ? "away" : "available";
  }

  toggle() {
    const state = this.state === "away" ? "available" : "away";
    keep(state);
    this.#become(state);
    return state;
  }

  #become(state) {
    const known = state === "away" ? "away" : "available";
    this.querySelector(`[value=${known}]`).checked = true;
    this.#choose(known);
  }
}

function kept() {
  try {
    return localStorage.getItem(KEY) ?? "available";
  } catch {
    return "available";
  }
}

function keep(state) {
  try {
    localStorage.setItem(KEY, state);
  } catch {
    // Denied: it lives as long as the page.
  }
}

customElements.define("desk-status", DeskStatus);
