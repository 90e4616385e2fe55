import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

/** A browser's storage, shared by the tabs of this test. */
const kept = new Map();
globalThis.localStorage = {
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => void kept.set(key, value),
  removeItem: (key) => void kept.delete(key),
};
let tab = 0;
/** Another tab: its own copy of the module. */
const open = () => import(`../../../static/js/chat/visitor.js?tab=${(tab += 1)}`);
const heard = (target, name) => new Promise((done) => target.addEventListener(name, done, { once: true }));

beforeEach(() => kept.clear());

test("who only reads has no secret, and nothing is stored", async () => {
  const visitor = await open();

  assert.equal(visitor.visitorSecret(), null);
  assert.deepEqual(visitor.helloFields(), {});
  assert.equal(kept.size, 0);
});

test("the secret is 32 bytes, made once and kept", async () => {
  const visitor = await open();
  const secret = await visitor.ensureVisitorSecret();

  assert.match(secret, /^[A-Za-z0-9_-]{43}$/);
  assert.equal(await visitor.ensureVisitorSecret(), secret);
  assert.equal(kept.get("portal.visitor"), secret);
  assert.equal((await open()).visitorSecret(), secret);
});

test("a secret just made is not named in a hello before the server knows it", async () => {
  const visitor = await open();
  const secret = await visitor.ensureVisitorSecret();

  assert.deepEqual(visitor.helloFields(), {});
  visitor.visitorIsKnown();
  assert.deepEqual(visitor.helloFields(), { visitor: secret });
});

test("only the secret that was refused is forgotten", async () => {
  const visitor = await open();
  const first = await visitor.ensureVisitorSecret();
  visitor.visitorIsKnown();
  visitor.helloFields();
  kept.set("portal.visitor", "B".repeat(43));
  visitor.forgetVisitor();

  assert.equal(visitor.visitorSecret(), "B".repeat(43));
  kept.set("portal.visitor", first);
  visitor.forgetVisitor();
  assert.equal(visitor.visitorSecret(), null);
});

test("a value that is no secret is as good as none", async () => {
  kept.set("portal.visitor", "<script>");

  assert.equal((await open()).visitorSecret(), null);
});

test("where storage is denied the tabs still agree", async () => {
  const allowed = globalThis.localStorage;
  const denied = () => { throw new Error("denied"); };
  globalThis.localStorage = { getItem: denied, setItem: denied, removeItem: denied };
  const [one, other] = [await open(), await open()];
  const waiting = setTimeout(() => {}, 2_000); // the channel itself keeps no one waiting
  const told = heard(other.tabs, "visitor");
  const secret = await one.ensureVisitorSecret();
  await told;
  clearTimeout(waiting);

  assert.equal(other.visitorSecret(), secret);
  globalThis.localStorage = allowed;
});

/** A browser's locks, one holder a name. */
class Locks {
  #held = new Map();

  async request(name, { ifAvailable }, act) {
    if (ifAvailable && this.#held.has(name)) return act(null);
    while (this.#held.has(name)) await this.#held.get(name);
    let free;
    this.#held.set(name, new Promise((done) => { free = done; }));
    await act({ name });
    this.#held.delete(name);
    free();
  }
}

test("twenty tabs that open chat together have one secret", async () => {
  Object.defineProperty(globalThis, "navigator", { value: { locks: new Locks() }, configurable: true });
  const tabs = await Promise.all(Array.from({ length: 20 }, open));
  const secrets = await Promise.all(tabs.map((each) => each.ensureVisitorSecret()));

  assert.equal(new Set(secrets).size, 1);
  assert.equal(kept.get("portal.visitor"), secrets[0]);
});

test("what one tab is to do for all, one does", async () => {
  Object.defineProperty(globalThis, "navigator", { value: { locks: new Locks() }, configurable: true });
  const tabs = await Promise.all(Array.from({ length: 5 }, open));
  let done = 0;
  await Promise.all(tabs.map((each) => each.alone("job", () => (done += 1), 20, true)));

  assert.equal(done, 1);
});

test("where locks are denied everybody helps himself", async () => {
  const locks = { request: () => Promise.reject(new Error("denied")) };
  Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true });

  assert.match(await (await open()).ensureVisitorSecret(), /^[A-Za-z0-9_-]{43}$/);
});

test("a secret just made is asked for again; one a minute old that nobody knows is forgotten", async () => {
  const made = await open();
  const secret = await made.ensureVisitorSecret();
  const next = await open(); // the page went before the server had it
  assert.deepEqual(next.helloFields(), { visitor: secret });
  next.forgetVisitor();
  assert.equal(next.visitorSecret(), secret);
  kept.set("portal.visitor.made", String(Date.now() - 61_000));
  next.helloFields();
  next.forgetVisitor();

  assert.equal(next.visitorSecret(), null);
  assert.equal(kept.size, 0);
});

test("when it was made is kept no longer than needed", async () => {
  const visitor = await open();
  await visitor.ensureVisitorSecret();
  assert.ok(kept.has("portal.visitor.made"));
  visitor.visitorIsKnown();

  assert.deepEqual([...kept.keys()], ["portal.visitor"]);
});

test("whoever is forgotten is so in all tabs, and they know why", async () => {
  const [here, there] = [await open(), await open()];
  const told = heard(there.tabs, "visitor");
  await here.ensureVisitorSecret();
  await told;
  const again = heard(there.tabs, "visitor");
  const own = heard(here.tabs, "visitor");
  here.dropVisitor();

  assert.equal((await again).detail.erased, true);
  assert.equal((await own).detail.erased, true);
  assert.deepEqual([here.visitorSecret(), there.visitorSecret(), kept.size], [null, null, 0]);
});
