// @ts-check
/** Another site's film in a frame of this page, once somebody pressed it and if the house allows it. */

import { frameOf } from "./video-embed-model.js";

/** Its own scripts, its own storage, its own windows; nothing of this page. */
const SANDBOX = "allow-scripts allow-same-origin allow-popups allow-presentation";
const ALLOW = "autoplay; encrypted-media; fullscreen; picture-in-picture";

/** @param {HTMLAnchorElement} link */
export function embed(link) {
  const allowed = (document.body.dataset.embeds ?? "").split(" ");
  const address = frameOf(link.href, allowed);
  if (!address) return location.assign(link.href);
  const frame = document.createElement("iframe");
  frame.className = "video__frame";
  frame.title = link.querySelector(".video__name")?.textContent || link.textContent.trim();
  frame.setAttribute("sandbox", SANDBOX);
  frame.allow = ALLOW;
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  frame.src = address;
  link.replaceWith(frame);
  frame.focus();
}
