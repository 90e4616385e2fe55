/**
 * A text and the places in it that match, as pieces in order. The places come from the server, in
 * UTF-16 units as a browser counts; whatever they are, every letter comes out exactly once.
 *
 * @param {string} text
 * @param {[number, number][]} marks
 * @returns {{text: string, marked: boolean}[]}
 */
export function markedPieces(text, marks) {
  const pieces = [];
  let from = 0;
  const put = (end, marked) => {
    if (end > from) pieces.push({ text: text.slice(from, end), marked });
    from = Math.max(from, end);
  };
  for (const [start, end] of [...marks].sort((a, b) => a[0] - b[0])) {
    if (!Number.isInteger(start) || !Number.isInteger(end)) continue;
    put(Math.min(Math.max(start, 0), text.length), false);
    put(Math.min(end, text.length), true);
  }
  put(text.length, false);
  return pieces;
}
