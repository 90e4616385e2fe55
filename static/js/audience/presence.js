// @ts-check
/**
 * Tells the server that the page is looked at: one view once it is visible, then the attention; and
 * how far it is read: in quarters, and where in the text to one's agent once one has opened chat.
 */

import { visitorSecret } from "../chat/visitor.js";
import { AttentionModel } from "./attention-model.js";

const LOOK_MS = 1_000;
const INPUTS = ["pointerdown", "pointermove", "keydown", "wheel", "scroll", "touchstart"];
/** Who is here for so long reads. */
const SETTLED_MS = 5_000;
/** Asked again when the answer is missing: a view is counted once however often it is asked. */
const VIEW_AGAIN_MS = 15_000;

/** @param {import("../live/socket.js").LiveSocket} socket */
export function announce(socket) {
  const attention = new AttentionModel();
  const article = Number(document.body.dataset.article);
  const isArticle = Number.isSafeInteger(article) && article > 0;
  let viewed = !isArticle;
  let askedAt = -Infinity;
  /** @type {typeof import("./reading-place.js") | null} */
  let reading = null;
  /** What was told last of where he reads. */
  /** @type {string | undefined} */
  let told;

  const visible = () => document.visibilityState === "visible";

  /** @param {import("./attention-model.js").State | null} state */
  const say = (state) => {
    if (!state) return;
    const place = visitorSecret() ? reading?.place() : reading?.quarter();
    told = JSON.stringify(place);
    socket.send({ type: "audience.attention", state, ...place });
  };

  /** He reads, or has opened chat, here or in another tab: then his agent reads along. */
  const readAlong = once(async () => {
    reading = await import("./reading-place.js");
    reading.follow(() => {
      if (visible() && visitorSecret() && JSON.stringify(reading?.place()) !== told) say(attention.state);
    });
  });

  const view = () => {
    const now = performance.now();
    if (viewed || !visible() || now - askedAt < VIEW_AGAIN_MS) return;
    if (socket.send({ type: "audience.view", article })) askedAt = now;
  };

  const see = () => {
    say(attention.see(visible(), performance.now()));
    view();
  };

  socket.on("audience.viewed", (told) => {
    if (told.article === article) viewed = true;
  });
  socket.on("live.welcome", () => {
    askedAt = -Infinity;
    attention.see(visible(), performance.now());
    say(attention.again(performance.now()));
    view();
  });
  document.addEventListener("visibilitychange", see);
  addEventListener("pageshow", (event) => {
    // Back from the browser's memory is another visit; the window decides whether it is a click.
    if (event.persisted) viewed = !isArticle;
    see();
  });
  const input = () => say(attention.input(performance.now()));
  for (const name of INPUTS) addEventListener(name, input, { passive: true, capture: true });
  setInterval(() => {
    say(attention.look(performance.now()));
    view();
    if (isArticle && (visitorSecret() || (visible() && performance.now() > SETTLED_MS))) readAlong();
  }, LOOK_MS);
}

/** @param {() => Promise<void>} act */
function once(act) {
  let done = false;
  return () => {
    if (!done) act().catch(() => (done = false)); // its file did not come: the next look tries again
    done = true;
  };
}
