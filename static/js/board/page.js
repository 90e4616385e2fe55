// @ts-check
/** The board's numbers, moving: what the server drew is drawn anew with each state that comes. */

import { LiveError } from "../live/answers-model.js";
import { LiveSocket } from "../live/socket.js";
import { alarmNumbers, alarmUrl, alarmWords, columns, points } from "./board-model.js";

/** @typedef {import("./board-model.js").State} State */

const build = document.documentElement.dataset.build;
const line = /** @type {HTMLElement} */ (document.getElementById("board-line"));
const SVG = "http://www.w3.org/2000/svg";
const number = new Intl.NumberFormat("en");
const socket = new LiveSocket({ url: "/staff/live", hello: () => ({ build }) });

/** @param {string} selector */
const all = (selector) => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(selector)]);

/** @param {HTMLElement} element @param {string} words */
function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/** @param {string} kind @param {(Node | string)[]} inside */
function make(kind, ...inside) {
  const element = document.createElement(kind);
  element.append(...inside);
  return element;
}

/** @param {string} href @param {string} words @param {string} [label] */
function link(href, words, label) {
  const element = /** @type {HTMLAnchorElement} */ (make("a", words));
  element.setAttribute("href", href);
  if (label) element.setAttribute("aria-label", label);
  return element;
}

/** @param {Node | string} name @param {(Node | string)[]} cells */
function row(name, ...cells) {
  const head = make("th", name);
  head.setAttribute("scope", "row");
  return make("tr", head, ...cells.map((cell) => make("td", cell)));
}

/** A curve as small as a word. @param {number[]} minutes */
function spark(minutes) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "spark");
  svg.setAttribute("viewBox", "0 0 60 16");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("preserveAspectRatio", "none");
  const curve = document.createElementNS(SVG, "polyline");
  curve.setAttribute("class", "plot__line");
  curve.setAttribute("points", points(minutes, 60, 16));
  svg.append(curve);
  return svg;
}

/** Whoever holds a link with the keyboard keeps it. @param {HTMLElement} place @param {HTMLElement[]} rows */
function fill(place, rows) {
  const held = place.contains(document.activeElement) ? document.activeElement?.getAttribute("href") : null;
  place.replaceChildren(...rows);
  if (held) /** @type {HTMLElement | null} */ (place.querySelector(`[href="${CSS.escape(held)}"]`))?.focus();
}

/** @param {State} state */
function show({ site, articles, categories, movers, alarms }) {
  const whole = columns(site);
  for (const element of all("[data-site]")) {
    const name = /** @type {"reading" | "open" | "hour"} */ (element.dataset.site);
    write(element, number.format(whole[name]));
  }
  const [stories] = all("[data-stories]");
  fill(stories, articles.map((each) => {
    const { reading, open, recent, hour, clicks } = columns(each);
    const drawn = spark(each.minutes);
    const why = link(`/staff/board/articles/${each.id}`, number.format(clicks), `Why ${number.format(clicks)}`);
    return row(link(each.url, each.title), ...[reading, open].map((n) => number.format(n)), drawn, ...[recent, hour].map((n) => number.format(n)), why);
  }));
  all("[data-none]")[0].hidden = articles.length > 0;
  fill(all("[data-categories]")[0], categories.map((each) => {
    const { reading, open, hour } = columns(each);
    const here = each.url === "/" ? each.title : link(`/staff/board?within=${encodeURIComponent(each.url)}`, each.title);
    return row(here, ...[reading, open, hour].map((n) => number.format(n)));
  }));
  fill(all("[data-movers]")[0], movers.map((each) => {
    const story = link(each.url, each.title);
    story.className = "row__words";
    const words = make("span", `${number.format(each.before)} → ${number.format(each.now)}`);
    words.className = "row__more";
    const item = make("li", story, " ", words);
    item.className = "row";
    return item;
  }));
  all("[data-no-movers]")[0].hidden = movers.length > 0;
  fill(all("[data-alarms]")[0], alarms.map((each) => {
    const item = make("li", make("strong", alarmWords(each)), " ", link(alarmUrl(each), each.title), alarmNumbers(each));
    item.className = `notice notice--${each.kind === "drop" ? "bad" : "warn"}`;
    return item;
  }));
  const curve = document.querySelector("[data-plot] .plot__line");
  curve?.setAttribute("points", points(site.minutes, 600, 120));
}

/** Ask for the numbers until they come; where the line goes meanwhile, the next one asks. */
async function watch() {
  try {
    show(await socket.request({ type: "board.watch", within: line.dataset.within }));
  } catch (error) {
    if (!(error instanceof LiveError)) throw error;
    if (error.code === "timeout") return watch();
    if (error.code !== "gone") throw error;
  }
}

socket.on("live.welcome", () => {
  watch();
  write(line, line.dataset.live ?? "");
});
socket.on("board.state", show);
socket.on("board.alarms", ({ still }) => write(line, (still ? line.dataset.stuck : line.dataset.live) ?? ""));
socket.addEventListener("state", (event) => {
  if (/** @type {CustomEvent} */ (event).detail.state !== "open") write(line, line.dataset.still ?? "");
});
socket.start();
