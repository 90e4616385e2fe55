import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { ChatSession } from "../../../static/js/chat/chat-session.js";
import { visitorSecret } from "../../../static/js/chat/visitor.js";

/** A line whose server answers a way back as it is told to, and everything else as ever. */
class Line extends EventTarget {
  state = "open";
  welcome = { type: "live.welcome" };
  opens = [];

  constructor(answers) {
    super();
    this.answers = answers;
  }
  on() {
    return () => {};
  }
  send() {
    return true;
  }
  async request(frame) {
    if (frame.type !== "chat.open") return { messages: [], last_seq: 0 };
    this.opens.push(frame);
    await null;
    const code = frame.way_back && this.answers.shift();
    if (code) throw { code };
    return { conversation: frame.way_back ? "theirs" : "own", epoch: 1, last_seq: 0, status: "open" };
  }
}

let session;
afterEach(() => session.stop());

async function comesBack(...answers) {
  const line = new Line(answers);
  session = new ChatSession({ socket: line, place: null });
  session.start({ wanted: false });
  session.admit({ way_back: "token" });
  await new Promise((done) => setTimeout(done, 250));
  return line;
}

test("a link leads back into its conversation, and is named once", async () => {
  const line = await comesBack();

  assert.deepEqual(line.opens.map((open) => open.way_back), ["token"]);
  assert.equal(session.conversation.id, "theirs");
  assert.equal(session.astray, false);
  assert.deepEqual(session.details, {});
});

test("a link that has ended is said to have, and one can write all the same", async () => {
  const line = await comesBack("not_found");

  assert.deepEqual(line.opens.map((open) => open.way_back), ["token", undefined]);
  assert.equal(session.astray, true);
  assert.equal(session.conversation.id, "own");
});

test("a browser that has a conversation of its own goes back as somebody new", async () => {
  const line = await comesBack("conflict");
  const secrets = line.opens.map((open) => open.visitor);

  assert.equal(line.opens.at(-1).way_back, "token");
  assert.equal(new Set(secrets).size, 2);
  assert.equal(secrets.at(-1), visitorSecret());
  assert.equal(session.conversation.id, "theirs");
  assert.equal(session.astray, false);
});
