/**
 * Files and the visitor's panel: the tray in its composer, filled again after a reload, emptied when
 * what lies there was said.
 */

import "./file-tray.js";
import { tabStorage } from "../chat/draft-model.js";
import { visitorSecret } from "../chat/visitor.js";

/** The server has these; this tab may still say them. */
export const KEPT = "portal.chat.files";

/** @type {WeakMap<HTMLElement, import("./file-tray.js").FileTray>} */
const trays = new WeakMap();

/**
 * Return the tray of a composer; the first time, make it.
 * @param {any} composer a `<chat-composer>`
 * @param {import("../chat/chat-session.js").ChatSession} session
 * @returns {import("./file-tray.js").FileTray}
 */
export function panelTray(composer, session) {
  const known = trays.get(composer);
  if (known) return known;
  const tray = /** @type {import("./file-tray.js").FileTray} */ (document.createElement("file-tray"));
  trays.set(composer, tray);
  tray.headers = () => proof(session);
  composer.tray.append(tray);
  const before = kept();
  let carries = "";
  tray.addEventListener("files-change", () => {
    const files = tray.files;
    const ids = tray.ids.join();
    if (ids !== carries) {
      carries = ids;
      keep(files);
      composer.carry("files", files.length ? files : undefined);
    }
    composer.hold(tray.busy, tray.failed);
  });
  composer.addEventListener("chat-carried", () => {
    if (carries && !composer.carried.files) tray.take(); // it went
  });
  tray.addEventListener("files-emptied", () => composer.focus());
  session.addEventListener("forgotten", () => tray.take());
  if (before.length) tray.putBack(before);
  return tray;
}

/**
 * Chat is asked for when the panel opens; a file may be faster than the answer.
 * @param {import("../chat/chat-session.js").ChatSession} session
 * @returns {Promise<Record<string, string>>}
 */
async function proof(session) {
  if (!session.conversation.id) {
    await new Promise((done) => {
      const look = () => {
        if (!session.conversation.id) return;
        session.removeEventListener("change", look);
        done(undefined);
      };
      session.addEventListener("change", look);
    });
  }
  return { "X-Portal-Visitor": visitorSecret() ?? "" };
}

/** @returns {import("./file-send.js").Told[]} */
function kept() {
  try {
    return JSON.parse(tabStorage()?.getItem(KEPT) ?? "[]");
  } catch {
    return [];
  }
}

/** @param {import("./file-send.js").Told[]} files */
function keep(files) {
  try {
    if (files.length) tabStorage()?.setItem(KEPT, JSON.stringify(files));
    else tabStorage()?.removeItem(KEPT);
  } catch {
    // Denied or full: they live as long as the page.
  }
}
