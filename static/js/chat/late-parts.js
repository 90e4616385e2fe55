/**
 * The parts of the panel that come when they are needed: forms before a talk, cards, the menu, the
 * bell, files. Until then each is a few lines here; a part that does not come is asked for again
 * with the next occasion.
 *
 * @typedef {import("./chat-panel.js").ChatPanel} Panel
 * @typedef {import("./panel-model.js").Face} Face
 */

import { fileDoor } from "../files/file-door.js";
import { tabStorage } from "./draft-model.js";
import { visitorSecret } from "./visitor.js";

/** Where nothing is asked before. @type {Face} */
const TALK = { kind: "talk", fields: [], consent: false };

export class LateParts {
  #panel;
  #place;
  #composer;
  /** @type {Promise<any> | null} */
  #bell = null;
  #heard = NaN;
  /** @type {Promise<any> | null} */
  #cards = null;
  /** @type {typeof import("./panel-model.js") | null} */
  #faces = null;
  /** @type {Promise<void> | null} */
  #deciding = null;

  /** @param {Panel} panel @param {HTMLElement} place  of cards @param {any} composer */
  constructor(panel, place, composer) {
    this.#panel = panel;
    this.#place = place;
    this.#composer = composer;
  }

  stop() {
    this.#bell?.then((bell) => bell.stop());
  }

  // ---- forms and cards

  /** What is to be filled in before he may talk. @returns {Face} */
  face() {
    const { session, site } = this.#panel;
    const { conversation, desk, person, synced, outbox } = session;
    const lacks = session.lacks?.field ?? "";
    const asks = site.fields || site.consent || lacks;
    if (!asks && desk?.when_closed !== "form") return TALK;
    if (!this.#faces) return this.#decide(), asks ? { ...TALK, kind: "" } : TALK;
    return this.#faces.face({ fields: this.#faces.asked(site.fields), consent: Boolean(site.consent) }, {
      desk, person, synced, lacks,
      secret: visitorSecret() !== null,
      told: session.admitted,
      empty: conversation.lastSeq === 0 && !outbox.items.length,
    });
  }

  #decide() {
    this.#deciding ??= import("./panel-model.js").then((faces) => {
      this.#faces = faces;
      if (this.face().kind === "talk") this.#panel.session.attend();
      this.#panel.soon();
    }).catch(() => void (this.#deciding = null));
  }

  /**
   * Lay a card down.
   * @param {string} kind "" for none @param {object} about
   * @returns {Promise<unknown> | null} until it lies there, or did not come; null: nothing is to come
   */
  lay(kind, about) {
    if (!kind && !this.#cards) return null;
    this.#cards ??= import("./card-place.js").then(({ CardPlace }) => new CardPlace(this.#panel, this.#place));
    return this.#cards.then((place) => place.lay(kind, about)).catch(() => (this.#cards = null));
  }

  /** @param {any} head  in which the menu stands */
  menu(head) {
    const made = ({ ChatMenu }) => head.menu(() => new ChatMenu(this.#panel));
    import("./chat-menu.js").then(made).catch(() => {});
  }

  // ---- the bell

  /** It comes with the first answer that nobody looks at. @param {number} unread @param {any} last */
  ring(unread, last) {
    if (unread === this.#heard) return;
    const before = this.#heard;
    this.#heard = unread;
    const open = () => this.#panel.open();
    if (unread) this.#bell ??= import("./chat-bell.js").then(({ ChatBell }) => new ChatBell(open, before));
    this.#bell?.then((bell) => bell.hear(unread, last)).catch(() => (this.#bell = null));
  }

  // ---- files

  fileDoor() {
    const bring = (/** @type {File[]} */ files) => this.#tray().then((tray) => tray.add(files)).catch(reportError);
    const open = () => !this.#composer.hidden;
    const parts = { field: this.#composer, zone: this.#panel, bring, open, name: "chat-composer__tool" };
    this.#composer.tool(fileDoor(parts));
    if (tabStorage()?.getItem("portal.chat.files")) this.#tray().catch(reportError);
  }

  /** What files go with the next message; fetched with the first. */
  async #tray() {
    return (await import("../files/panel-files.js")).panelTray(this.#composer, this.#panel.session);
  }

  /** Give a refused message back, with all that went with it. @param {string} id */
  edit(id) {
    const { outbox } = this.#panel.session;
    const { files, quote } = /** @type {any} */ (outbox.items.find((item) => item.id === id)?.more ?? {});
    this.#composer.giveBack(outbox.take(id));
    if (quote) import("../quote/quoting.js").then((quoting) => quoting.quote(this.#composer, quote)).catch(reportError);
    if (files) this.#tray().then((tray) => tray.putBack(files)).catch(reportError);
  }
}
