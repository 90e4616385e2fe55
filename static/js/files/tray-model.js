/**
 * The files one is about to say: chosen, on their way to the server, there, or refused.
 *
 * Two go up at a time. A broken line and a busy server are tried again by themselves; what is
 * refused for good waits for its owner. Without a DOM: `send` and the clock are handed in.
 *
 * @typedef {import("./file-send.js").Told} Told
 * @typedef {import("./file-send.js").Refusal} Refusal
 * @typedef {{key: number, file: File | null, name: string, size: number,
 *   state: "waiting" | "sending" | "there" | "failed", share: number, told?: Told,
 *   refusal?: Refusal, stop?: AbortController}} Chip
 */

/** Uploads at once: one fills most lines, a second hides the first one's waiting. */
const AT_ONCE = 2;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;
/** After so many broken tries it waits for its owner. */
const TRIES = 5;
/** Longer than this nobody looks at a chip that waits: it says so instead. */
const LONGEST_WAIT_MS = 60_000;

export class TrayModel extends EventTarget {
  /** @type {Chip[]} */
  chips = [];
  #send;
  #giveBack;
  #key = 0;
  /** @type {Map<Chip, number>} */
  #tries = new Map();
  /** @type {Set<ReturnType<typeof setTimeout>>} */
  #timers = new Set();

  /**
   * @param {object} parts
   * @param {(file: File, onProgress: (share: number) => void, signal: AbortSignal) => Promise<Told>} parts.send
   * @param {(id: string) => void} parts.giveBack
   */
  constructor({ send, giveBack }) {
    super();
    this.#send = send;
    this.#giveBack = giveBack;
  }

  /** What the server has, in the order in which it was chosen. @returns {Told[]} */
  get files() {
    return this.chips.flatMap((chip) => (chip.state === "there" && chip.told ? [chip.told] : []));
  }

  /** Whether one of them is not there yet and still may be. */
  get busy() {
    return this.chips.some(({ state }) => state === "waiting" || state === "sending");
  }

  /** Whether one of them was refused and lies in the way. */
  get failed() {
    return this.chips.some(({ state }) => state === "failed");
  }

  /**
   * Take files; they go up at once.
   * @param {Iterable<File>} files
   * @param {{largest_bytes: number, files_most: number}} terms
   * @returns {{tooLarge: File[], tooMany: File[]}} what was not taken
   */
  add(files, { largest_bytes, files_most }) {
    /** @type {{tooLarge: File[], tooMany: File[]}} */
    const left = { tooLarge: [], tooMany: [] };
    for (const file of files) {
      if (file.size > largest_bytes) left.tooLarge.push(file);
      else if (this.chips.length >= files_most) left.tooMany.push(file);
      else this.chips.push({ key: (this.#key += 1), file, name: file.name, size: file.size, state: "waiting", share: 0 });
    }
    this.#changed();
    this.#run();
    return left;
  }

  /** Take one off. @param {number} key */
  remove(key) {
    const chip = this.chips.find((each) => each.key === key);
    if (!chip) return;
    this.chips = this.chips.filter((each) => each !== chip);
    chip.stop?.abort();
    if (chip.told) this.#giveBack(chip.told.id);
    this.#changed();
    this.#run();
  }

  /** Try one that was refused once more. @param {number} key */
  retry(key) {
    const chip = this.chips.find((each) => each.key === key && each.state === "failed");
    if (!chip) return;
    this.#tries.delete(chip);
    this.#wait(chip);
    this.#run();
  }

  /** Take what the server has, to say it: it is the entry's from now on. @returns {Told[]} */
  take() {
    const { files } = this;
    this.chips = this.chips.filter(({ state }) => state !== "there");
    this.#changed();
    return files;
  }

  /** Put back what could not be said. @param {Told[]} files */
  putBack(files) {
    const back = files.map((told) => /** @type {Chip} */ ({
      key: (this.#key += 1), file: null, name: told.name, size: told.size, state: "there", share: 1, told,
    }));
    this.chips = [...back, ...this.chips];
    this.#changed();
  }

  /** Give everything up. */
  stop() {
    for (const chip of this.chips) chip.stop?.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  /** @param {Chip} chip */
  #wait(chip) {
    Object.assign(chip, { state: "waiting", share: 0, refusal: undefined, stop: undefined });
    this.#changed();
  }

  #run() {
    for (const chip of this.chips) {
      if (this.chips.filter(({ state }) => state === "sending").length >= AT_ONCE) return;
      if (chip.state === "waiting" && !chip.refusal) void this.#try(chip);
    }
  }

  /** @param {Chip} chip */
  async #try(chip) {
    const stop = new AbortController();
    Object.assign(chip, { state: "sending", share: 0, stop });
    this.#changed();
    try {
      const told = await this.#send(/** @type {File} */ (chip.file), (share) => this.#moved(chip, share), stop.signal);
      if (!this.chips.includes(chip)) return this.#giveBack(told.id); // taken off in its last moment
      Object.assign(chip, { state: "there", share: 1, told, name: told.name, size: told.size, file: null });
    } catch (error) {
      if (this.chips.includes(chip)) this.#refused(chip, /** @type {Refusal} */ (error));
    }
    if (chip.state === "there") this.#tries.delete(chip);
    this.#changed();
    this.#run();
  }

  /** @param {Chip} chip @param {number} share */
  #moved(chip, share) {
    chip.share = share;
    this.#changed();
  }

  /** @param {Chip} chip @param {Refusal} refusal */
  #refused(chip, refusal) {
    const tries = (this.#tries.get(chip) ?? 0) + 1;
    this.#tries.set(chip, tries);
    const passing = ["gone", "busy", "limited"].includes(refusal.code);
    const pause = refusal.retry_ms ?? Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1));
    if (!passing || tries >= TRIES || pause > LONGEST_WAIT_MS) {
      Object.assign(chip, { state: "failed", refusal });
      return;
    }
    Object.assign(chip, { state: "waiting", share: 0, refusal });
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (chip.state !== "waiting" || !this.chips.includes(chip)) return;
      this.#wait(chip);
      this.#run();
    }, pause);
    this.#timers.add(timer);
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
