/**
 * Who the visitor is: one secret of 32 random bytes, made by this browser when chat is opened.
 *
 * It lies in `localStorage`, so that it outlives the tab; where that is denied, in memory, for as
 * long as the page lives. Whoever only reads has none, and nothing is written. All tabs of one
 * visitor hold the same secret: they tell each other over a channel.
 */

const PLACE = "portal.visitor";
const CHANNEL = "portal.chat";
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/** @type {string | null} the secret where storage is denied */
let held = null;
/** @type {string | null} made here and not yet known to the server: naming it would be refused */
let fresh = null;
/** @type {string | null} what the last hello said */
let told = null;

/** What other tabs of this visitor tell: events "visitor" (the secret changed) and "seen". */
export const tabs = new EventTarget();

const channel = openChannel();

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

/** @param {{kind: string, secret?: string}} said */
function hear(said) {
  if (said.kind === "made" && !read()) held = said.secret ?? null;
  if (said.kind === "forgot" && held === said.secret) held = null;
  const name = said.kind === "seen" ? "seen" : "visitor";
  tabs.dispatchEvent(Object.assign(new Event(name), { detail: said }));
}

/**
 * Tell this visitor's other tabs something.
 * @param {{kind: "made" | "forgot" | "seen", secret?: string, conversation?: string | null, seq?: number}} said
 */
export function tellTabs(said) {
  channel?.postMessage(said);
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
 * Return the visitor's secret; make and keep one if there is none.
 * @returns {string}
 */
export function ensureVisitorSecret() {
  const known = visitorSecret();
  if (known) return known;
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const secret = btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-").replaceAll("/", "_").replace("=", "");
  held = fresh = secret;
  try {
    localStorage.setItem(PLACE, secret);
  } catch {
    // Denied: it lives in memory, in this page.
  }
  tellTabs({ kind: "made", secret });
  return secret;
}

/** Note that the server knows the secret from now on: a reconnection may name it in its hello. */
export function visitorIsKnown() {
  fresh = null;
}

/** Forget the secret the last hello named: the server has ended it or never knew it. */
export function forgetVisitor() {
  const secret = visitorSecret();
  // Another one than was refused: a tab has made it since.
  if (!secret || secret !== told) return;
  held = told = null;
  try {
    localStorage.removeItem(PLACE);
  } catch {
    // Denied: there was nothing there.
  }
  tellTabs({ kind: "forgot", secret });
  tabs.dispatchEvent(new Event("visitor"));
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
