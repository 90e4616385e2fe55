/**
 * Where files come in: a button, a paste, something dropped. Small, because everybody who opens
 * chat loads it; what becomes of a file (file-tray.js) is fetched with the first one.
 */

import { language } from "../chat/desk-words.js";

const LABELS = { en: "Attach a file", zh: "添加文件", ar: "إرفاق ملف" };
const CLIP = "M8 12.500l5.800-5.800a3 3 0 0 1 4.250 4.250l-7.600 7.600a5 5 0 0 1-7.100-7.100l7.300-7.300";
const SVG = "http://www.w3.org/2000/svg";
/** A screenshot's name says nothing: every browser calls it so. */
const NAMELESS = /^image\.(png|jpe?g|webp)$/i;

/**
 * Open the door. Returns its button, which the composer puts where it belongs.
 * @param {object} parts
 * @param {HTMLElement} parts.field where one writes: what is pasted there is taken
 * @param {HTMLElement} parts.zone where files may be dropped
 * @param {(files: File[]) => void} parts.bring
 * @param {() => boolean} [parts.open] whether files may come in now
 * @param {string} parts.name of the button's class
 * @returns {HTMLButtonElement}
 */
export function fileDoor({ field, zone, bring, open = () => true, name }) {
  const picker = Object.assign(document.createElement("input"), { type: "file", multiple: true, hidden: true });
  const label = LABELS[/** @type {"en"} */ (language.split("-")[0])] ?? LABELS.en;
  const button = Object.assign(document.createElement("button"), { type: "button", className: name, title: label });
  button.setAttribute("aria-label", label);
  button.append(clip(), picker);
  button.addEventListener("click", (event) => event.target !== picker && picker.click());
  picker.addEventListener("change", () => {
    bring([...(picker.files ?? [])]);
    picker.value = ""; // the same file may be chosen again
    field.focus();
  });
  field.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    const types = event.clipboardData?.types ?? [];
    // A piece of a table brings a picture of itself: the words are what is meant.
    const words = types.includes("text/plain") && types.includes("text/html");
    if (!files.length || words || !open()) return;
    event.preventDefault();
    bring(files.map(named));
  });
  dropped(zone, bring, open);
  return button;
}

/** @param {HTMLElement} zone @param {(files: File[]) => void} bring @param {() => boolean} open */
function dropped(zone, bring, open) {
  const over = (/** @type {boolean} */ is) => zone.classList.toggle("file-drop", is);
  zone.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // or the browser leaves the page for the file
    event.dataTransfer.dropEffect = open() ? "copy" : "none";
    over(open());
  });
  zone.addEventListener("dragleave", (event) => {
    if (!zone.contains(/** @type {Node | null} */ (event.relatedTarget))) over(false);
  });
  zone.addEventListener("drop", (event) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    over(false);
    if (!files.length) return;
    event.preventDefault();
    if (open()) bring(files);
  });
}

/** @param {File} file */
function named(file) {
  if (!NAMELESS.test(file.name)) return file;
  const at = new Date().toISOString().slice(0, 19).replace("T", " ").replaceAll(":", ".");
  return new File([file], `${at}.${file.name.split(".").pop()}`, { type: file.type });
}

function clip() {
  const svg = document.createElementNS(SVG, "svg");
  // Two houses, two style sheets: what it looks like it says itself.
  const looks = { fill: "none", stroke: "currentColor", "stroke-width": "2", "stroke-linecap": "round", "stroke-linejoin": "round" };
  const box = { viewBox: "0 0 24 24", width: "22", height: "22", "aria-hidden": "true" };
  for (const [key, value] of Object.entries({ ...looks, ...box })) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", CLIP);
  svg.append(path);
  return svg;
}
