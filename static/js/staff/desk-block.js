/**
 * <desk-block>: hears no more of a visitor, or of his whole network, for a while; and hears him
 * again. Says what is so before it changes anything.
 */

import { momentText } from "./snooze-model.js";

const DAY_MS = 86_400_000;

class DeskBlock extends HTMLElement {
  /** @type {import("./desk-client.js").DeskClient} */
  #client;
  #console;
  #row;

  /** @param {import("./desk-client.js").DeskClient} client @param {any} console */
  connect(client, console) {
    this.#client = client;
    this.#console = console;
    this.querySelector("form").addEventListener("submit", (event) => {
      const { value } = /** @type {any} */ (event.submitter) ?? {};
      if (value === "block") this.#block();
      else if (value === "unblock") this.#unblock();
    });
    client.addEventListener("known", ({ detail }) => detail.id === this.#row?.id && this.#draw());
  }

  /** @param {import("./row-model.js").Row} row */
  open(row) {
    this.#row = row;
    this.#form.reset();
    this.#draw();
    this.querySelector("dialog").showModal();
    this.#client.known.ask(row.id);
  }

  #draw() {
    const known = this.#client.known.get(this.#row.id);
    const blocked = known?.blocked !== undefined;
    this.querySelector("[data-whom]").textContent = this.#row.name;
    this.querySelector("[data-title]").textContent = blocked ? "Blocked: " : "Block ";
    this.querySelector("[data-choose]").hidden = blocked;
    this.querySelector("[data-blocked]").hidden = !blocked;
    if (!blocked) return;
    const until = known.blocked ? `until ${momentText(known.blocked, this.#client.now())}` : "until somebody lifts it";
    const reason = known.block_reason ? ` Reason: ${known.block_reason}` : "";
    this.querySelector("[data-stands]").textContent = `Nothing they write arrives, ${until}.${reason}`;
  }

  #block() {
    const row = this.#row;
    const fields = new FormData(this.#form);
    const days = Number(fields.get("days"));
    const until = days ? this.#client.now() + days * DAY_MS : null;
    const reason = String(fields.get("reason")).trim();
    const by = String(fields.get("by"));
    this.#console.acts
      .ask({
        name: "block",
        id: row.id,
        request: () => this.#client.ask.block(row.id, { by, reason, until }),
        failed: `${row.name} could not be blocked.`,
        done: by === "network" ? `${row.name} and their network are blocked` : `${row.name} is blocked`,
        undo: () => this.#lift(row),
      })
      .then((done) => done && this.#client.known.guess(row.id, { blocked: until ?? 0, block_reason: reason }));
  }

  #unblock() {
    const row = this.#row;
    this.#console.acts.ask({
      name: "unblock",
      id: row.id,
      request: () => this.#lift(row),
      failed: `${row.name} is still blocked.`,
      done: `${row.name} can write again`,
    });
  }

  async #lift({ id }) {
    const answer = await this.#client.ask.unblock(id);
    this.#client.known.guess(id, {});
    return answer;
  }

  get #form() {
    return this.querySelector("form");
  }
}

customElements.define("desk-block", DeskBlock);
