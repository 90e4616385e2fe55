// @ts-check
/** The one socket of a public page, `/live`: made on first use, started by `page.js`. */

import { helloFields } from "../chat/visitor.js";
import { cut } from "./frame-model.js";
import { LiveSocket } from "./socket.js";

const TAB_KEY = "portal.tab";

/** @type {LiveSocket|null} */
let socket = null;

/** Return the page's socket, always the same one. */
export function pageSocket() {
  socket ??= new LiveSocket({ url: "/live", hello });
  return socket;
}

function hello() {
  const { article, revision, network } = document.body.dataset;
  return {
    build: document.documentElement.dataset.build,
    article: key(article),
    revision: key(revision),
    url: cut(location.href, 2048),
    title: cut(document.title.replace(/^\(\d+\) /, ""), 300), // less what the bell puts before it
    referrer: cut(document.referrer, 2048) || undefined,
    tab: network === undefined ? tab() : undefined,
    ...helloFields(),
  };
}

/** @param {string|undefined} written @returns {number|undefined} the number of a record of ours */
function key(written) {
  const number = Number(written);
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

/**
 * The tab's own random name: it dies with the tab, and a second tab has another. Where nothing can be
 * kept there is none: one that died with the page would make each load of it another reader.
 */
function tab() {
  try {
    let name = sessionStorage.getItem(TAB_KEY);
    if (!name) {
      name = randomName();
      sessionStorage.setItem(TAB_KEY, name);
    }
    return name;
  } catch {
    return; // storage denied: the network tells readers apart
  }
}

function randomName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").slice(0, 22);
}
