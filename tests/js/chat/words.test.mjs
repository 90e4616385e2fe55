import assert from "node:assert/strict";
import { test } from "node:test";

import { back, connection, initials, presence, waiting, WORDS } from "../../../static/js/chat/words.js";

const NOW = new Date(2026, 5, 10, 12, 0).getTime();
const nobody = { status: null, agent: null };

test("the line is told in words", () => {
  assert.equal(connection({ state: "connecting" }, NOW), "Connecting…");
  assert.equal(connection({ state: "open" }, NOW), "");
  assert.equal(connection({ state: "offline" }, NOW), "You are offline. Messages are sent when you are back.");
  assert.equal(connection({ state: "waiting", retryAt: NOW + 4_200 }, NOW), "No connection. Trying again in 5 s");
  assert.equal(connection({ state: "waiting" }, NOW), "No connection. Trying again…");
});

test("an attempt under way reads like the wait before it, and a known reason is told", () => {
  assert.equal(connection({ state: "connecting", again: true }, NOW), "No connection. Trying again…");
  assert.equal(connection({ state: "waiting", retryAt: NOW + 12_000, reason: "restarting" }, NOW), "The server is starting again. Trying again in 12 s");
  assert.equal(connection({ state: "waiting", reason: "a reason of a newer server" }, NOW), "No connection. Trying again…");
  for (const reason of ["crowd", "full", "network", "busy", "away", "blocked"]) {
    assert.doesNotMatch(connection({ state: "waiting", reason }, NOW), /^No connection/);
  }
});

test("a refusal says what can be done, or that nothing can", () => {
  assert.match(connection({ state: "refused", reason: "signed out" }, NOW), /reload/);
  assert.match(connection({ state: "refused", reason: "origin" }, NOW), /this address/);
});

test("who is there is told in words", () => {
  assert.equal(presence({ open: true, agents: 3 }, nobody, "Site").line, "3 of us are here");
  assert.equal(presence({ open: true, agents: 1, reply_seconds: 130 }, nobody, "Site").line, "One of us is here · reply in 2 min");
  assert.deepEqual(presence({ open: true, agents: 1 }, { status: "open", agent: "Mara" }, "Site"), { title: "Mara", line: "Here now · Site", there: true });
  assert.equal(presence({ open: false, agents: 0 }, { status: "open", agent: "Mara" }, "Site").line, "Away just now");
  assert.deepEqual(presence(null, { status: "open", agent: "Mara" }, "Site"), { title: "Mara", line: "Site", there: false });
  assert.equal(presence({ open: false, agents: 0 }, nobody, "Site").line, "Live Chat");
  assert.equal(presence({ open: false, agents: 0 }, nobody, "Site").there, false);
});

test("when somebody is back is told in the reader's own time", () => {
  assert.equal(back({ open: false, agents: 0, opens_at: NOW + 3_600_000 }, NOW, "en-GB"), "Back at 13:00.");
  assert.equal(back({ open: false, agents: 0, opens_at: NOW + 21 * 3_600_000 }, NOW, "en-GB"), "Back Thursday at 9:00.");
  assert.equal(back({ open: false, agents: 0 }, NOW), "");
});

test("whoever waits is told that he may go on writing", () => {
  assert.equal(waiting({ status: "waiting" }), WORDS.waiting);
  assert.equal(waiting({ status: "waiting", position: 3 }), "Waiting for an answer. You are number 3 in line. You can keep writing.");
});

test("a person is two letters", () => {
  assert.deepEqual(["Mara Lindqvist", "Ada", "", "Jean le Rond d'Alembert", "李 明"].map(initials), ["ML", "A", "", "JD", "李明"]);
});
