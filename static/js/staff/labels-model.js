/**
 * The labels one chat is to carry, while they are being chosen. A name that is none yet becomes
 * one; of two that differ in case only, the one there is stays.
 *
 * @typedef {import("./desk-model.js").Label} Label
 * @typedef {import("./pick-list.js").Choice} Choice
 */

import { folded } from "./transfer-model.js";

export const LONGEST = 40;
export const MOST = 20;

export class LabelsModel {
  /** @type {Label[]} */
  #all;
  /** @type {Map<string, string>} what is chosen: folded name → name */
  #chosen;

  /** @param {Label[]} all @param {Label[]} chosen */
  constructor(all, chosen) {
    this.#all = all;
    this.#chosen = new Map(chosen.map(({ name }) => [folded(name), name]));
  }

  /** @returns {string[]} names it will carry */
  get names() {
    return [...this.#chosen.values()];
  }

  /** @returns {{name: string, hue: number | undefined}[]} to be drawn */
  get chosen() {
    return this.names.map((name) => ({ name, hue: this.#find(name)?.hue }));
  }

  /** @param {string} name puts it on or takes it off */
  toggle(name) {
    const clean = name.trim().replace(/\s+/gu, " ").slice(0, LONGEST);
    const key = folded(clean);
    if (!key) return;
    if (this.#chosen.has(key)) this.#chosen.delete(key);
    else if (this.#chosen.size < MOST) this.#chosen.set(key, this.#find(clean)?.name ?? clean);
  }

  /**
   * @param {string} typed
   * @returns {Choice[]} those that fit, the chosen first while nothing is typed; a new one last
   */
  choices(typed) {
    const wanted = folded(typed);
    const fit = this.#all
      .filter(({ name }) => folded(name).includes(wanted))
      .sort((a, b) => begins(b, wanted) - begins(a, wanted) || a.name.localeCompare(b.name))
      .map(({ id, name, hue }) => ({ key: String(id), name, hue, checked: this.#chosen.has(folded(name)), value: name }));
    const clean = typed.trim();
    const fresh = clean && clean.length <= LONGEST && !this.#find(clean) && !this.#chosen.has(wanted);
    return fresh ? [...fit, { key: "new", name: `Make “${clean}”`, value: clean }] : fit;
  }

  #find(name) {
    const key = folded(name);
    return this.#all.find((label) => folded(label.name) === key);
  }
}

function begins({ name }, wanted) {
  return Number(wanted !== "" && folded(name).startsWith(wanted));
}
