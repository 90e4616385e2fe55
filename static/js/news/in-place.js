// @ts-check
/**
 * The newest version of the article on this page: fetched, compared with what stands here, and put
 * in its place without the reader losing his.
 *
 * Blocks that did not change stay the very elements they are, with whatever lies on them. What comes
 * is our own page of this origin, parsed by the browser; nothing in it runs.
 */

import { counted, steps } from "./changes-model.js";

const ARTICLE = "article.article";
const BODY = ".article__body";
/** One reads about there: a third down the screen. */
const LINE = 1 / 3;
const FETCH_MS = 10_000;
/** Changed blocks are marked so long. */
const MARKED_MS = 60_000;

/**
 * @typedef {{document: Document, path: string, revision: number}} Version
 * @typedef {import("./changes-model.js").Changes} Changes
 */

/**
 * Fetch this page as it is now.
 * @param {number} revision at least so new: a proxy may still keep an older one under the plain address
 * @returns {Promise<Version>}
 */
export async function newest(revision) {
  const address = new URL(location.pathname, location.origin);
  address.searchParams.set("revision", String(revision));
  const { status, responseXML: found, responseURL } = await answer(address);
  if (status !== 200 || !found?.body || new URL(responseURL).origin !== location.origin) {
    throw new Error(`answered ${status}`);
  }
  const { article, revision: shown } = found.body.dataset;
  if (article !== document.body.dataset.article || Number(shown) < revision || !found.querySelector(BODY)) {
    throw new Error("another page, or an older one");
  }
  return { document: found, path: new URL(responseURL).pathname, revision: Number(shown) };
}

/**
 * Ask for a page as a document: no text becomes markup here, only what our server answered.
 * @param {URL} address @returns {Promise<XMLHttpRequest>}
 */
function answer(address) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.timeout = FETCH_MS;
    request.setRequestHeader("accept", "text/html");
    request.setRequestHeader("cache-control", "no-cache");
    request.onload = () => done(request);
    request.onerror = request.ontimeout = () => failed(new Error("no answer"));
    request.send();
  });
}

/** @param {Version} version @returns {Changes} what it has otherwise than this page */
export function compared(version) {
  const [here, there] = [blocks(document), blocks(version.document)];
  const isPicture = (/** @type {import("./changes-model.js").Step} */ { before, now }) =>
    [here[before], there[now]].some((block) => block?.localName === "figure");
  const leads = [document, version.document].map((page) => page.querySelector(".article__lead"));
  const found = counted(steps(here.map(essence), there.map(essence)), isPicture);
  return {
    title: differ(version, "h1"),
    summary: differ(version, ".article__summary"),
    ...found,
    pictures: found.pictures || (leads[0] && essence(leads[0])) !== (leads[1] && essence(leads[1])),
  };
}

/** @param {Version} version @param {string} selector */
const differ = (version, selector) =>
  document.querySelector(selector)?.textContent?.trim() !==
  version.document.querySelector(selector)?.textContent?.trim();

/** @param {Document} page @returns {Element[]} */
const blocks = (page) => [...(page.querySelector(BODY)?.children ?? [])];

/** A block as the server wrote it, less what scripts and readers laid on it. @param {Element} block */
function essence(block) {
  const copy = /** @type {Element} */ (block.cloneNode(true));
  for (const each of copy.querySelectorAll("*")) {
    if (each.localName.includes("-") || each.localName === "button") each.remove();
  }
  for (const each of [copy, ...copy.querySelectorAll("*")]) {
    for (const name of ["class", "style", "tabindex", "data-news"]) each.removeAttribute(name);
  }
  return new XMLSerializer().serializeToString(copy);
}

/** Takes away the marks there are. */
let unmark = () => {};

/**
 * Put a version in place. What is being read stays where it is on the screen.
 * @param {Version} version
 * @param {{isChanged: string, isNew: string}} words what the marks say
 * @returns {HTMLElement|null} the first block that is another one now
 */
export function show(version, words) {
  unmark();
  const marked = kept(() => [...swapped(version), ...replaced(version)]);
  document.body.dataset.revision = String(version.revision);
  const bell = document.title.match(/^\(\d+\) /)?.[0] ?? "";
  document.title = bell + version.document.title;
  if (version.path !== location.pathname) {
    history.replaceState(history.state, "", version.path + location.search + location.hash);
  }
  for (const { element, isNew } of marked) element.dataset.news = isNew ? words.isNew : words.isChanged;
  const timer = setTimeout(() => unmark(), MARKED_MS);
  unmark = () => {
    clearTimeout(timer);
    for (const { element } of marked) delete element.dataset.news;
    unmark = () => {};
  };
  return marked.find(({ element }) => element.closest(BODY))?.element ?? marked[0]?.element ?? null;
}

/** @typedef {{element: HTMLElement, isNew: boolean}} Marked */

/**
 * Everything of the article besides its text: head, facts, lead picture, foot; and the trail.
 * @param {Version} version @returns {Marked[]}
 */
function swapped({ document: there }) {
  const [mine, theirs] = [document.querySelector(ARTICLE), there.querySelector(ARTICLE)];
  if (!mine || !theirs) return [];
  const title = mine.querySelector("h1")?.textContent;
  const body = mine.querySelector(BODY);
  const rest = [...mine.children].filter((part) => !part.contains(body));
  /** @type {Element|null} */ let before = null;
  for (const part of theirs.children) {
    if (part.querySelector(BODY) || part.matches(BODY)) {
      before = body?.closest(`${ARTICLE} > *`) ?? null;
      continue;
    }
    const at = rest.findIndex((each) => name(each) === name(part));
    const old = at < 0 ? null : rest.splice(at, 1)[0];
    before = put(old, part, (fresh) => (before ? before.after(fresh) : mine.prepend(fresh)));
  }
  for (const part of rest) part.remove();
  const retitled = mine.querySelector("h1");
  const trails = [document, there].map((page) => page.querySelector(".position"));
  if (trails[0] && trails[1]) put(trails[0], trails[1]);
  return retitled && retitled.textContent !== title ? [{ element: retitled, isNew: false }] : [];
}

/** @param {Element} part what tells the parts of an article apart */
const name = (part) => `${part.localName} ${part.classList[0]}`;

/**
 * @param {Element|null} old @param {Element} part
 * @param {(fresh: Element) => void} [insert]
 * @returns {Element} what stands there now
 */
function put(old, part, insert) {
  if (old && essence(old) === essence(part)) return old;
  const fresh = document.importNode(part, true);
  // A number that moved on must not fall back to what the page was made with.
  for (const count of fresh.querySelectorAll("live-count, live-reading")) {
    const moving = [...(old?.querySelectorAll(count.localName) ?? [])]
      .find((each) => each.getAttribute("article") === count.getAttribute("article"));
    if (moving) count.replaceWith(moving);
  }
  if (old) old.replaceWith(fresh);
  else insert?.(fresh);
  return fresh;
}

/** @param {Version} version @returns {Marked[]} */
function replaced({ document: there }) {
  const body = document.querySelector(BODY);
  const [mine, theirs] = [blocks(document), blocks(there)];
  /** @type {Marked[]} */ const marked = [];
  /** @type {Element|null} */ let last = null;
  for (const { kind, before, now } of steps(mine.map(essence), theirs.map(essence))) {
    const old = mine[before];
    if (kind === "same") {
      last = old;
    } else if (kind === "removed") {
      old.remove();
    } else {
      const fresh = /** @type {HTMLElement} */ (document.importNode(theirs[now], true));
      if (old) old.replaceWith(fresh);
      else if (last) last.after(fresh);
      else body?.prepend(fresh);
      if (old) stands.set(old, fresh);
      marked.push({ element: fresh, isNew: kind === "added" });
      last = fresh;
    }
  }
  return marked;
}

/** What stands where a block stood. @type {WeakMap<Element, Element>} */
const stands = new WeakMap();

/**
 * Keep what is being read where it is.
 * @template T
 * @param {() => T} act
 * @returns {T}
 */
function kept(act) {
  const { style } = document.documentElement;
  style.overflowAnchor = "none"; // the browser would do the same, and both together twice
  const read = beingRead().map((element) => ({ element, top: element.getBoundingClientRect().top }));
  const done = act();
  for (const { element, top } of read) {
    const now = element.isConnected ? element : stands.get(element);
    if (!now?.isConnected) continue;
    scrollBy({ top: now.getBoundingClientRect().top - top, behavior: "instant" });
    break;
  }
  requestAnimationFrame(() => requestAnimationFrame(() => style.removeProperty("overflow-anchor")));
  return done;
}

/** The block that is being read, and those after it; none while one looks at the head. */
function beingRead() {
  const line = innerHeight * LINE;
  const main = document.querySelector(BODY)?.closest("main");
  const all = [...blocks(document), ...(main?.querySelectorAll(`${BODY} ~ *, ${ARTICLE} ~ *`) ?? [])];
  const places = all.map((element) => ({ element, ...measured(element) }));
  if (!places.length || places[0].top > line) return [];
  return places.filter(({ bottom }) => bottom > line).map(({ element }) => element);
}

/** @param {Element} element */
function measured(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return { top, bottom };
}
