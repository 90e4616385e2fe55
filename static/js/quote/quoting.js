// @ts-check
/**
 * Lets a sentence of an article go with the next message: kept in this tab until it went or was
 * taken away, so that one may read on another page before asking.
 */

import "./quote-chip.js";
import { keepQuote, quoteKept } from "./quote-model.js";

/** @typedef {import("./quote-model.js").Quote} Quote @typedef {any} Composer */

/** @type {WeakMap<Composer, import("./quote-chip.js").QuoteChip>} */
const chips = new WeakMap();

/**
 * Ask about these words with the next message; others that stood there go.
 * @param {Composer} composer @param {Quote} quote
 */
export function quote(composer, quote) {
  show(composer, quote);
  composer.focus({ preventScroll: true });
}

/** Take up what was quoted on the page before. @param {Composer} composer */
export function resume(composer) {
  const kept = quoteKept();
  if (kept) show(composer, kept);
}

/** @param {Composer} composer @param {Quote} quote */
function show(composer, quote) {
  if (!chips.has(composer)) chips.set(composer, made(composer));
  composer.carry("quote", quote);
}

/** @param {Composer} composer */
function made(composer) {
  const chip = /** @type {import("./quote-chip.js").QuoteChip} */ (document.createElement("quote-chip"));
  composer.tray.append(chip);
  chip.addEventListener("quote-gone", () => {
    composer.carry("quote");
    composer.focus({ preventScroll: true });
  });
  composer.addEventListener("chat-carried", () => {
    const { quote } = composer.carried;
    keepQuote(quote);
    chip.show(quote?.text ?? "");
  });
  return chip;
}
