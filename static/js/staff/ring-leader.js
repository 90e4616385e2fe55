/**
 * Of several consoles of one browser exactly one rings. Only a tab that can be heard stands for
 * it, so that a tab without sound never silences one with sound.
 *
 * The browser's locks decide; they pass on by themselves when a tab dies. On plain http they are
 * missing: there each tab says once a second that it stands, and the oldest one rings.
 */

const LOCK = "portal.desk.ring";
const SAY_MS = 1_000;
/** Not heard for so long a tab is gone. A hidden tab's timers come once a second at best. */
const GONE_MS = 3_500;

export class RingLeader {
  #leads = false;
  #stands = false;
  #channel = null;
  #me = { since: Date.now(), id: Math.random() };
  /** @type {Map<number, {since: number, id: number, heard: number}>} */
  #others = new Map();

  /** This tab can be heard: it may ring. */
  stand() {
    if (this.#stands) return;
    this.#stands = true;
    if (navigator.locks) {
      navigator.locks.request(LOCK, () => {
        this.#leads = true;
        return new Promise(() => {}); // held until the tab is gone
      });
    } else if (globalThis.BroadcastChannel) this.#say();
    else this.#leads = true;
  }

  /** @returns {boolean} */
  get leads() {
    if (!this.#channel) return this.#leads;
    const now = Date.now();
    for (const [id, other] of this.#others) if (now - other.heard > GONE_MS) this.#others.delete(id);
    return [...this.#others.values()].every((other) => older(this.#me, other));
  }

  /** @returns {Promise<boolean>} whether another tab rings, so that this one need not */
  async elsewhere() {
    if (this.#stands || !navigator.locks) return this.#stands && !this.leads;
    const { held } = await navigator.locks.query();
    return held.some((lock) => lock.name === LOCK);
  }

  #say() {
    this.#channel = new BroadcastChannel(LOCK);
    this.#channel.onmessage = ({ data }) => this.#others.set(data.id, { ...data, heard: Date.now() });
    const say = () => this.#channel.postMessage(this.#me);
    say();
    setInterval(say, SAY_MS);
  }
}

function older(a, b) {
  return a.since < b.since || (a.since === b.since && a.id < b.id);
}
