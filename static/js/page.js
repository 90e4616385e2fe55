// @ts-check
/**
 * The one script of every public page. The page is whole without it; it lays over it what moves:
 * counts, who reads now, and Live Chat.
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

async function begin() {
  await shown();
  const socket = pageSocket();
  follow(socket);
  announce(socket);
  socket.start();
  // Chat is another room: a page whose chat fails to load still counts and moves.
  import("./chat/chat-launcher.js").catch(reportError);
}

begin();
