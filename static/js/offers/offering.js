// @ts-check
/**
 * Offers articles while the first question is being typed. The words are sent to be matched and are
 * not kept; with the first message sent, or when they are put away, there are no more.
 *
 * @typedef {import("./article-offers.js").Match} Match
 */

import { ArticleOffers } from "./article-offers.js";
import { MatchModel } from "./match-model.js";

const MOST = 3;

/**
 * @param {any} composer a `<chat-composer>`
 * @param {{ask: (frame: object) => Promise<any>, begun: () => boolean}} talk
 */
export function attend(composer, { ask, begun }) {
  const model = new MatchModel();
  const offers = new ArticleOffers();
  const over = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const end = () => {
    clearTimeout(timer);
    over.abort();
    offers.remove();
  };
  const typed = (/** @type {string} */ text) => {
    if (begun()) return end();
    model.typed(text, Date.now());
    wait();
    if (!model.speaks) offers.show([]);
  };
  const wait = () => {
    clearTimeout(timer);
    if (model.dueAt < Infinity) timer = setTimeout(look, Math.max(0, model.dueAt - Date.now()));
  };
  const look = async () => {
    const text = model.due(Date.now());
    if (!text) return wait(); // a timer may come a moment early
    try {
      const { articles } = await ask({ type: "news.match", text });
      if (!over.signal.aborted && model.speaks) offers.show(worth(articles));
    } catch (error) {
      if (over.signal.aborted) return;
      model.missed(Date.now(), /** @type {any} */ (error)?.retry_ms);
      wait();
    }
  };

  const { signal } = over;
  composer.tray.prepend(offers);
  composer.addEventListener("chat-draft", (/** @type {any} */ { detail }) => typed(detail.text), { signal });
  composer.addEventListener("chat-submit", end, { signal });
  offers.addEventListener("offers-dismissed", () => {
    end();
    composer.focus({ preventScroll: true });
  });
  offers.addEventListener("offers-followed", () => aside(composer));
  typed(composer.value);
}

/** What leads somewhere else; addresses are our own. @param {Match[]} articles */
function worth(articles) {
  const here = Number(document.body.dataset.article);
  return articles.filter(({ id, url }) => id !== here && /^\/(?!\/)/.test(url)).slice(0, MOST);
}

/** On a phone the panel would cover what the link leads to. @param {Element} composer */
function aside(composer) {
  const panel = /** @type {any} */ (composer.closest("chat-panel"));
  if (panel?.getAttribute("aria-modal")) panel.close();
}
