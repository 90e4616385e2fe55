/**
 * One conversation as its visitor knows it: entries by `seq`, who has seen what, what is missing.
 *
 * The server's sequence is 1, 2, 3 … without holes. `head` is how far this browser has everything;
 * `lastSeq` is how far it knows the conversation to go. While they differ there is a gap, and
 * whoever holds the socket asks `chat.since {seq: head}` until there is none. Everything here may
 * be told twice.
 *
 * @typedef {{kind: "visitor" | "agent" | "portal" | string, name?: string}} Author
 * @typedef {{seq: number, kind: string, id?: string, author?: Author, text?: string, at?: number,
 *   event?: string, data?: {event?: string}, quote?: any, files?: any[], sent?: boolean}} Entry
 *   `sent`: one's own, as it was sent; what the server tells of it takes its place
 * @typedef {{name: string, picture?: string, state?: string}} Agent
 * @typedef {"waiting" | "open" | "closed"} Status
 */

/** @param {Entry} entry */
export const isOwn = (entry) => entry.author?.kind === "visitor" && entry.kind !== "event";
/** @param {Entry} entry */
const isRead = (entry) => (entry.kind === "text" || entry.kind === "file") && !isOwn(entry);

export class ConversationModel {
  /** @type {string | null} */
  id = null;
  /** @type {number | null} */
  epoch = null;
  /** @type {Status | null} */
  status = null;
  /** @type {Agent | null} */
  agent = null;
  /** @type {number | null} */
  position = null;
  /** @type {number | null} */
  waitSeconds = null;
  /** Everything up to here is known. */
  head = 0;
  /** The conversation goes this far. */
  lastSeq = 0;
  /** The visitor has seen everything up to here. */
  seen = 0;
  /** Staff have seen everything up to here. */
  seenByStaff = 0;
  /** @type {Map<number, Entry>} */
  #entries = new Map();

  /**
   * Take the answer to `chat.open`.
   * @param {{conversation: string, epoch: number, last_seq: number, status: Status, seen?: number,
   *   seen_by_staff?: number}} opened
   * @returns {boolean} whether what was known had to be forgotten
   */
  opened(opened) {
    const fresh = this.#belong(opened.conversation, opened.epoch);
    this.lastSeq = Math.max(this.lastSeq, opened.last_seq);
    this.status = opened.status;
    if (opened.status !== "open") this.agent = null;
    this.sawUpTo(opened.seen ?? 0);
    this.staffSawUpTo(opened.seen_by_staff ?? 0);
    return fresh;
  }

  /** @param {string} conversation @param {number} epoch */
  #belong(conversation, epoch) {
    if (this.id === conversation && this.epoch === epoch) return false;
    const known = this.id !== null;
    this.#entries.clear();
    this.head = this.lastSeq = this.seen = this.seenByStaff = 0;
    this.agent = this.status = this.position = this.waitSeconds = null;
    this.id = conversation;
    this.epoch = epoch;
    return known;
  }

  /** Forget the entries and read them again: ours do not fit the server's. */
  afresh() {
    this.#entries.clear();
    this.head = 0;
  }

  /** Forget everything: the visitor is a new one. */
  clear() {
    this.#belong("", 0);
    this.id = this.epoch = null;
  }

  /**
   * Take one page of history.
   * @param {{conversation: string, epoch: number, messages: Entry[], last_seq: number}} page
   */
  page(page) {
    if (page.conversation !== this.id) return;
    this.#belong(page.conversation, page.epoch);
    this.lastSeq = Math.max(this.lastSeq, page.last_seq);
    for (const entry of page.messages) this.put(entry);
  }

  /**
   * Take one entry; a repeat changes nothing, save that an erased text stays erased.
   * @param {Entry} entry
   * @returns {boolean} whether it was new
   */
  put(entry) {
    const known = this.#entries.get(entry.seq);
    this.lastSeq = Math.max(this.lastSeq, entry.seq);
    if (known && (known.kind === "void" || (entry.kind !== "void" && !known.sent))) return false;
    this.#entries.set(entry.seq, entry);
    while (this.#entries.has(this.head + 1)) this.head += 1;
    if (isOwn(entry)) this.sawUpTo(Math.min(entry.seq, this.head));
    return !known;
  }

  /**
   * Take `chat.state`.
   * @param {{status: Status, agent?: Agent | null, position?: number, wait_seconds?: number}} state
   */
  state({ status, agent, position, wait_seconds }) {
    this.status = status;
    this.agent = agent ?? null;
    this.position = position ?? null;
    this.waitSeconds = wait_seconds ?? null;
  }

  /** @param {Record<string, number>} heads of `live.beat` */
  beat(heads) {
    if (this.id) this.lastSeq = Math.max(this.lastSeq, heads[this.id] ?? 0);
  }

  /** @param {number[]} seqs whose text is gone for good */
  erase(seqs) {
    for (const seq of seqs) this.put({ seq, kind: "void" });
  }

  /** @param {number} seq @returns {boolean} whether that is news */
  sawUpTo(seq) {
    if (seq <= this.seen) return false;
    this.seen = seq;
    return true;
  }

  /** @param {number} seq */
  staffSawUpTo(seq) {
    this.seenByStaff = Math.max(this.seenByStaff, seq);
  }

  /** Whether something up to `lastSeq` is not here yet. */
  get hasGap() {
    return this.head < this.lastSeq;
  }

  /** @param {string} id @returns {boolean} whether one's own message of that id stands in the log */
  has(id) {
    return this.visible.some((entry) => entry.id === id && isOwn(entry));
  }

  /**
   * What can be shown, in order: everything up to the head, and behind a gap only one's own,
   * because its author must not see it vanish while the gap is being filled.
   * @returns {Entry[]}
   */
  get visible() {
    return [...this.#entries.values()]
      .filter((entry) => entry.kind !== "void" && (entry.seq <= this.head || isOwn(entry)))
      .sort((a, b) => a.seq - b.seq);
  }

  /** Who answers; after a reload, until the desk says it, whoever spoke last. @returns {Agent | null} */
  get answers() {
    if (this.agent || this.status !== "open") return this.agent;
    const name = this.visible.findLast((entry) => entry.author?.kind === "agent")?.author?.name;
    return name ? { name } : null;
  }

  /** Whether the last word is the visitor's: it waits for staff. */
  get unanswered() {
    const last = this.visible.findLast((entry) => isOwn(entry) || isRead(entry));
    return last !== undefined && isOwn(last);
  }

  /** Whether staff had a part in it. */
  get helped() {
    return this.visible.some(({ author }) => author?.kind === "agent");
  }

  /** How many messages of staff the visitor has not seen. */
  get unread() {
    return this.visible.filter((entry) => entry.seq > this.seen && isRead(entry)).length;
  }
}
