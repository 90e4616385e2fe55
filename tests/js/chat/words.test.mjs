import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";

import { deskWords, duration, when } from "../../../static/js/chat/desk-words.js";
import { blocked, connection, event, initials, more, presence, say, slowly, waiting, WORDS } from "../../../static/js/chat/words.js";

const NOW = new Date(2026, 5, 10, 12, 0).getTime();
const HOUR_MS = 3_600_000;
const nobody = { status: null, agent: null };
const mara = { status: "open", agent: { name: "Mara" } };

test("the line is told in words", () => {
  assert.equal(connection({ state: "connecting" }, NOW), "Connecting…");
  assert.equal(connection({ state: "open" }, NOW), "");
  assert.equal(connection({ state: "offline" }, NOW), "You are offline. Messages are sent when you are back.");
  assert.match(connection({ state: "waiting", retryAt: NOW + 4_200 }, NOW), /^No connection. Trying again in 5\s?s$/);
  assert.equal(connection({ state: "waiting" }, NOW), "No connection. Trying again…");
});

test("an attempt under way reads like the wait before it, and a known reason is told", () => {
  assert.equal(connection({ state: "connecting", again: true }, NOW), "No connection. Trying again…");
  assert.match(connection({ state: "waiting", retryAt: NOW + 12_000, reason: "restarting" }, NOW), /^The server is starting again. Trying again in 12\s?s$/);
  assert.equal(connection({ state: "waiting", reason: "a reason of a newer server" }, NOW), "No connection. Trying again…");
  for (const reason of ["crowd", "full", "network", "busy", "away", "blocked"]) {
    assert.doesNotMatch(connection({ state: "waiting", reason }, NOW), /^No connection/);
  }
});

test("a refusal says what can be done, or that nothing can", () => {
  assert.match(connection({ state: "refused", reason: "signed out" }, NOW), /reload/);
  assert.match(connection({ state: "refused", reason: "origin" }, NOW), /this address/);
  assert.match(slowly(1_200), /in 2\s?s$/);
});

test("who is there is told in words, and the median of what an answer took", () => {
  assert.equal(deskWords({ open: true, agents: 2, reply_seconds: 180 }, NOW), "2 of staff here, usually answers in 3 min");
  assert.equal(deskWords({ open: true, agents: 1 }, NOW), "1 of staff here");
  assert.equal(deskWords({ open: false, agents: 0 }, NOW), "Nobody here just now; leave a message");
  assert.equal(duration(20), "1 min");
  assert.equal(duration(7_200), "2 hr");
});

test("when somebody is back is told in the reader's own time", () => {
  const back = (hours) => deskWords({ open: false, agents: 0, opens_at: NOW + hours * HOUR_MS }, NOW);

  assert.match(back(1), /^Back at 1:00\sPM your time; leave a message$/);
  assert.match(back(21), /^Back tomorrow, 9:00\sAM your time; leave a message$/);
  assert.match(back(45), /^Back Friday,? (at )?9:00\sAM your time; leave a message$/);
  assert.match(when(NOW + 20 * 24 * HOUR_MS, NOW), /^June 30/);
  assert.equal(back(-1), "Nobody here just now; leave a message");
});

test("the head says who answers, and whether he is there", () => {
  assert.deepEqual(presence({ open: true, agents: 1 }, mara, "Site", NOW), { title: "Mara", line: "Here now · Site", there: true });
  assert.equal(presence({ open: false, agents: 0 }, mara, "Site", NOW).line, "Away just now");
  assert.equal(presence({ open: true, agents: 3 }, { ...mara, agent: { name: "Mara", state: "gone" } }, "Site", NOW).there, false);
  assert.deepEqual(presence(null, mara, "Site", NOW), { title: "Mara", line: "Site", there: false });
  assert.equal(presence({ open: false, agents: 0 }, nobody, "Site", NOW).line, "Live Chat");
  assert.equal(presence({ open: true, agents: 3 }, nobody, "Site", NOW).line, "3 of staff here");
});

test("whoever waits is told his place, for about how long, and that he may go on writing", () => {
  const at = (position, waitSeconds = null) => waiting({ position, waitSeconds });

  assert.equal(at(null), "Waiting for an answer… you can keep writing");
  assert.equal(at(null, 120), "Waiting for an answer, about 2 min. You can keep writing.");
  assert.equal(at(2, 240), "You are 2nd in line, about 4 min. You can keep writing.");
  assert.equal(at(1), "You are next in line. You can keep writing.");
  assert.deepEqual([3, 4, 11, 21].map((n) => at(n).split(" ")[2]), ["3rd", "4th", "11th", "21st"]);
});

test("whoever is blocked is told so, and until when", () => {
  assert.match(blocked(NOW + HOUR_MS, NOW), /until 1:00\sPM\. What you typed is kept/);
  assert.equal(blocked(null, NOW), WORDS.blocked);
});

test("events have words; of unknown ones the server's own stand", () => {
  assert.equal(event({ event: "joined", author: { name: "Mara" } }), "Mara joined");
  assert.equal(event({ event: "closed", author: { kind: "visitor" } }), "You ended the conversation");
  assert.equal(event({ event: "of a newer server", text: "Something was done" }), "Something was done");
});

test("numbers choose their plural", () => {
  assert.equal(say("newMessages", { n: 1 }), "1 new message");
  assert.equal(say("newMessages", { n: 1200 }), "1,200 new messages");
  assert.equal(say("no such key"), "");
});

test("every language has the same words as English, each with the same places to fill", async () => {
  const filled = (forms) => [...new Set([forms].flatMap((form) => (typeof form === "string" ? form : form.other)).join().match(/\{\w+\}/g) ?? [])].sort();
  for (const name of ["words", "words-more"]) {
    const english = (await import(`../../../static/js/chat/${name}-en.js`)).default;
    for (const tag of ["zh-CN", "ar"]) {
      const path = `../../../static/js/chat/${name}-${tag}.js`;
      if (!existsSync(new URL(path, import.meta.url))) continue;
      const other = (await import(path)).default;

      assert.deepEqual(Object.keys(other).sort(), Object.keys(english).sort(), path);
      for (const key of Object.keys(english)) assert.deepEqual(filled(other[key]), filled(english[key]), `${path}: ${key}`);
    }
  }
  await more();
  assert.equal(say("forget"), "Forget me");
});

test("a person is two letters", () => {
  assert.deepEqual(["Mara Lindqvist", "Ada", "", "Jean le Rond d'Alembert", "李 明"].map(initials), ["ML", "A", "", "JD", "李明"]);
});
