// @ts-check
/** Fetches a style sheet with the part it dresses; whoever never meets the part never pays for it. */

/** @type {Map<string, Promise<void>>} */
const sheets = new Map();

/**
 * Have a style sheet of ours, once. Without it words are still words: nothing is refused.
 * @param {string} name
 * @returns {Promise<void>} when it is there, or will not come
 */
export function sheet(name) {
  let coming = sheets.get(name);
  if (!coming) sheets.set(name, (coming = fetched(name)));
  return coming;
}

/** @param {string} name @returns {Promise<void>} */
function fetched(name) {
  return new Promise((done) => {
    const href = new URL(`../../css/${name}.css`, import.meta.url).href;
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.onload = () => done();
    link.onerror = () => {
      link.remove();
      sheets.delete(name); // the next one who needs it tries again
      done();
    };
    document.head.append(link);
  });
}
