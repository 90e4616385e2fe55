import assert from "node:assert/strict";
import { test } from "node:test";

import { asked, face } from "../../../static/js/chat/panel-model.js";

const OPEN = { open: true, agents: 1 };
const FORM = { open: false, agents: 0, when_closed: "form" };
const NEW = { desk: OPEN, secret: false, told: false, synced: false, person: {}, empty: true };
const BACK = { ...NEW, secret: true, synced: true };
const keys = ({ fields }) => fields.map(({ key, required }) => key + (required ? "*" : ""));

test("the setting is read as it is written, and nothing else is asked", () => {
  assert.deepEqual(keys({ fields: asked("name, email*,topic") }), ["name", "email*", "topic"]);
  assert.deepEqual(asked("shoe,"), []);
  assert.deepEqual(asked(undefined), []);
});

test("whoever is new is asked for everything", () => {
  const shown = face({ fields: asked("name,email*"), consent: true }, NEW);

  assert.deepEqual([shown.kind, ...keys(shown), shown.consent], ["ask", "name", "email*", true]);
});

test("where nothing is asked one just writes", () => {
  assert.equal(face({ fields: [], consent: false }, NEW).kind, "talk");
});

test("what he said is not asked again", () => {
  const site = { fields: asked("name*,email*,topic*"), consent: true };

  assert.equal(face(site, { ...NEW, told: true }).kind, "talk");
  assert.equal(face(site, { ...BACK, person: { name: "Ada", email: "a@b.c", consented: true } }).kind, "talk");
  assert.equal(face(site, { ...BACK, synced: false }).kind, "talk");
});

test("what a site began to ask since is asked, and only that", () => {
  const shown = face({ fields: asked("name,email*"), consent: true }, { ...BACK, person: { name: "Ada", consented: true } });

  assert.deepEqual([shown.kind, ...keys(shown), shown.consent], ["ask", "email*", false]);
});

test("what the desk itself asks for is asked, and only that, whatever this page knows", () => {
  const old = { fields: [], consent: false };
  const agrees = face(old, { ...BACK, synced: false, told: true, lacks: "consent" });
  const writes = face(old, { ...NEW, lacks: "email" });

  assert.deepEqual([agrees.kind, ...keys(agrees), agrees.consent], ["ask", true]);
  assert.deepEqual([writes.kind, ...keys(writes), writes.consent], ["ask", "email*", false]);
});

test("while nobody is there a site may want a letter, with name and address", () => {
  const shown = face({ fields: asked("topic"), consent: false }, { ...NEW, desk: FORM });

  assert.deepEqual([shown.kind, ...keys(shown)], ["form", "name*", "email*", "topic", "message*"]);
  assert.deepEqual(keys(face({ fields: [], consent: false }, { ...BACK, desk: FORM, person: { name: "Ada", email: "a@b.c" } })), ["message*"]);
});

test("whoever has a conversation goes on in it, whatever the hour", () => {
  assert.equal(face({ fields: [], consent: false }, { ...BACK, desk: FORM, empty: false }).kind, "talk");
  assert.equal(face({ fields: [], consent: false }, { ...BACK, desk: FORM, synced: false }).kind, "talk");
  assert.equal(face({ fields: [], consent: false }, { ...NEW, desk: { ...FORM, when_closed: "accept" } }).kind, "talk");
});
