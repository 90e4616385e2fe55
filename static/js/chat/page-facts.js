/** What the panel reads from the page it stands on. */

/** @returns {string} */
export function siteName() {
  const named = document.querySelector('meta[property="og:site_name"], meta[name="application-name"]');
  return named?.getAttribute("content") || location.hostname;
}

/** @returns {string} the title of the article on this page, "" on any other page */
export function articleTitle() {
  return document.body.dataset.article ? (document.querySelector("h1")?.textContent?.trim() ?? "") : "";
}
