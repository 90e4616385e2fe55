/**
 * What the visitor wishes: to hear, and to be told, when an answer comes that he does not see. Kept
 * for all his tabs, once he wished for anything but what is usual.
 *
 * @typedef {{sound: boolean, notify: boolean}} Wishes
 */

const PLACE = "portal.chat.wishes";
/** @type {Wishes} where storage is denied, these are this page's */
let held = { sound: true, notify: false };

/** @returns {Wishes} */
export function wishes() {
  try {
    return { ...held, ...JSON.parse(localStorage.getItem(PLACE) ?? "null") };
  } catch {
    return held;
  }
}

/** @param {Partial<Wishes>} changes */
export function wish(changes) {
  held = { ...wishes(), ...changes };
  try {
    localStorage.setItem(PLACE, JSON.stringify(held));
  } catch {
    // Denied: it is wished on this page.
  }
}

/** Wish for nothing any more. */
export function wishNothing() {
  held = { sound: true, notify: false };
  try {
    localStorage.removeItem(PLACE);
  } catch {
    // Denied: it is not there.
  }
}
