import assert from "node:assert/strict";
import { test } from "node:test";

import { DeskAsks } from "../../../static/js/staff/desk-asks.js";
import { eventText } from "../../../static/js/staff/happened-words.js";
import { LabelsModel, LONGEST, MOST } from "../../../static/js/staff/labels-model.js";
import { fieldMoment, momentText, snoozeOptions } from "../../../static/js/staff/snooze-model.js";
import { folded, transferChoices } from "../../../static/js/staff/transfer-model.js";

const local = (...parts) => new Date(...parts).getTime();

test("snoozing offers an hour, tomorrow and Monday at nine, in the agent's time", () => {
  const wednesday = local(2026, 6, 1, 15, 20);

  assert.deepEqual(snoozeOptions(wednesday), [
    { name: "In 1 hour", at: local(2026, 6, 1, 16, 20) },
    { name: "Tomorrow morning", at: local(2026, 6, 2, 9, 0) },
    { name: "Monday morning", at: local(2026, 6, 6, 9, 0) },
  ]);
});

test("on a Sunday tomorrow is Monday and is offered once; on a Monday it is the next one", () => {
  assert.equal(snoozeOptions(local(2026, 6, 5, 12, 0)).length, 2);
  assert.equal(snoozeOptions(local(2026, 6, 6, 12, 0))[2].at, local(2026, 6, 13, 9, 0));
});

test("a moment is told as short as it can be", () => {
  const now = local(2026, 6, 1, 15, 20);

  assert.equal(momentText(local(2026, 6, 1, 16, 5), now, "en"), "16:05");
  assert.equal(momentText(local(2026, 6, 2, 9, 0), now, "en"), "Thu 09:00");
  assert.equal(momentText(local(2026, 7, 20, 9, 0), now, "en"), "Aug 20 09:00");
  assert.equal(fieldMoment(local(2026, 0, 2, 3, 4)), "2026-01-02T03:04");
});

const PEOPLE = [
  { id: 1, name: "Ann", state: "away", load: 0 },
  { id: 2, name: "Bea", state: "available", load: 3, capacity: 3 },
  { id: 3, name: "Zoë", state: "available", load: 1 },
  { id: 4, name: "Cem", state: "available", load: 2 },
  { id: 7, name: "Mei", state: "available", load: 1 },
];
const DESKS = [{ id: 1, name: "Sport", open: true, waiting: 2 }, { id: 2, name: "City", open: false, waiting: 0 }];
const choices = (typed, known = {}) =>
  transferChoices({ people: PEOPLE, desks: DESKS, me: 7, owner: 7, desk: null, ...known }, typed);

test("a chat goes to whoever is least busy first; the full and the away come last", () => {
  assert.deepEqual(choices("").map(({ name }) => name), ["Zoë", "Cem", "Bea", "Ann", "Sport", "City", "Everybody’s queue"]);
  assert.deepEqual(choices("").slice(0, 4).map(({ side }) => side), ["1 chat", "2 chats", "full, 3 of 3", "away"]);
});

test("names are found without their accents, and whose it is already is not offered", () => {
  assert.deepEqual(choices("zoe").map(({ value }) => value), [{ agent: 3 }]);
  assert.deepEqual(choices("sport", { desk: 1 }), []);
  assert.deepEqual(choices("mei", { owner: 3 }).map(({ name }) => name), ["Mei (you)"]);
  assert.equal(folded("  ÉCLAIR "), "eclair");
});

test("a label is put on, taken off, found, and made", () => {
  const ferry = { id: 1, name: "Ferry", hue: 2 };
  const labels = new LabelsModel([ferry, { id: 2, name: "Off-ferry", hue: 3 }], [ferry]);

  assert.deepEqual(labels.choices("ferr").map(({ name, checked }) => [name, checked]), [
    ["Ferry", true],
    ["Off-ferry", false],
    ["Make “ferr”", undefined],
  ]);
  labels.toggle("ferry");
  assert.deepEqual(labels.names, []);
  labels.toggle("  New   one ");
  labels.toggle("FERRY");
  assert.deepEqual(labels.names, ["New one", "Ferry"]);
  assert.deepEqual(labels.choices("new one"), []);
});

test("a chat carries no more labels than the server takes, and none that is too long", () => {
  const labels = new LabelsModel([], []);
  for (let index = 0; index < MOST + 5; index += 1) labels.toggle(`label ${index}`);

  assert.equal(labels.names.length, MOST);
  labels.toggle("label 0");
  labels.toggle("x".repeat(LONGEST + 10));
  assert.equal(labels.names.at(-1).length, LONGEST);
});

test("every event is a sentence, also one nobody has heard of", () => {
  const author = { kind: "agent", name: "Mei" };
  const said = (event, data = {}) => eventText({ event, data, author, at: 0 });

  assert.equal(said("transferred", { to: "Jonas" }), "Mei handed over to Jonas");
  assert.equal(said("transferred", { to: { name: "Sport" } }), "Mei handed over to Sport");
  assert.equal(said("labelled", { labels: ["a", "b"] }), "Mei set labels: a, b");
  assert.match(said("snoozed", { until: 3_600_000 }), /^Mei snoozed this chat until /);
  assert.equal(said("snoozed", { until: null }), "Mei woke this chat");
  assert.equal(eventText({ event: "rated", data: { score: 4, comment: "ok" }, author: { kind: "visitor" } }), "The visitor rated this chat 4 of 5: “ok”");
  assert.equal(said("transferred", { about: "Jonas" }), "Mei handed over to Jonas");
  assert.equal(said("labelled", { about: "a, b" }), "Mei set labels: a, b");
  assert.equal(said("labelled", { about: "" }), "Mei set labels: none");
  assert.match(said("snoozed", { about: "3600000" }), /^Mei snoozed this chat until /);
  assert.equal(said("rated", { about: "5" }), "Mei rated this chat 5 of 5");
  assert.equal(said("blocked", { about: "network" }), "Mei blocked this visitor’s network");
  assert.equal(said("danced"), "danced");
});

test("what a server does not know is not offered again", async () => {
  const asks = new DeskAsks(() => Promise.reject({ code: "unknown_type" }));
  let told = 0;
  asks.addEventListener("lacks", () => (told += 1));

  assert.equal(asks.knows("chat.snooze"), true);
  await assert.rejects(asks.snooze("c", 5));
  await assert.rejects(asks.snooze("c", 5));
  assert.equal(asks.knows("chat.snooze"), false);
  assert.equal(told, 1);
});
