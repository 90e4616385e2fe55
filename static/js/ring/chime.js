/**
 * The two tones of a new chat, made on the spot: no file to load, none to be missing.
 *
 * A browser lets no page sound before its person has touched it. `blocked` says so, and `unlock`,
 * called from a click or a key, mends it.
 */

/** E5 then A5: rising, heard through an office, not an alarm. */
const TONES_HZ = [659.25, 880];
const TONE_SECONDS = 0.45;
const STEP_SECONDS = 0.16;
const LOUDNESS = 0.22;

export class Chime extends EventTarget {
  /** @type {AudioContext | null} */
  #context = null;

  constructor() {
    super();
    const Context = globalThis.AudioContext;
    if (!Context) return;
    this.#context = new Context();
    this.#context.addEventListener("statechange", () => this.dispatchEvent(new Event("change")));
  }

  /** @returns {boolean} whether a ring would not be heard */
  get blocked() {
    return this.#context === null || this.#context.state !== "running";
  }

  /** @returns {boolean} whether a click can mend that */
  get mendable() {
    return this.#context !== null && this.blocked;
  }

  async unlock() {
    if (!this.mendable) return;
    try {
      await this.#context.resume();
    } catch {
      // Not allowed yet: the next touch tries again.
    }
  }

  /** @param {number} [loudness] up to 1 */
  ring(loudness = 1) {
    if (this.blocked) return;
    TONES_HZ.forEach((tone, index) => this.#sound(tone, index * STEP_SECONDS, LOUDNESS * loudness));
  }

  #sound(tone, after, loudness) {
    const from = this.#context.currentTime + after;
    const voice = this.#context.createOscillator();
    const volume = this.#context.createGain();
    voice.type = "triangle";
    voice.frequency.value = tone;
    volume.gain.setValueAtTime(0, from);
    volume.gain.linearRampToValueAtTime(loudness, from + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.001, from + TONE_SECONDS);
    voice.connect(volume).connect(this.#context.destination);
    voice.start(from);
    voice.stop(from + TONE_SECONDS);
  }
}
