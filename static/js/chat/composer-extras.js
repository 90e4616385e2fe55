/**
 * What helps with writing and need not be there for the first word: a quotation taken along from
 * the page before, emoji, articles that may answer the question. Loaded when the panel stands; each
 * part brings the rest of itself when it is used.
 *
 * @typedef {import("./chat-composer.js").ChatComposer} Composer
 */

import { build, icon, on } from "./build.js";
import { tabStorage } from "./draft-model.js";
import { say } from "./words.js";

/** Shorter words are a greeting. */
const LEAST = 8;

/** @param {import("./chat-panel.js").ChatPanel} panel */
export function extend({ _composer: composer, session }) {
  if (tabStorage()?.getItem("portal.chat.quote")) {
    import("../quote/quoting.js").then((quoting) => quoting.resume(composer)).catch(reportError);
  }
  composer.tool(emoji(composer));
  wayBack(session);
  articles(composer, {
    ask: (frame) => session.ask(frame),
    begun: () => session.conversation.lastSeq > 0 || session.outbox.items.length > 0,
  });
}

/** Say so where a link of a mail leads nowhere; writing is possible all the same. @param {any} session */
function wayBack(session) {
  const look = () => {
    if (!session.astray) return;
    session.removeEventListener("change", look);
    import("../point/page-offer.js").then(({ offer }) => offer({ words: say("astray") })).catch(reportError);
  };
  on(session, "change", look);
  look();
}

/** @param {Composer} composer */
function emoji(composer) {
  const named = { type: "button", "aria-label": say("emoji"), title: say("emoji") };
  const opens = { "aria-haspopup": "dialog", "aria-expanded": "false" };
  const button = build("button.chat-composer__tool", { ...named, ...opens }, icon("smile"));
  const toggle = (/** @type {any} */ door) => door.toggle(button, composer);
  on(button, "click", () => import("../emoji/emoji-door.js").then(toggle).catch(reportError));
  return button;
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
  on(composer, "chat-draft", typed);
}
