// @ts-check
/** What is quoted of a selection: its words on one line, no more than the server takes. No DOM. */

/** Where a tab keeps what is to be asked about, until it was asked. */
export const KEY = "portal.chat.quote";

/** What the server takes, in characters (code points). */
export const LONGEST = 1_000;
const ELLIPSIS = "…";
/** A long quotation is cut between words, if there is a place between words near its end. */
const NEAR_END = 40;
/** A letter alone is a slip of the finger. */
const LEAST_LETTERS = 2;

/**
 * @typedef {{article: number, revision: number, paragraph: string, text: string, title?: string,
 *   url?: string}} Quote  title and url: what the server says of its article; until it has, the page
 */

/**
 * Return what is quoted, or "" where nothing is worth it.
 * @param {string} selected
 */
export function quotable(selected) {
  const text = (selected.toWellFormed?.() ?? selected).replaceAll("\0", "").replace(/\s+/g, " ").trim();
  if ((text.match(/[\p{L}\p{N}]/gu) ?? []).length < LEAST_LETTERS) return "";
  return shortened(text, LONGEST);
}

/**
 * Cut a text to so many characters, the mark of the cut among them.
 * @param {string} text @param {number} longest
 */
export function shortened(text, longest) {
  const letters = [...text];
  if (letters.length <= longest) return text;
  const kept = letters.slice(0, longest - 1).join("");
  const space = kept.lastIndexOf(" ");
  return (space > Math.max(0, kept.length - NEAR_END) ? kept.slice(0, space) : kept).trimEnd() + ELLIPSIS;
}

/** What this tab kept to be asked about. @returns {Quote | null} */
export function quoteKept() {
  try {
    return quoteFrom(JSON.parse(sessionStorage.getItem(KEY) ?? "null"));
  } catch {
    return null;
  }
}

/** @param {Quote | undefined} quote */
export function keepQuote(quote) {
  try {
    if (quote) sessionStorage.setItem(KEY, JSON.stringify(quote));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Denied: it lives as long as the page.
  }
}

/**
 * Whether what was kept is a quotation; it may be another version's.
 * @param {any} kept @returns {Quote | null}
 */
export function quoteFrom(kept) {
  const { article, revision, paragraph, text, title, url } = kept ?? {};
  const right = [article, revision].every((key) => Number.isSafeInteger(key) && key > 0)
    && [paragraph, text].every((words) => typeof words === "string" && words !== "");
  return right ? { article, revision, paragraph, text, title: `${title ?? ""}`, url: `${url ?? ""}` } : null;
}
