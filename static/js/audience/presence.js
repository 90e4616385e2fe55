// @ts-check
/** Tells the server that the page is looked at: one view once it is visible, then the attention. */

import { AttentionModel } from "./attention-model.js";

const LOOK_MS = 1_000;
const INPUTS = ["pointerdown", "pointermove", "keydown", "wheel", "scroll", "touchstart"];
/** Asked again when the answer is missing: a view is counted once however often it is asked. */
const VIEW_AGAIN_MS = 15_000;

/** @param {import("../live/socket.js").LiveSocket} socket */
export function announce(socket) {
  const attention = new AttentionModel();
  const article = Number(document.body.dataset.article);
  const isArticle = Number.isSafeInteger(article) && article > 0;
  let viewed = !isArticle;
  let askedAt = -Infinity;

  const visible = () => document.visibilityState === "visible";

  /** @param {import("./attention-model.js").State | null} state */
  const say = (state) => {
    if (state) socket.send({ type: "audience.attention", state });
  };

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
  }, LOOK_MS);
}
