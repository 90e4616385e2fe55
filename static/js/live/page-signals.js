// @ts-check
/** What a browser tells its page: that it is looked at or put away, and how its network is. */

/**
 * Listen until the signal ends it.
 * @param {AbortSignal} signal
 * @param {object} to
 * @param {() => void} to.shown the page is there, perhaps back from the back-forward cache
 * @param {() => void} to.hidden the page goes, perhaps into that cache
 * @param {(why?: {sure: boolean}) => void} to.woken somebody looks; `sure`: time stood still before
 * @param {(online: boolean) => void} to.network
 */
export function heed(signal, { shown, hidden, woken, network }) {
  const seen = () => document.visibilityState === "visible" && woken();
  addEventListener("online", () => network(true), { signal });
  addEventListener("offline", () => network(false), { signal });
  addEventListener("pageshow", shown, { signal });
  addEventListener("pagehide", hidden, { signal });
  document.addEventListener("visibilitychange", seen, { signal });
  document.addEventListener("resume", () => woken({ sure: true }), { signal });
  document.addEventListener("prerenderingchange", () => woken(), { signal });
}
