// @ts-check
/** Joins the emoji to the button that opens them and to the field they go into. */

import { EmojiPicker } from "./emoji-picker.js";

/** @type {WeakMap<HTMLElement, EmojiPicker>} */
const pickers = new WeakMap();

/**
 * Open the emoji, or close them.
 * @param {HTMLElement} button
 * @param {any} composer a `<chat-composer>`
 */
export function toggle(button, composer) {
  let picker = pickers.get(button);
  if (!picker) pickers.set(button, (picker = made(button, composer)));
  if (!picker.hidden) return picker.close();
  picker.open();
  button.setAttribute("aria-expanded", "true");
}

/** @param {HTMLElement} button @param {any} composer */
function made(button, composer) {
  const picker = new EmojiPicker();
  picker.opener = button;
  picker.addEventListener("emoji-closed", () => button.setAttribute("aria-expanded", "false"));
  picker.addEventListener("emoji-chosen", (event) => {
    insert(composer.querySelector("textarea"), /** @type {any} */ (event).detail.emoji);
  });
  // Not within the form: there a press of Enter would send.
  composer.tray.after(picker);
  return picker;
}

/** Put it where the cursor stands. @param {HTMLTextAreaElement} field @param {string} emoji */
function insert(field, emoji) {
  field.setRangeText(emoji, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus({ preventScroll: true });
}
