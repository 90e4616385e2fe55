/**
 * The keyboard of some phones covers a page without telling its layout: what is covered is measured
 * and told to the style, so that the field one writes in stays in sight.
 *
 * @param {HTMLElement} page gets the class `console--keyboard` and the height that is left
 */
export function heedKeyboard(page) {
  const measure = () => {
    const covered = innerHeight - visualViewport.height > LEAST_PX;
    page.classList.toggle("console--keyboard", covered);
    page.style.setProperty("--visible-height", `${visualViewport.height}px`);
    if (covered) scrollTo(0, 0);
  };
  globalThis.visualViewport?.addEventListener("resize", measure);
}

/** A bar of the browser that comes and goes is lower than this, a keyboard higher. */
const LEAST_PX = 120;
