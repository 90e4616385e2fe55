/** A picture as large as the screen allows, in a dialog over the page. */

import { fileWord } from "./file-words.js";

/**
 * Show a picture: at once the small one, then the whole.
 * @param {object} what
 * @param {{name: string, width?: number, height?: number}} what.file
 * @param {string} what.small address of what is there already
 * @param {() => Promise<Blob>} what.fetch
 * @param {() => void} what.save
 */
export async function showLarge({ file, small, fetch, save }) {
  const dialog = document.createElement("dialog");
  dialog.className = "file-viewer";
  dialog.setAttribute("aria-label", file.name);
  const picture = Object.assign(document.createElement("img"), { className: "file-viewer__picture", src: small, alt: file.name });
  if (file.width && file.height) Object.assign(picture, { width: file.width, height: file.height });
  const name = Object.assign(document.createElement("bdi"), { className: "file-viewer__name", textContent: file.name });
  const foot = Object.assign(document.createElement("p"), { className: "file-viewer__foot" });
  const close = button(fileWord("close"), () => dialog.close());
  foot.append(name, button(fileWord("save"), save), close);
  dialog.append(picture, foot);
  // What lies under it has keys of its own.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  let whole = "";
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (whole) URL.revokeObjectURL(whole);
  });
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
  try {
    const blob = await fetch();
    if (!dialog.open) return;
    whole = URL.createObjectURL(blob);
    picture.src = whole;
  } catch {
    // The small one is better than nothing.
  }
}

/** @param {string} words @param {() => void} act */
function button(words, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "file-viewer__button", textContent: words });
  made.addEventListener("click", act);
  return made;
}
