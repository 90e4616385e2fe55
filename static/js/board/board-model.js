// @ts-check
/**
 * What the board shows, from what the server tells: sums and words, no DOM.
 *
 * @typedef {{id: number | string, title: string, url: string, clicks: number, open: number,
 *   reading: number, minutes: number[]}} Row
 * @typedef {{id: number, title: string, url: string, now: number, before: number}} Mover
 * @typedef {{id: number, kind: string, article: number, title: string, url: string, clicks: number,
 *   usual: number, began_at: number}} Alarm
 * @typedef {{at: number, site: Row, articles: Row[], categories: Row[], movers: Mover[],
 *   alarms: Alarm[]}} State
 */

/** Minutes of the column that says what is read just now. */
export const RECENT = 15;

/** @param {number[]} numbers */
export const sum = (numbers) => numbers.reduce((all, each) => all + each, 0);

/** @param {Row} row @returns {{reading: number, open: number, recent: number, hour: number, clicks: number}} */
export const columns = ({ reading, open, clicks, minutes }) =>
  ({ reading, open, recent: sum(minutes.slice(-RECENT)), hour: sum(minutes), clicks });

/**
 * The points of a curve, as the server draws it.
 * @param {number[]} numbers @param {number} width @param {number} height
 */
export function points(numbers, width, height) {
  const most = Math.max(...numbers, 1);
  const step = width / Math.max(numbers.length - 1, 1);
  return numbers
    .map((n, at) => `${(at * step).toFixed(1)},${(height - 2 - ((height - 4) * n) / most).toFixed(1)}`)
    .join(" ");
}

/** @type {Record<string, string>} */
const WORDS = { spike: "Many are reading", drop: "Few are reading", held: "Clicks are held of" };

/** @param {Alarm} alarm */
export const alarmWords = ({ kind }) => WORDS[kind] ?? kind;

/** Where to look: at the story, or at the account in which one decides. @param {Alarm} alarm */
export const alarmUrl = ({ kind, url, article }) => (kind === "held" ? `/staff/board/articles/${article}` : url);

/** @param {Alarm} alarm */
export function detail({ kind, clicks, usual }) {
  const many = clicks.toLocaleString("en");
  if (kind === "held") return `${many} wait for somebody to decide`;
  return `${many} clicks in ten minutes, usual are ${usual.toLocaleString("en")}`;
}

/** @param {Alarm} alarm */
export function alarmNumbers(alarm) {
  const time = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return `: ${detail(alarm)}. Since ${time.format(alarm.began_at)}.`;
}
