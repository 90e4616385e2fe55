/**
 * Which key does what at the desk. The sheet that "?" opens is drawn from the same table, so it
 * cannot promise a key that does nothing.
 *
 * @typedef {{keys: string[], action: string, words: string, group: string}} Binding
 */

/** @type {Binding[]} */
export const BINDINGS = [
  { keys: ["j", "ArrowDown"], action: "next", words: "Next chat", group: "Lists" },
  { keys: ["k", "ArrowUp"], action: "previous", words: "Previous chat", group: "Lists" },
  { keys: ["Enter"], action: "open", words: "Open it", group: "Lists" },
  { keys: ["/"], action: "list", words: "Go to the list", group: "Lists" },
  { keys: ["1"], action: "waiting", words: "Waiting", group: "Lists" },
  { keys: ["2"], action: "mine", words: "Mine", group: "Lists" },
  { keys: ["3"], action: "all", words: "All", group: "Lists" },
  { keys: ["4"], action: "articles", words: "Articles", group: "Lists" },
  { keys: ["c"], action: "claim", words: "Take this chat", group: "This chat" },
  { keys: ["r"], action: "answer", words: "Answer", group: "This chat" },
  { keys: ["n"], action: "note", words: "Write a note", group: "This chat" },
  { keys: ["e"], action: "close", words: "Close it", group: "This chat" },
  { keys: ["Escape"], action: "back", words: "Back to the list", group: "This chat" },
  { keys: ["a"], action: "availability", words: "Available or away", group: "You" },
  { keys: ["?"], action: "keys", words: "Show this", group: "You" },
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
