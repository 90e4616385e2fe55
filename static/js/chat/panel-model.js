/**
 * Decides what the panel shows: the talk itself, what a site asks before it, or a form where nobody
 * is there. No DOM.
 *
 * @typedef {import("./desk-words.js").Desk} Desk
 * @typedef {{key: "name" | "email" | "topic" | "message", required: boolean}} Field
 * @typedef {object} Known
 * @property {Desk | null} desk  null while that is not known
 * @property {boolean} secret  whether this browser has opened chat before
 * @property {boolean} told  whether he has said what was asked, and the desk will hear it
 * @property {string} [lacks]  what the desk has asked for, whatever this page knows of its site
 * @property {boolean} synced
 * @property {{name?: string, email?: string, consented?: boolean}} person
 * @property {boolean} empty  nothing was said, and nothing is on its way
 * @typedef {{kind: "talk" | "ask" | "form" | "", fields: Field[], consent: boolean}} Face  "": not known yet
 */

const KEYS = ["name", "email", "topic"];

/**
 * Read what a site asks: `name,email*`.
 * @param {string} [setting]
 * @returns {Field[]}
 */
export function asked(setting = "") {
  return setting.split(",").map((each) => each.trim())
    .map((each) => /** @type {Field} */ ({ key: each.replace("*", ""), required: each.endsWith("*") }))
    .filter(({ key }) => KEYS.includes(key));
}

/**
 * What is to be filled in before he may talk. What he said once is never asked again.
 * @param {{fields: Field[], consent: boolean}} site @param {Known} known
 * @returns {Face}
 */
export function face(site, known) {
  const { fields, consent } = missing(site, known);
  if (isForm(known)) return { kind: "form", fields: letter(fields, known.person), consent };
  return { kind: fields.length || consent ? "ask" : "talk", fields, consent };
}

/** @param {{fields: Field[], consent: boolean}} site @param {Known} known */
function missing({ fields, consent }, { secret, told, synced, person, lacks }) {
  if (lacks) return { fields: lacks === "consent" ? [] : [one(lacks)], consent: lacks === "consent" };
  if (told) return { fields: [], consent: false };
  if (!secret) return { fields, consent };
  // He was here before; a site may have begun to ask since.
  if (!synced) return { fields: [], consent: false };
  const left = fields.filter(({ key, required }) => required && key in LACKS && !person[/** @type {"name"} */ (key)]);
  return { fields: left, consent: consent && !person.consented };
}

/** @param {string} key @returns {Field} */
const one = (key) => ({ key: /** @type {Field["key"]} */ (key), required: true });

/** What the desk tells of him, so that one knows what it lacks. */
const LACKS = { name: 1, email: 1 };

/** @param {Known} known */
function isForm({ desk, empty, secret, synced, told }) {
  if (!desk || desk.open || desk.when_closed !== "form") return false;
  return empty && (synced || !(secret || told));
}

/** A letter needs a name, an address and its text. @param {Field[]} fields @param {any} person */
function letter(fields, person) {
  const needed = /** @type {Field[]} */ ([{ key: "name", required: true }, { key: "email", required: true }]);
  const others = fields.filter(({ key }) => !(key in LACKS));
  return [...needed.filter(({ key }) => !person[key]), ...others, { key: "message", required: true }];
}
