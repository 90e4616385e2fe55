/** Loads the style sheets of what was not there when the page came, each once. */

/** @type {Map<string, Promise<void>>} */
const loading = new Map();

/** @param {string} name of a sheet below `css/` @returns {Promise<void>} once it is there */
export function styled(name) {
  const known = loading.get(name) ?? load(name);
  loading.set(name, known);
  // Not for ever: the next one tries again.
  known.catch(() => loading.delete(name));
  return known;
}

/** @param {string} name @returns {Promise<void>} */
const load = (name) => new Promise((done, failed) => {
  const href = new URL(`../../css/${name}.css`, import.meta.url).href;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  link.onload = () => done();
  link.onerror = () => {
    link.remove();
    failed(new Error(`${name}.css did not come`));
  };
  document.head.append(link);
});
