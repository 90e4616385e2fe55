// @ts-check
/**
 * Watches the articles whose numbers the page shows, and writes what comes into the attributes of
 * `<live-count>` and `<live-reading>`. They announce themselves, so a list that is drawn later is
 * watched too.
 */

import { CountsModel, watched } from "./counts-model.js";

/** What the elements dispatch on the document when they enter the page. */
export const WANTED = "portal:count-wanted";
const PAUSED_KEY = "portal.counts-paused";
const SHOWING = "live-count[article], live-reading[article]";

/** @param {import("../live/socket.js").LiveSocket} socket */
export function follow(socket) {
  const model = new CountsModel();
  let watching = "";
  let due = false;

  const elements = () => /** @type {Element[]} */ ([...document.querySelectorAll(SHOWING)]);

  const watch = () => {
    due = false;
    const articles = watched(elements().map((element) => element.getAttribute("article")));
    const frame = JSON.stringify(articles);
    if (frame !== watching && socket.send({ type: "audience.watch", articles })) watching = frame;
  };

  const show = () => {
    for (const element of elements()) {
      const numbers = model.shown(element.getAttribute("article") ?? "");
      if (!numbers) continue;
      const [name, value] =
        element.localName === "live-count" ? ["clicks", numbers.clicks] : ["reading", numbers.reading];
      if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
    }
  };

  socket.on("live.welcome", () => {
    watching = "";
    watch();
  });
  socket.on("audience.counts", ({ counts }) => {
    model.hear(counts);
    show();
    if (overtaken()) import("./most-read.js").then((lists) => lists.settle()).catch(reportError);
  });
  document.addEventListener(WANTED, () => {
    if (!due) queueMicrotask(watch);
    due = true;
  });
  pausable(model, show);
}

/** Whether the most read stand in another order than their numbers: what mends it is loaded then. */
function overtaken() {
  let above = Infinity;
  return [...document.querySelectorAll(".ranking__list live-count")].some(
    (count) => above < (above = Number(count.getAttribute("clicks"))),
  );
}

/**
 * Wire the page's button that stops what moves (WCAG 2.2.2). It is drawn hidden, for without this
 * script nothing moves.
 * @param {CountsModel} model
 * @param {() => void} show
 */
function pausable(model, show) {
  const button = document.querySelector("[data-pause-counts]");
  const turn = (/** @type {boolean} */ paused) => {
    model.pause(paused);
    button?.setAttribute("aria-pressed", String(paused));
    if (!paused) show();
  };
  turn(remembered());
  if (!button) return;
  button.removeAttribute("hidden");
  button.addEventListener("click", () => {
    turn(!model.paused);
    remember(model.paused);
  });
}

function remembered() {
  try {
    return sessionStorage.getItem(PAUSED_KEY) === "1";
  } catch {
    return false;
  }
}

/** @param {boolean} paused */
function remember(paused) {
  try {
    if (paused) sessionStorage.setItem(PAUSED_KEY, "1");
    else sessionStorage.removeItem(PAUSED_KEY);
  } catch {
    // Denied: then it holds for this page.
  }
}
