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
}

async function begin() {
  await shown();
  const socket = pageSocket();
  follow(socket);
  announce(socket);
  heed(socket);
  socket.start();
  // Chat is another room: a page whose chat fails to load still counts and moves.
  import("./chat/chat-launcher.js").catch(reportError);
}

begin();
