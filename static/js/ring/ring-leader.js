/**
 * Of several tabs of one browser exactly one leads, for one purpose: the one that rings. A tab
 * stands for it when it can do what is asked, so that one without sound never silences another.
 *
 * The browser's locks decide; they pass on by themselves when a tab dies. On plain http they are
 * missing: there each tab says once a second that it stands, and the oldest one leads. A page that
 * goes into the back-forward cache stands down, for it can do nothing there and may hold nothing.
 */

const SAY_MS = 1_000;
/** Not heard for so long a tab is gone. A hidden tab's timers come once a second at best. */
const GONE_MS = 3_500;

export class RingLeader extends EventTarget {
  #name;
  #leads = false;
  #stands = false;
  #wanted = false;
  /** @type {AbortController} ends what this page holds or waits for */
  #down = new AbortController();
  /** @type {BroadcastChannel | null} */
  #channel = null;
  #me = { since: Date.now(), id: Math.random() };
  /** @type {Map<number, {since: number, id: number, heard: number}>} */
  #others = new Map();

  /** @param {string} name of what is led; event "change" when that begins or ends */
  constructor(name) {
    super();
    this.#name = name;
    addEventListener("pagehide", () => this.#rest());
    addEventListener("pageshow", () => this.#wanted && this.stand());
  }

  /** This tab can do it: it may lead. */
  stand() {
    this.#wanted = true;
    if (this.#stands) return;
    this.#stands = true;
    this.#down = new AbortController();
    if (navigator.locks) this.#queue(this.#down.signal);
    else if (globalThis.BroadcastChannel) this.#say(this.#down.signal);
    else this.#lead(true);
  }

  /** @returns {boolean} */
  get leads() {
    if (!this.#channel) return this.#leads;
    const now = Date.now();
    for (const [id, other] of this.#others) if (now - other.heard > GONE_MS) this.#others.delete(id);
    return [...this.#others.values()].every((other) => older(this.#me, other));
  }

  /** @returns {Promise<boolean>} whether another tab leads, so that this one need not */
  async elsewhere() {
    if (this.#stands || !navigator.locks) return this.#stands && !this.leads;
    const { held } = await navigator.locks.query();
    return (held ?? []).some((lock) => lock.name === this.#name);
  }

  #rest() {
    this.#stands = false;
    this.#down.abort();
    this.#lead(false);
  }

  /** @param {boolean} leads */
  #lead(leads) {
    if (leads === this.#leads) return;
    this.#leads = leads;
    this.dispatchEvent(new Event("change"));
  }

  /** @param {AbortSignal} signal */
  #queue(signal) {
    navigator.locks.request(this.#name, { signal }, () => {
      this.#lead(true);
      return new Promise((done) => signal.addEventListener("abort", done)); // held until then
    }).catch(() => {
      // Stood down while it waited, or locks are denied here: then others lead.
    });
  }

  /** @param {AbortSignal} signal */
  #say(signal) {
    const channel = (this.#channel = new BroadcastChannel(this.#name));
    channel.onmessage = ({ data }) => this.#others.set(data.id, { ...data, heard: Date.now() });
    const say = () => channel.postMessage(this.#me);
    say();
    const saying = setInterval(say, SAY_MS);
    signal.addEventListener("abort", () => {
      clearInterval(saying);
      channel.close();
      this.#channel = null;
    });
  }
}

/** @typedef {{since: number, id: number}} Tab */
/** @param {Tab} a @param {Tab} b */
function older(a, b) {
  return a.since < b.since || (a.since === b.since && a.id < b.id);
}
