/** Makes elements: the panel's own markup, written as calls. Text always enters as text. */

const SVG = "http://www.w3.org/2000/svg";

/** Outlines drawn on a grid of 24, two units thick. */
const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  send: "M12 19V6M6 11.5L12 5.5l6 6",
  page: "M6 3.5h8l4.5 4.500v12.500H6zM9.5 11h5M9.5 15h5",
  star: "M12 3.5l2.600 5.500 6 .8-4.400 4.200 1.100 6L12 17.100 6.700 20l1.100-6L3.400 9.800l6-.8z",
  smile: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM9 9.800h.01M15 9.800h.01M8.400 14a4.200 4.200 0 0 0 7.200 0",
  down: "M12 5v13M6 12.5l6 6 6-6",
};

/**
 * @param {string} name of the element, with its class: "p.chat-log__author"
 * @param {Record<string, string | boolean | null>} [attributes]
 * @param {...(Node | string)} children
 * @returns {any} the element
 */
export function build(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `chat-icon chat-icon--${name}`);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/**
 * Hear an event; what it carries is its sender's to say.
 * @param {EventTarget | null} target
 * @param {string} type
 * @param {(event: any) => void} hear
 * @param {AddEventListenerOptions} [options]
 */
export function on(target, type, hear, options) {
  target?.addEventListener(type, hear, options);
}

/**
 * Set an element's text without touching it when nothing changed.
 * @param {Element} element @param {string} text
 */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
