import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { RingLeader } from "../../../static/js/ring/ring-leader.js";

/** A browser's locks, as far as they matter here. */
class Locks {
  /** @type {{name: string, run: () => void}[]} */
  queues = new Map();

  request(name, { signal }, act) {
    return new Promise((done, failed) => {
      const queue = this.queues.get(name) ?? [];
      this.queues.set(name, queue);
      const entry = { run: async () => {
        entry.held = true;
        await act({ name });
        queue.splice(queue.indexOf(entry), 1);
        queue[0]?.run();
        done();
      } };
      queue.push(entry);
      signal.addEventListener("abort", () => {
        if (entry.held) return;
        queue.splice(queue.indexOf(entry), 1);
        failed(new Error("aborted"));
      });
      if (queue[0] === entry) entry.run();
    });
  }

  async query() {
    return { held: [...this.queues].filter(([, queue]) => queue.length).map(([name]) => ({ name })) };
  }
}

/** A tab: its leader, and its page's events. */
function tab(name = "ring") {
  const page = new EventTarget();
  globalThis.addEventListener = page.addEventListener.bind(page);
  const leader = new RingLeader(name);
  const happen = (what) => page.dispatchEvent(new Event(what));
  return { leader, happen, stand: () => leader.stand(), leads: () => leader.leads };
}

const settled = () => new Promise((done) => setTimeout(done));

beforeEach(() => {
  Object.defineProperty(globalThis, "navigator", { value: { locks: new Locks() }, configurable: true });
});

test("of twenty tabs that stand one leads, of those that do not none", async () => {
  const tabs = Array.from({ length: 20 }, () => tab());
  const idle = tab();
  for (const each of tabs) each.stand();
  await settled();

  assert.equal(tabs.filter((each) => each.leads()).length, 1);
  assert.equal(idle.leads(), false);
  assert.equal(await idle.leader.elsewhere(), true);
});

test("when the one that leads goes, another follows; who comes back waits his turn", async () => {
  const [one, two] = [tab(), tab()];
  one.stand();
  two.stand();
  one.happen("pagehide");
  await settled();
  const after = [one.leads(), two.leads()];
  one.happen("pageshow");
  await settled();

  assert.deepEqual(after, [false, true]);
  assert.deepEqual([one.leads(), two.leads()], [false, true]);
  two.happen("pagehide");
  await settled();
  assert.equal(one.leads(), true);
});

test("a page that is put away holds nothing, also while it waits", async () => {
  const [one, two] = [tab(), tab()];
  one.stand();
  two.stand();
  two.happen("pagehide");
  one.happen("pagehide");
  await settled();

  assert.deepEqual(navigator.locks.queues.get("ring"), []);
});

test("for each purpose there is one", async () => {
  const [sound, title] = [tab("sound"), tab("title")];
  sound.stand();
  title.stand();
  await settled();

  assert.deepEqual([sound.leads(), title.leads()], [true, true]);
});

test("without locks the oldest that speaks leads", async () => {
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  const tabs = [tab(), tab(), tab()];
  for (const each of tabs) each.stand();
  await new Promise((done) => setTimeout(done, 1_200));
  const leading = tabs.filter((each) => each.leads()).length;
  for (const each of tabs) each.happen("pagehide");

  assert.equal(leading, 1);
});
