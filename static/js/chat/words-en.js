/**
 * What the panel says, in English. Every other language is a file like this one, `words-TAG.js`,
 * with the same keys; words.js loads the one the page is written in.
 *
 * `{name}` is filled in. A value that is an object holds one form for each plural of `{n}`, by the
 * names of `Intl.PluralRules`; `other` is always there. `place` is counted as ordinals are.
 * Times, durations and the names of days come from `Intl` and are no words of ours.
 */

export default {
  panel: "Live Chat",
  close: "Close chat",
  more: "More",
  save: "Save",
  cancel: "Cancel",
  log: "Conversation",
  field: "Write a message",
  send: "Send",
  emoji: "Emoji",
  you: "You",
  staff: "Staff",

  // Before the first word.
  hello: "Ask us anything",
  helloBody: "About this story or about us. Just write, there is no form to fill in.",
  starter1: "I have a question about a product",
  starter2: "I would like to talk to somebody",
  articleStarter: "I have a question about this article",
  about: "About: {title}",

  // Who is there; when somebody is back stands in desk-words.js.
  hereNow: "Here now",
  away: "Away just now",

  // Nobody is there.
  nobodyHello: "Leave us a message",
  nobodyBody: "Your message waits for us, and the answer waits for you here.",
  then: "{back}. {then}",
  nobodyKept: "We have your message and answer as soon as we are back.",
  mailKept: "The answer comes to {email}, and waits for you here.",

  // Waiting.
  place: { one: "{n}st", two: "{n}nd", few: "{n}rd", other: "{n}th" },
  next: "next",
  queued: "You are {place} in line. You can keep writing.",
  queuedWait: "You are {place} in line, about {wait}. You can keep writing.",
  waiting: "Waiting for an answer… you can keep writing",
  waitingWait: "Waiting for an answer, about {wait}. You can keep writing.",

  // Events.
  joined: "{name} joined",
  leftChat: "{name} left",
  transferred: "You were handed to a colleague",
  closedByYou: "You ended the conversation",
  closedByUs: "The conversation was closed",
  reopened: "The conversation was opened again",
  closed: "This conversation was closed; write to open it again.",
  astray: "This link has ended. You can write to us here all the same.",
  blocked: "You cannot write to us just now. What you typed is kept.",
  blockedUntil: "You cannot write to us until {when}. What you typed is kept.",

  // Messages and writing.
  newMessages: { one: "{n} new message", other: "{n} new messages" },
  toEnd: "Go to the newest message",
  retry: "Try again",
  edit: "Edit",
  standing_sending: "Sending…",
  standing_queued: "Will be sent",
  standing_late: "Waiting for the connection",
  standing_stored: "Sent",
  standing_seen: "Seen",
  left: { one: "{n} character left", other: "{n} characters left" },
  tooMany: { one: "{n} character too many", other: "{n} characters too many" },
  typing: "{name} is writing…",
  preview: "Staff see what you type.",
  slowly: "You write fast. Sending in {wait}",
  refused: "Not sent.",
  refused_too_long: "Not sent: it is too long.",
  refused_conflict: "Not sent: another message went out in its place.",
  refused_closed: "Not sent: this conversation has ended.",
  refused_not_allowed: "Not sent: writing is not possible here.",

  // The line.
  connecting: "Connecting…",
  offline: "You are offline. Messages are sent when you are back.",
  slow: "Messages may take a few seconds longer just now.",
  none: "No connection.",
  line_restarting: "The server is starting again.",
  line_crowd: "Many people are connecting just now.",
  line_full: "There is no room for more people just now.",
  line_network: "Too many connections come from your network just now.",
  line_busy: "The server is busy.",
  line_away: "The server does not answer.",
  line_blocked: "Something between this browser and the server lets no chat through.",
  again: "Trying again…",
  againIn: "Trying again in {wait}",
  unknownName: "Chat does not work under this address.",
  reload: "Chat cannot connect from this page. Please reload it.",
};
