/**
 * Who the visitor is: one secret of 32 random bytes, made by this browser when chat is opened.
 *
 * It lies in `localStorage`, so that it outlives the tab; where that is denied, in memory, for as
 * long as the page lives. Whoever only reads has none, and nothing is written. All tabs of one
 * visitor hold the same secret: they tell each other over a channel.
 */

const PLACE = "portal.visitor";
/** When it was made, until the server knows it. */
const MADE = "portal.visitor.made";
/** So long the server may need to know a secret whose page went before it was told so. */
const NEW_MS = 60_000;
const CHANNEL = "portal.chat";
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/** @type {string | null} the secret where storage is denied */
let held = null;
/** @type {string | null} made here and not yet known to the server: naming it would be refused */
let fresh = null;
/** @type {string | null} what the last hello said */
let told = null;

/** Made by one tab, the secret needs a moment until all others can read it. */
const SPREADS_MS = 200;

/** What other tabs of this visitor tell: "visitor" (the secret changed), "seen" and "handed". */
export const tabs = new EventTarget();

let channel = openChannel();
// A word to a page in the back-forward cache would throw it out of there.
globalThis.addEventListener?.("pagehide", () => {
  channel?.close();
  channel = null;
});
globalThis.addEventListener?.("pageshow", () => (channel ??= openChannel()));

/** @returns {BroadcastChannel | null} */
function openChannel() {
  try {
    const opened = new BroadcastChannel(CHANNEL);
    opened.onmessage = ({ data }) => hear(data);
    /** @type {any} */ (opened).unref?.(); // outside a browser it must hold up no one's end
    return opened;
  } catch {
    return null;
  }
}

/**
 * What a tab tells the others: the secret was made or forgotten, entries were seen, or it goes and
 * hands on what it could not send, or it went where an agent points to.
 * @typedef {{kind: "made" | "forgot" | "seen" | "handed" | "pointed", secret?: string, seq?: number,
 *   erased?: boolean, conversation?: string | null, items?: import("./outbox-model.js").Item[]}} Said
 */

/** @param {Said} said */
function hear(said) {
  if (said.kind === "made" && !read()) held = said.secret ?? null;
  if (said.kind === "forgot" && held === said.secret) held = null;
  const name = said.kind === "made" || said.kind === "forgot" ? "visitor" : said.kind;
  tabs.dispatchEvent(Object.assign(new Event(name), { detail: said }));
}

/**
 * Tell this visitor's other tabs something.
 * @param {Said} said
 */
export function tellTabs(said) {
  const to = channel ?? openChannel();
  to?.postMessage(said);
  // Said while the page goes.
  if (to !== channel) to?.close();
}

/** @returns {string | null} */
function read() {
  try {
    const kept = localStorage.getItem(PLACE);
    return kept && SECRET.test(kept) ? kept : null;
  } catch {
    return null;
  }
}

/**
 * Return the visitor's secret, or null if he never opened chat.
 * @returns {string | null}
 */
export function visitorSecret() {
  return read() ?? held;
}

/**
 * Return the visitor's secret; make and keep one if there is none. Of tabs that ask together one
 * makes it, for all: two secrets would be two conversations.
 * @returns {Promise<string>}
 */
export async function ensureVisitorSecret() {
  return visitorSecret() ?? (await alone(PLACE, () => visitorSecret() ?? make(), SPREADS_MS)) ?? make();
}

function make() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const secret = btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-").replaceAll("/", "_").replace("=", "");
  held = fresh = secret;
  try {
    localStorage.setItem(PLACE, secret);
    localStorage.setItem(MADE, String(Date.now()));
  } catch {
    // Denied: it lives in memory, in this page.
  }
  tellTabs({ kind: "made", secret });
  return secret;
}

/**
 * Do something while no other tab does it.
 * @template T
 * @param {string} name @param {() => T | Promise<T>} act
 * @param {number} after others stay out for so long after it, in milliseconds
 * @param {boolean} [asked] or not at all, where another tab does it
 * @returns {Promise<T | undefined>} undefined: another did, or locks are denied here
 */
export async function alone(name, act, after, asked = false) {
  const locks = globalThis.navigator?.locks;
  if (!locks) return act();
  return new Promise((done) => {
    const held = async (/** @type {Lock | null} */ lock) => {
      done(lock ? await act() : undefined);
      await new Promise((over) => setTimeout(over, lock ? after : 0));
    };
    locks.request(name, { ifAvailable: asked }, held).catch(() => done(undefined));
  });
}

/** Note that the server knows the secret from now on: a reconnection may name it in its hello. */
export function visitorIsKnown() {
  fresh = null;
  try {
    if (localStorage.getItem(MADE)) localStorage.removeItem(MADE);
  } catch {
    // Denied: it is not there.
  }
}

/** Forget the secret the last hello named: the server has ended it or never knew it. */
export function forgetVisitor() {
  const secret = visitorSecret();
  // Another one than was refused: a tab has made it since. And one just made is asked for again,
  // for the page that made it went before the server had it.
  if (secret && secret === told && !isNew()) dropVisitor({ erased: false });
}

/** @returns {boolean} */
function isNew() {
  try {
    return Date.now() - Number(localStorage.getItem(MADE) ?? -Infinity) < NEW_MS;
  } catch {
    return false;
  }
}

/**
 * Forget the secret, in all tabs.
 * @param {{erased?: boolean}} [how] erased: with all that was said, for he asked for it
 */
export function dropVisitor({ erased = true } = {}) {
  const secret = visitorSecret() ?? undefined;
  held = told = fresh = null;
  try {
    for (const place of [PLACE, MADE]) localStorage.removeItem(place);
  } catch {
    // Denied: there was nothing there.
  }
  const said = { kind: /** @type {"forgot"} */ ("forgot"), secret, erased };
  tellTabs(said);
  tabs.dispatchEvent(Object.assign(new Event("visitor"), { detail: said }));
}

/**
 * Return what `live.hello` says about the visitor: nothing for one who only reads.
 * @returns {{visitor?: string}}
 */
export function helloFields() {
  told = visitorSecret();
  if (!told || told === fresh) told = null;
  return told ? { visitor: told } : {};
}
