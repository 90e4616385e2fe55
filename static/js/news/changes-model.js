// @ts-check
/** What became of a text: its blocks before and now, set beside each other. No DOM. */

/**
 * @typedef {{kind: "same"|"changed"|"added"|"removed", before: number, now: number}} Step
 *   before, now: which block, -1 for none
 * @typedef {{title: boolean, summary: boolean, pictures: boolean, changed: number, added: number,
 *   removed: number}} Changes
 */

/** Larger texts are not compared block by block: it would take a reader's second. */
const MOST = 4_000_000;

/**
 * Set blocks beside each other, in the order of the page now; what was removed stands where it was.
 * @param {readonly string[]} before what stands in each block @param {readonly string[]} now
 * @returns {Step[]}
 */
export function steps(before, now) {
  let from = 0;
  while (from < before.length && from < now.length && before[from] === now[from]) from += 1;
  let tail = 0;
  const most = Math.min(before.length, now.length) - from;
  while (tail < most && before[before.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  /** @type {Step[]} */
  const found = [];
  for (let at = 0; at < from; at += 1) found.push({ kind: "same", before: at, now: at });
  found.push(...between(before, now, from, before.length - tail, now.length - tail));
  for (let at = tail; at > 0; at -= 1) {
    found.push({ kind: "same", before: before.length - at, now: now.length - at });
  }
  return found;
}

/**
 * The longest row of blocks that stayed, and what lies between them: one that went where one came
 * was changed.
 * @param {readonly string[]} before @param {readonly string[]} now
 * @param {number} from @param {number} endBefore @param {number} endNow
 */
function between(before, now, from, endBefore, endNow) {
  const [high, wide] = [endBefore - from, endNow - from];
  /** @type {Step[]} */
  const found = [];
  /** @type {number[]} */ let gone = [];
  /** @type {number[]} */ let come = [];
  const settle = () => {
    for (let at = 0; at < Math.max(gone.length, come.length); at += 1) {
      const [was, is] = [gone[at] ?? -1, come[at] ?? -1];
      found.push({ kind: was < 0 ? "added" : is < 0 ? "removed" : "changed", before: was, now: is });
    }
    [gone, come] = [[], []];
  };
  const lengths = high * wide > MOST ? null : common(before, now, from, high, wide);
  let [row, column] = [0, 0];
  while (row < high || column < wide) {
    const stayed = lengths && row < high && column < wide && before[from + row] === now[from + column];
    if (stayed) {
      settle();
      found.push({ kind: "same", before: from + row, now: from + column });
      row += 1;
      column += 1;
    } else if (column >= wide || (row < high && lengths && lengths[row + 1][column] >= lengths[row][column + 1])) {
      gone.push(from + row);
      row += 1;
    } else {
      come.push(from + column);
      column += 1;
    }
  }
  settle();
  return found;
}

/**
 * How many blocks two ends of a text have in common, for every pair of ends.
 * @param {readonly string[]} before @param {readonly string[]} now
 * @param {number} from @param {number} high @param {number} wide
 */
function common(before, now, from, high, wide) {
  const lengths = Array.from({ length: high + 1 }, () => new Uint32Array(wide + 1));
  for (let row = high - 1; row >= 0; row -= 1) {
    for (let column = wide - 1; column >= 0; column -= 1) {
      lengths[row][column] = before[from + row] === now[from + column]
        ? lengths[row + 1][column + 1] + 1
        : Math.max(lengths[row + 1][column], lengths[row][column + 1]);
    }
  }
  return lengths;
}

/**
 * Count what became of paragraphs; pictures are told apart.
 * @param {readonly Step[]} found
 * @param {(step: Step) => boolean} isPicture
 * @returns {Pick<Changes, "pictures"|"changed"|"added"|"removed">}
 */
export function counted(found, isPicture) {
  const counts = { pictures: false, changed: 0, added: 0, removed: 0 };
  for (const step of found) {
    if (step.kind === "same") continue;
    if (isPicture(step)) counts.pictures = true;
    else counts[step.kind] += 1;
  }
  return counts;
}
