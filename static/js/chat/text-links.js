/**
 * Finds addresses in what people write. Only http and https become links; everything else, and
 * every address that hides its host behind a user name, stays text.
 *
 * @typedef {{text: string, href?: string}} Piece
 */

/** No sign that turns the direction of what follows: it would show another host than it leads to. */
const ADDRESS = /\b(?:https?:\/\/|www\.)[^\s<>"'`\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gi;
/** What ends a sentence does not belong to the address before it. */
const TRAILING = /[.,;:!?…'"»”’]+$/;

/**
 * Split a text into pieces; those with `href` are addresses.
 * @param {string} text
 * @returns {Piece[]}
 */
export function pieces(text) {
  /** @type {Piece[]} */
  const found = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const written = trimmed(match[0]);
    const href = safeHref(written);
    if (!href) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index) });
    found.push({ text: written, href });
    from = match.index + written.length;
  }
  if (from < text.length) found.push({ text: text.slice(from) });
  return found;
}

/** @param {string} address */
function trimmed(address) {
  let kept = address.replace(TRAILING, "");
  // "(see https://a.example/b)": the bracket is the sentence's, unless it was opened inside.
  for (const [open, close] of ["()", "[]", "{}"]) {
    while (kept.endsWith(close) && count(kept, close) > count(kept, open)) {
      kept = kept.slice(0, -1).replace(TRAILING, "");
    }
  }
  return kept;
}

/** @param {string} text @param {string} letter */
const count = (text, letter) => text.split(letter).length - 1;

/** @param {string} written @returns {string | null} */
function safeHref(written) {
  try {
    const url = new URL(/^www\./i.test(written) ? `https://${written}` : written);
    const plain = !url.username && !url.password && url.hostname;
    return plain && /^https?:$/.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
