/**
 * The live numbers of every article the desk shows. Several parts of the screen show some each;
 * the socket watches them all at once, the nearest to the agent's eye first.
 */

import { CountsModel, watched } from "../audience/counts-model.js";

/** Lists change in bursts; one watch a burst is enough. */
const PAUSE_MS = 300;
/** Where there are more than a socket may watch, the last ones go without. */
const NEAREST = ["visitor", "list", "articles"];

export class DeskCounts {
  #send;
  #model = new CountsModel();
  /** @type {Map<string, number[]>} which articles each part of the screen shows */
  #parts = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #asked = "";

  /** @param {(frame: object) => boolean} send now or not at all */
  constructor(send) {
    this.#send = send;
  }

  /**
   * Says which articles a part of the screen shows.
   * @param {"visitor" | "list" | "articles"} part @param {Iterable<number>} articles
   */
  watch(part, articles) {
    this.#parts.set(part, [...articles]);
    this.#timer ??= setTimeout(() => this.#ask(), PAUSE_MS);
  }

  /** The line is new: it watches nothing yet. */
  afresh() {
    this.#asked = "";
    this.#ask();
  }

  /** @param {Record<string, {clicks: number, open: number, reading: number}>} counts */
  hear(counts) {
    this.#model.hear(counts);
  }

  /** @param {number | null | undefined} article */
  of(article) {
    return article ? this.#model.shown(String(article)) : null;
  }

  /** @returns {[number, {clicks: number, open: number, reading: number}][]} what is known */
  get all() {
    return this.#ids.map((id) => [id, this.of(id)]).filter(([, counts]) => counts);
  }

  stop() {
    clearTimeout(this.#timer);
  }

  get #ids() {
    return watched(NEAREST.flatMap((part) => this.#parts.get(part) ?? []));
  }

  #ask() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const articles = this.#ids;
    const wanted = articles.join();
    if (!articles.length || wanted === this.#asked) return;
    if (this.#send({ type: "audience.watch", articles })) this.#asked = wanted;
  }
}
