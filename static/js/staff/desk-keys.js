/** <desk-keys>: the sheet of all keys, drawn from the table the keys work by. */

import { BINDINGS, WRITTEN, keyName } from "./keys-model.js";

class DeskKeys extends HTMLElement {
  connectedCallback() {
    const groups = grouped([...BINDINGS, ...WRITTEN]);
    const parts = [...groups].map(([name, bindings]) => {
      const part = document.createElement("section");
      part.className = "sheet__group";
      const title = document.createElement("h3");
      title.className = "sheet__heading";
      title.textContent = name;
      const list = document.createElement("dl");
      list.className = "sheet__keys";
      list.append(...bindings.map(drawBinding));
      part.append(title, list);
      return part;
    });
    this.querySelector("[data-groups]").replaceChildren(...parts);
  }

  open() {
    this.querySelector("dialog").showModal();
  }
}

function drawBinding({ keys, words }) {
  const row = document.createElement("div");
  row.className = "sheet__row";
  const what = document.createElement("dt");
  what.textContent = words;
  const which = document.createElement("dd");
  for (const key of keys) {
    const cap = document.createElement("kbd");
    cap.className = "key";
    cap.textContent = keyName(key);
    which.append(cap);
  }
  row.append(what, which);
  return row;
}

function grouped(bindings) {
  const groups = new Map();
  for (const each of bindings) groups.set(each.group, [...(groups.get(each.group) ?? []), each]);
  return groups;
}

customElements.define("desk-keys", DeskKeys);
