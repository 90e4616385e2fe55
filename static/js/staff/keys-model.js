/**
 * Which key does what at the desk. The sheet that "?" opens is drawn from the same table, so it
 * cannot promise a key that does nothing.
 *
 * @typedef {{keys: string[], action: string, words: string, group: string}} Binding
 */

import { LISTS, titleOf } from "./views-model.js";

/** @type {Binding[]} */
export const BINDINGS = [
  { keys: ["j", "ArrowDown"], action: "next", words: "Next chat", group: "Lists" },
  { keys: ["k", "ArrowUp"], action: "previous", words: "Previous chat", group: "Lists" },
  { keys: ["Enter"], action: "open", words: "Open it", group: "Lists" },
  { keys: ["g"], action: "list", words: "Go to the list", group: "Lists" },
  { keys: ["/"], action: "search", words: "Search", group: "Lists" },
  ...LISTS.map((list, index) => ({
    keys: [String(index + 1)],
    action: list,
    words: titleOf(list),
    group: "Lists",
  })),
  { keys: ["8"], action: "articles", words: "Articles", group: "Lists" },
  { keys: ["c"], action: "claim", words: "Take this chat, or the next", group: "This chat" },
  { keys: ["r"], action: "answer", words: "Answer", group: "This chat" },
  { keys: ["n"], action: "note", words: "Write a note", group: "This chat" },
  { keys: ["t"], action: "transfer", words: "Hand over", group: "This chat" },
  { keys: ["z"], action: "snooze", words: "Snooze", group: "This chat" },
  { keys: ["l"], action: "label", words: "Labels", group: "This chat" },
  { keys: ["e"], action: "close", words: "Close, or open again", group: "This chat" },
  { keys: ["b"], action: "block", words: "Block", group: "This chat" },
  { keys: ["v"], action: "side", words: "Reading or visitor", group: "This chat" },
  { keys: ["Escape"], action: "back", words: "Back to the list", group: "This chat" },
  { keys: ["a"], action: "availability", words: "Available or away", group: "You" },
  { keys: ["?"], action: "keys", words: "Show this", group: "You" },
];

/** What a field understands by itself; told on the same sheet. @type {Binding[]} */
export const WRITTEN = [
  { keys: ["/"], action: "", words: "A canned reply", group: "While you write" },
  { keys: ["@"], action: "", words: "A colleague, in a note", group: "While you write" },
  { keys: ["Enter"], action: "", words: "Send", group: "While you write" },
  { keys: ["Shift+Enter"], action: "", words: "A new line", group: "While you write" },
];

const NAMES = { ArrowDown: "↓", ArrowUp: "↑", Escape: "Esc" };

/** Fields in which a letter is a letter. */
const WRITES = new Set(["INPUT", "TEXTAREA", "SELECT"]);
/** Elements that answer Enter and the arrows themselves. */
const PRESSED = new Set(["BUTTON", "A", "SUMMARY"]);

/**
 * @param {{key: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean,
 *   isComposing?: boolean, defaultPrevented?: boolean}} event
 * @param {{tagName?: string, isContentEditable?: boolean} | null} target
 * @returns {string | null} the action meant, if any
 */
export function actionOf(event, target) {
  if (event.defaultPrevented || event.isComposing) return null;
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const writes = WRITES.has(target?.tagName ?? "") || target?.isContentEditable === true;
  if (writes && event.key !== "Escape") return null;
  if (event.key === "Enter" && PRESSED.has(target?.tagName ?? "")) return null;
  // With Caps Lock on a letter is still that key.
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return BINDINGS.find((each) => each.keys.includes(key))?.action ?? null;
}

/** @param {string} key @returns {string} as it stands on the keyboard */
export function keyName(key) {
  return NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}
