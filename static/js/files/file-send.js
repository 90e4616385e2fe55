/**
 * Bringing a file and fetching one, for both doors. The proof is in the headers, never in the
 * address: `{"X-Portal-Visitor": secret}` for a visitor, `{"X-Portal-Conversation": id}` for staff
 * (their session is a cookie).
 *
 * @typedef {{id: string, name: string, kind: string, size: number, width?: number, height?: number}} Told
 *   a file as the server tells it
 * @typedef {{code: string, message: string, retry_ms?: number}} Refusal
 */

const ADDRESS = "/chat/files";
/** A line on which nothing moves for so long is dead. */
const SILENT_MS = 60_000;
/** Characters; what stands before them is of no use to anybody. */
const NAME_LONGEST = 200;
/** What is refused without a word of the server's own, by status. */
const BY_STATUS = { 403: "not_allowed", 404: "not_found", 413: "too_long", 415: "bad_field", 429: "limited" };

/** @type {Promise<{largest_bytes: number, files_most: number}> | null} */
let asked = null;

/**
 * Return what is taken at all; asked once a page.
 * @returns {Promise<{largest_bytes: number, files_most: number}>}
 */
export async function fileTerms() {
  asked ??= fetch(ADDRESS).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)));
  try {
    return await asked;
  } catch {
    asked = null; // asked again next time; the server refuses what is too large anyway
    return { largest_bytes: 10 * 2 ** 20, files_most: 10 };
  }
}

/**
 * Bring a file; resolves once the server keeps it. It is said after that, by its id.
 * @param {object} what
 * @param {Blob & {name?: string}} what.file
 * @param {Record<string, string>} what.headers the proof
 * @param {(share: number) => void} [what.onProgress] 0 to 1; at 1 the server still looks at it
 * @param {AbortSignal} [what.signal] gives it up
 * @returns {Promise<Told>} rejects with a {@link Refusal}; code "gone" where the line broke, "aborted"
 *   where it was given up
 */
export function sendFile({ file, headers, onProgress = () => {}, signal }) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject({ code: "aborted", message: "" });
    const request = new XMLHttpRequest(); // fetch tells nothing of how far it has got
    request.open("POST", ADDRESS);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-Portal-Name", nameHeader(file.name || "file"));
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    const giveUp = () => request.abort();
    const timer = { id: setTimeout(giveUp, SILENT_MS) };
    const moved = () => {
      clearTimeout(timer.id);
      timer.id = setTimeout(giveUp, SILENT_MS);
    };
    request.upload.onprogress = ({ loaded, total }) => {
      moved();
      onProgress(total ? loaded / total : 0);
    };
    request.onabort = () => reject(signal?.aborted ? { code: "aborted", message: "" } : { code: "gone", message: "" });
    request.onerror = () => reject({ code: "gone", message: "" });
    request.onload = () => {
      const answer = parsed(request.responseText);
      if (request.status === 201) resolve(/** @type {any} */ (answer));
      else reject(refusal(request.status, answer));
    };
    request.onloadend = () => {
      clearTimeout(timer.id);
      signal?.removeEventListener("abort", giveUp);
    };
    signal?.addEventListener("abort", giveUp);
    request.send(file);
  });
}

/**
 * Fetch a file that was said, or brought by oneself.
 * @param {string} id
 * @param {Record<string, string>} headers the proof
 * @param {{small?: boolean, signal?: AbortSignal}} [how] small: of a picture the one for the thread
 * @returns {Promise<Blob>} rejects with a {@link Refusal}
 */
export async function fetchFile(id, headers, { small = false, signal } = {}) {
  const address = `${ADDRESS}/${encodeURIComponent(id)}${small ? "?size=small" : ""}`;
  let answer;
  try {
    answer = await fetch(address, { headers, signal, cache: "no-store" });
    if (answer.ok) return await answer.blob();
  } catch {
    throw { code: "gone", message: "" };
  }
  throw refusal(answer.status, parsed(await answer.text()));
}

/**
 * Tell the server that a file it keeps is not said after all; it forgets unsaid ones by itself.
 * @param {string} id @param {Record<string, string>} headers the proof
 */
export function giveBack(id, headers) {
  fetch(`${ADDRESS}/${encodeURIComponent(id)}`, { method: "DELETE", headers, keepalive: true }).catch(() => {});
}

/** @param {string} name @returns {string} its end, as a header carries it */
function nameHeader(name) {
  try {
    return encodeURIComponent([...name].slice(-NAME_LONGEST).join(""));
  } catch {
    return "file"; // half a character, from a disk that knows no encoding
  }
}

/** @param {string} text @returns {Partial<Refusal>} */
function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/** @param {number} status @param {Partial<Refusal>} answer @returns {Refusal} */
function refusal(status, { code, message = "", retry_ms }) {
  return { code: code ?? BY_STATUS[status] ?? (status >= 500 || !status ? "busy" : "bad_field"), message, retry_ms };
}
