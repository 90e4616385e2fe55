// @ts-check
/** Where another site's film is shown within a page, by the address of its own page. */

/** @type {[RegExp, string][]} Ours is the address that sets no cookie before one plays it. */
const SHOWN = [
  [/^https?:\/\/(?:www\.|m\.)?youtube(?:-nocookie)?\.com\/(?:watch\?(?:[^#]*&)?v=|shorts\/|live\/|embed\/)([\w-]{6,20})/, "https://www.youtube-nocookie.com/embed/$1?autoplay=1"],
  [/^https?:\/\/youtu\.be\/([\w-]{6,20})/, "https://www.youtube-nocookie.com/embed/$1?autoplay=1"],
  [/^https?:\/\/(?:www\.|player\.)?vimeo\.com\/(?:video\/)?(\d{6,12})/, "https://player.vimeo.com/video/$1?autoplay=1&dnt=1"],
];

/**
 * @param {string} href of the film's page
 * @param {string[]} allowed hosts that may be shown in a frame
 * @returns {string | null} null: it is only linked to
 */
export function frameOf(href, allowed) {
  for (const [page, frame] of SHOWN) {
    const found = page.exec(href);
    if (!found) continue;
    const address = frame.replace("$1", found[1]);
    return allowed.includes(new URL(address).host) ? address : null;
  }
  return null;
}
