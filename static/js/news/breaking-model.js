// @ts-check
/** Which story the bar shows, if any: pure, told what is breaking, what was dismissed and paused. */

/** @typedef {{article: number, title: string, url: string}} Story */

/** Dismissals that are remembered: nobody has more stories in front of him. */
const REMEMBERED = 20;

export class BreakingModel {
  /** What is to be read now. @type {Story|null} */ shown = null;

  /** What is breaking, whether it is shown or not. @type {Story|null} */ #story = null;
  #here;
  #dismissed;
  #paused;

  /**
   * @param {{here?: number, dismissed?: number[], paused?: boolean}} page
   *   here: the article it shows; paused: nothing comes that was not there when the page was opened
   */
  constructor({ here = 0, dismissed = [], paused = false } = {}) {
    this.#here = here;
    this.#dismissed = dismissed;
    this.#paused = paused;
  }

  /** What was dismissed, to be remembered. */
  get dismissed() {
    return this.#dismissed;
  }

  /** It stood in the page as it came. @param {Story} story @returns {boolean} whether it is shown */
  found(story) {
    this.#story = this.#wanted(story) ? story : null;
    this.shown = this.#story;
    return this.shown !== null;
  }

  /**
   * Take a `news.breaking`.
   * @param {{article?: unknown, title?: unknown, url?: unknown, until?: unknown}} frame
   * @returns {boolean} whether `shown` is another one now
   */
  hear({ article, title, url, until }) {
    const on = Number(until) > 0 && typeof article === "number" && typeof title === "string" && ours(url);
    return this.#now(on ? /** @type {Story} */ ({ article, title, url }) : null);
  }

  /** @returns {boolean} whether `shown` is another one now */
  dismiss() {
    if (!this.shown) return false;
    return this.know([...this.#dismissed, this.shown.article]);
  }

  /** Another tab dismissed something. @param {number[]} dismissed @returns {boolean} */
  know(dismissed) {
    this.#dismissed = [...new Set(dismissed)].slice(-REMEMBERED);
    return this.#now(this.#story);
  }

  /** @param {boolean} paused @returns {boolean} whether `shown` is another one now */
  pause(paused) {
    this.#paused = paused;
    return this.#now(this.#story);
  }

  /** @param {Story|null} story @returns {boolean} */
  #now(story) {
    const before = this.shown;
    this.#story = story;
    if (!story || !this.#wanted(story)) this.shown = null;
    else if (!this.#paused || before?.article === story.article) this.shown = story;
    else this.shown = null;
    return before?.article !== this.shown?.article || before?.title !== this.shown?.title
      || before?.url !== this.shown?.url;
  }

  /** @param {Story} story */
  #wanted({ article }) {
    return article !== this.#here && !this.#dismissed.includes(article);
  }
}

/** A path of this site and nothing else becomes a link. @param {unknown} url */
const ours = (url) => typeof url === "string" && /^\/(?![/\\])/.test(url);
