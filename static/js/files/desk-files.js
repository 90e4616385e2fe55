/**
 * Files and the desk's composer: a tray for each conversation, of which the open one's is shown.
 * What an agent chose in one chat waits there while he answers in another.
 */

import "./file-tray.js";

/** @typedef {import("./file-tray.js").FileTray} FileTray */

export class DeskFiles {
  /** @type {Map<string, FileTray>} */
  #trays = new Map();
  #place;
  #changed;
  #id = "";

  /** @param {{place: HTMLElement, changed: () => void}} parts */
  constructor({ place, changed }) {
    this.#place = place;
    this.#changed = changed;
  }

  /** @param {string} id of the conversation on the screen; "" for none, or where a note is written */
  show(id) {
    this.#id = id;
    const tray = this.#trays.get(id);
    this.#place.replaceChildren(...(tray ? [tray] : []));
  }

  /** @param {Iterable<File>} files */
  add(files) {
    return this.#tray.add(files);
  }

  /** @param {import("./file-send.js").Told[]} files that could not be said */
  putBack(files) {
    this.#tray.putBack(files);
  }

  /** @returns {import("./file-send.js").Told[]} what goes with the answer, from now on the answer's */
  take() {
    return this.#trays.get(this.#id)?.take() ?? [];
  }

  /** Whether anything goes with the answer. */
  get any() {
    return Boolean(this.#trays.get(this.#id)?.files.length);
  }

  /** Whether one is still on its way. */
  get busy() {
    return Boolean(this.#trays.get(this.#id)?.busy);
  }

  /** Whether one was refused and lies there still. */
  get failed() {
    return Boolean(this.#trays.get(this.#id)?.failed);
  }

  get #tray() {
    const known = this.#trays.get(this.#id);
    if (known) return known;
    const id = this.#id;
    const tray = /** @type {FileTray} */ (document.createElement("file-tray"));
    tray.headers = () => ({ "X-Portal-Conversation": id });
    this.#trays.set(id, tray);
    this.#place.replaceChildren(tray);
    tray.addEventListener("files-change", () => {
      if (id === this.#id) this.#changed();
    });
    return tray;
  }
}
