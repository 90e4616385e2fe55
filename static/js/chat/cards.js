/**
 * The cards: what lies between log and field when something is asked of the visitor. Each knows what
 * to do with his answer; all of it is loaded with the first of them.
 *
 * @typedef {import("./chat-panel.js").ChatPanel} Panel
 */

import { build } from "./build.js";
import { ChatForm } from "./chat-form.js";
import { ChatRating } from "./chat-rating.js";
import { styled } from "./sheets.js";
import { more, say } from "./words.js";

/** Thanks stand this long. */
const THANKS_MS = 4_000;
const EMAIL = { key: "email", required: true };

/** @type {Record<string, (panel: Panel, what: any) => HTMLElement>} */
const CARDS = { ask, form, email, name, mail, forget, rate };

/**
 * Make a card.
 * @param {string} kind "" for none @param {Panel} panel @param {any} what  is asked, before the talk
 */
export async function card(kind, panel, what) {
  await Promise.all([more(), styled("chat-cards")]);
  return CARDS[kind]?.(panel, what) ?? null;
}

/** @param {ConstructorParameters<typeof ChatForm>[0]} what @param {(values: any) => unknown} done */
function makeForm(what, done) {
  const made = new ChatForm(what);
  made.addEventListener("chat-filled", (/** @type {any} */ { detail }) => done(detail.values));
  return made;
}

/** Ask for it, and say so where it does not work. @param {any} form @param {Promise<any>} asked */
const tried = (form, asked) => asked.then(() => true, () => void form.trouble(say("failed")));

/** Only what was said. @param {Record<string, any>} values */
const said = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value));

/** Before the first word. @param {Panel} panel @param {any} what */
function ask(panel, { fields, consent }) {
  const made = makeForm({
    title: say("hello"), body: say("helloForm"), fields, button: say("begin"),
    consent: consent ? panel.site.consent ?? panel.session.lacks?.words : "", values: panel.draft.form,
  }, (values) => {
    panel.draft.keep({ form: {}, details: said(values) });
    panel.session.admit(said(values));
    panel.write();
  });
  made.addEventListener("chat-typed", keep(panel));
  return made;
}

/** A letter, while nobody is there. @param {Panel} panel @param {any} what */
function form(panel, { fields, consent }) {
  const made = makeForm({
    title: say("nobodyHello"), body: panel.nobody, fields, button: say("sendMessage"),
    consent: consent ? panel.site.consent : "", values: { ...panel.draft.form, message: panel.draft.draft },
  }, ({ message, ...values }) => {
    panel.draft.keep({ form: {}, draft: "", details: said(values) });
    panel.draw("");
    panel.session.admit(said(values));
    panel.say(message);
  });
  made.addEventListener("chat-typed", keep(panel));
  return made;
}

/** @param {Panel} panel @returns {(event: any) => void} what is typed outlives the page and the form */
const keep = (panel) => ({ detail: { values: { message, ...form } } }) => {
  panel.draft.keep({ form });
  if (message !== undefined) panel.draw(message);
};

/** Where an answer may reach him. @param {Panel} panel */
function email(panel) {
  return makeForm({ fields: [{ ...EMAIL, label: "mailAsk" }], button: say("save") },
    (values) => panel.session.admit(said(values)));
}

/** What he is called. @param {Panel} panel */
function name(panel) {
  const made = makeForm({
    title: say(panel.session.person.name ? "changeName" : "addName"), body: say("nameHint"), cancel: true,
    fields: [{ key: "name", required: true }], values: panel.session.person, button: say("save"),
  }, (values) => {
    panel.session.admit(said(values));
    panel.choose("");
  });
  made.addEventListener("chat-cancel", () => panel.choose(""));
  return made;
}

/** Where the transcript goes. @param {Panel} panel */
function mail(panel) {
  const made = makeForm({
    title: say("mailWhere"), fields: [EMAIL], values: panel.session.person, button: say("send"), cancel: true,
  }, async (values) => {
    if (await tried(made, panel.session.ask({ type: "chat.transcript", email: values.email }))) {
      over(panel, made, say("mailSent", values));
    }
  });
  made.addEventListener("chat-cancel", () => panel.choose(""));
  return made;
}

/** Whether he really wants to be forgotten. @param {Panel} panel */
function forget(panel) {
  const made = makeForm({
    title: say("forgetAsk"), body: say("forgetBody"), fields: [], button: say("forget"), cancel: true,
  }, () => tried(made, panel.session.forget()));
  made.classList.add("chat-form--grave");
  made.addEventListener("chat-cancel", () => panel.choose(""));
  return made;
}

/** What he thinks of it. @param {Panel} panel */
function rate(panel) {
  const made = new ChatRating();
  made.addEventListener("chat-rated", async (/** @type {any} */ { detail }) => {
    try {
      await panel.session.ask({ type: "chat.rate", ...detail });
    } catch {
      return; // it stays, and can be tried again
    }
    over(panel, made, say("thanks"), () => panel.draft.keep({ rated: panel.session.conversation.id ?? "" }));
  });
  return made;
}

/** Say that it is done, and go. @param {Panel} panel @param {HTMLElement} made @param {string} words @param {() => void} [done] */
function over(panel, made, words, done) {
  made.replaceChildren(build("p.chat-form__done", { role: "status" }, words));
  setTimeout(() => {
    done?.();
    panel.choose("");
  }, THANKS_MS);
}
