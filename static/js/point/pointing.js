// @ts-check
/**
 * An agent points to a passage: his visitor's page offers to go there. Of several tabs the one that
 * is looked at goes, and the others stop offering. What an offer leads to on another page is kept
 * in the tab until that page has come.
 *
 * @typedef {import("./passage.js").Passage} Passage
 * @typedef {{article: number, paragraph: string, title: string, url: string, by: string}} Pointed
 */

import { tabs, tellTabs } from "../chat/visitor.js";
import { offer } from "./page-offer.js";
import { goTo, isHere } from "./passage.js";
import { say } from "./point-words.js";

const GOING = "portal.passage";
/** A page that takes longer to come is another journey. */
const JOURNEY_MS = 60_000;

/** Offer what an agent points to; the newest takes the place of those before. @param {Pointed} pointed */
export function offerPassage({ article, paragraph, title, url, by }) {
  const here = isHere(article);
  const name = by || say("staff");
  offer({
    words: here ? say("points", { name }) : say("pointsIn", { name, title }),
    act: say("show"),
    to: here ? undefined : address(url, paragraph),
    does: () => {
      told();
      lead({ article, paragraph });
    },
    dismissed: told,
  });
}

/**
 * Go to a passage of this page, or remember it for the page that comes.
 * @param {Passage & {article: number}} passage
 */
export async function lead({ article, paragraph, text }) {
  if (isHere(article)) return tellOf(await goTo({ paragraph, text }));
  try {
    sessionStorage.setItem(GOING, JSON.stringify({ article, paragraph, text, at: Date.now() }));
  } catch {
    // Denied: the address names the paragraph.
  }
}

/** The page was opened at a passage: by an offer, a quotation or a link. */
export async function arrived() {
  const paragraph = decodeURIComponent(location.hash.slice(1));
  tellOf(await goTo({ paragraph, text: kept(paragraph) }, { smooth: false }));
}

/** The address of a passage. @param {string} url @param {string} paragraph */
export const address = (url, paragraph) => `${url.split("#")[0]}#${encodeURIComponent(paragraph)}`;

/** @param {"there" | "changed" | "gone"} how */
function tellOf(how) {
  if (how !== "there") offer({ words: say(how) });
}

/** @param {string} paragraph @returns {string | undefined} the words that stood there */
function kept(paragraph) {
  try {
    const going = JSON.parse(sessionStorage.getItem(GOING) ?? "null");
    sessionStorage.removeItem(GOING);
    const same = going && isHere(going.article) && going.paragraph === paragraph;
    return same && Date.now() - going.at < JOURNEY_MS ? going.text : undefined;
  } catch {
    return undefined;
  }
}

const told = () => tellTabs({ kind: "pointed" });
tabs.addEventListener("pointed", () => offer(null));
