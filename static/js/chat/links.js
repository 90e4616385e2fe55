/** Makes addresses in a text into links: a text that a stranger wrote enters the page through here. */

import { build } from "./build.js";
import { pieces } from "./text-links.js";

/** @param {string} text @returns {(Node | string)[]} */
export function linked(text) {
  return pieces(text).map(({ text: words, href }) => {
    if (!href) return words;
    const link = build("a.chat-log__link", { href, rel: "noopener nofollow ugc" }, ...breakable(words));
    // Another site does not take the page the visitor is reading away from under the chat.
    if (link.origin !== location.origin) link.target = "_blank";
    return link;
  });
}

/** Let an address break where its parts end. @param {string} address */
function breakable(address) {
  return address.split(/(?<=[/?&])(?![/?&])/).flatMap((part, index) => (index ? [build("wbr"), part] : [part]));
}
