/**
 * What helps with writing and need not be there for the first word: a quotation taken along from
 * the page before, emoji, articles that may answer the question. Loaded when the panel stands; each
 * part brings the rest of itself when it is used.
 *
 * @typedef {import("./chat-composer.js").ChatComposer} Composer
 */

import { EmojiButton } from "../emoji/emoji-button.js";
import { quoteKept } from "../quote/quote-model.js";

/** Shorter words are a greeting. */
const LEAST = 8;

/** @param {import("./chat-panel.js").ChatPanel} panel */
export function extend({ _composer: composer, session }) {
  if (quoteKept()) import("../quote/quoting.js").then((quoting) => quoting.resume(composer)).catch(reportError);
  composer.tool(new EmojiButton());
  articles(composer, {
    ask: (frame) => session.ask(frame),
    begun: () => session.conversation.lastSeq > 0 || session.outbox.items.length > 0,
  });
}

/**
 * @param {Composer} composer
 * @param {{ask: (frame: object) => Promise<any>, begun: () => boolean}} talk  begun: something was
 *   said already, and an article in its place comes too late
 */
function articles(composer, talk) {
  const typed = () => {
    if (composer.value.trim().length < LEAST || talk.begun()) return;
    composer.removeEventListener("chat-draft", typed);
    import("../offers/offering.js").then((offering) => offering.attend(composer, talk)).catch(reportError);
  };
  composer.addEventListener("chat-draft", typed);
}
