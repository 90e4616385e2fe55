import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { AnswersModel } from "../../../static/js/live/answers-model.js";

/** A line that keeps what was sent. */
function line() {
  const sent = [];
  return { sent, send: (frame) => sent.push(frame) > 0 };
}

test("each question has its own ref and gets its own answer", async () => {
  const { sent, send } = line();
  const answers = new AnswersModel();
  const one = answers.ask({ type: "a" }, send, 1_000);
  const two = answers.ask({ type: "b" }, send, 1_000);
  answers.settle({ type: "ok", ref: sent[1].ref, n: 2 });
  answers.settle({ type: "error", ref: sent[0].ref, code: "limited", retry_ms: 7 });
  answers.settle({ type: "ok", ref: sent[1].ref, n: 3 });

  assert.equal((await two).n, 2);
  await assert.rejects(one, { code: "limited", retry_ms: 7 });
});

test("with the line all questions are gone, and a line that is down takes none", async () => {
  const { send } = line();
  const answers = new AnswersModel();
  const asked = [answers.ask({}, send, 1_000), answers.ask({}, send, 1_000)];
  answers.end("1006");

  for (const each of asked) await assert.rejects(each, { code: "gone", message: "1006" });
  await assert.rejects(answers.ask({}, () => false, 1_000), { code: "gone" });
});

test("an answer that does not come is told once", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let missed = 0;
  const answers = new AnswersModel(() => (missed += 1));
  const asked = answers.ask({}, () => true, 50);
  mock.timers.tick(50);
  answers.end("1006");
  mock.timers.reset();

  await assert.rejects(asked, { code: "timeout" });
  assert.equal(missed, 1);
});
