// @ts-check
/**
 * The one script of every public page. The page is whole without it; it lays over it what moves:
 * counts, who reads now, what was changed, and Live Chat.
 */

import "./audience/live-count.js";
import "./audience/live-reading.js";
import { follow } from "./audience/counts.js";
import { announce } from "./audience/presence.js";
import { pageSocket } from "./live/page-socket.js";

/** A link in a mail leads back into its conversation; its token stays out of sight and history. */
const WAY_BACK = "#chat=";
const wayBack = location.hash.startsWith(WAY_BACK) ? location.hash.slice(WAY_BACK.length) : "";
if (wayBack) history.replaceState(history.state, "", location.pathname + location.search);

/** A page drawn ahead of a click that may never come is no reader: it opens no socket. */
async function shown() {
  if (!(/** @type {any} */ (document).prerendering)) return;
  await new Promise((resolve) => {
    document.addEventListener("prerenderingchange", resolve, { once: true });
  });
}

/**
 * Whatever makes this page an old one. Few readers meet it, so only they load what says it.
 * @param {import("./live/socket.js").LiveSocket} socket
 */
function heed(socket) {
  const tell = (/** @type {any} */ frame) =>
    import("./news/news-notice.js").then((notice) => notice.tell(frame)).catch(reportError);
  socket.on("news.changed", tell);
  socket.on("live.welcome", (welcome) => welcome.reload && tell(welcome));
  let broke = false; // that something is over matters to a page that had it
  const breaking = (/** @type {any} */ frame) =>
    (broke ||= Boolean(frame?.until || document.querySelector("breaking-bar"))) &&
    import("./news/breaking-bar.js").then((bar) => bar.tell(frame)).catch(reportError);
  socket.on("news.breaking", breaking);
  breaking(null);
  socket.on("chat.point", (frame) => passages((point) => point.offerPassage(frame)));
}

/** @param {(point: typeof import("./point/pointing.js")) => void} act */
const passages = (act) => import("./point/pointing.js").then(act).catch(reportError);

/** Words of the article are asked about by marking them: until then only this listens. */
function heedSelection() {
  const text = document.querySelector("[data-article] .article__body");
  const marks = () => {
    const selection = getSelection();
    if (!text || !selection?.anchorNode || selection.isCollapsed || !text.contains(selection.anchorNode)) return;
    document.removeEventListener("selectionchange", marks);
    import("./quote/ask-offer.js").then((ask) => ask.attend(text)).catch(reportError);
  };
  if (text) document.addEventListener("selectionchange", marks);
}

/** Pictures and films open where they stand; what shows them comes with the first press. */
function heedPresses() {
  addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest?.("a.figure__open, [data-embeds] a.video");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const to = /** @type {HTMLAnchorElement} */ (link);
    import("./pictures/closer.js").then(({ open }) => open(to)).catch(() => location.assign(to.href));
  });
}

function returned() {
  /** @type {any} */ (document.querySelector("chat-launcher"))?.open({ wayBack });
}

async function begin() {
  await shown();
  const socket = pageSocket();
  follow(socket);
  announce(socket);
  heed(socket);
  socket.start();
  // Chat is another room: a page whose chat fails to load still counts and moves.
  import("./chat/chat-launcher.js").then(() => wayBack && returned()).catch(reportError);
  heedSelection();
  // An address within an article leads to a passage.
  if (location.hash.startsWith("#p-")) passages((point) => point.arrived());
}

heedPresses();
begin();
