// @ts-check
/** What a reader pressed to see closer opens in the page; `page.js` loads this with the first press. */

/** @param {HTMLAnchorElement} link a picture's, or a film's that another site shows */
export async function open(link) {
  if (link.matches(".figure__open")) {
    const { showPicture } = await import("./light-box.js");
    return showPicture(link);
  }
  const { embed } = await import("./video-embed.js");
  return embed(link);
}
