// @ts-check
/** Which paragraph is being read, and how far the text is: from where its blocks stand. No DOM. */

/**
 * @typedef {{id: string, top: number, bottom: number}} Standing  in pixels from the top of the screen
 * @typedef {{paragraph?: string, depth: number}} Place  depth: of the text, in percent
 */

/** One reads about there: a third down the screen. */
const LINE = 1 / 3;

/**
 * @param {readonly Standing[]} blocks in the order of the page
 * @param {number} height of the screen
 * @returns {Place | null} null: the article has no text
 */
export function placeIn(blocks, height) {
  if (!blocks.length) return null;
  const line = height * LINE;
  const inView = blocks.filter(({ top, bottom }) => bottom > 0 && top < height);
  // Between two paragraphs one reads on: the one that comes.
  const read = inView.find(({ bottom }) => bottom > line) ?? inView.at(-1);
  const top = Math.min(...blocks.map((block) => block.top));
  const bottom = Math.max(...blocks.map((block) => block.bottom));
  const gone = bottom > top ? (height - top) / (bottom - top) : 1;
  const depth = Math.round(100 * Math.max(0, Math.min(1, gone)));
  return read ? { paragraph: read.id, depth } : { depth };
}
