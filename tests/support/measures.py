"""What is measured on a page as it is drawn, in CSS pixels: functions for a browser to run.

Each returns what is wrong, in words that find the place; an empty list is right.
"""

SMALL_TARGETS = """
(least) => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]")]
  .filter((target) => target.checkVisibility({ visibilityProperty: true }))
  .filter((target) => {
    const words = target.closest("p, figcaption, .prose li, .prose td, .seek__hints li");
    return !words || words.textContent.trim() === target.textContent.trim();
  })
  .map((target) => target.closest("label") ?? target)
  .map((target) => [target, target.getBoundingClientRect()])
  .filter(([, { width, height }]) => width > 0 && (width < least || height < least))
  .map(([target, { width, height }]) =>
    `${target.className || target.tagName} ${width.toFixed(1)} x ${height.toFixed(1)}`)
"""
"""Links in running text are as high as its lines (WCAG 2.5.8, "inline")."""

UNSEEN_FOCUS = """
() => {
  // A ring on its way is none yet: whoever looks at once would see nothing.
  const still = new CSSStyleSheet();
  still.replaceSync("*, *::before, *::after { transition: none !important; }");
  document.adoptedStyleSheets.push(still);
  const ring = (style) =>
    (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
      && !/^rgba\\(.*, 0\\)$/.test(style.outlineColor)) || style.boxShadow !== "none";
  const carriers = (element) => {
    const styles = [undefined, "::before", "::after"]
      .map((part) => getComputedStyle(element, part));
    if (element.matches("input, textarea")) {
      for (const other of [element.nextElementSibling, element.closest("form")]) {
        if (other) styles.push(getComputedStyle(other));
      }
    }
    return styles;
  };
  const covers = (above, below) => above.left <= below.left && above.right >= below.right
    && above.top <= below.top && above.bottom >= below.bottom;
  const wrong = [];
  const all = [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, video[controls], [tabindex]")]
    .filter((element) => element.tabIndex >= 0 && !element.disabled
      && element.checkVisibility({ visibilityProperty: true }));
  for (const element of all) {
    const words = element.textContent.trim().slice(0, 30);
    const name = `${element.localName}.${element.className} ${words}`;
    if (element.tabIndex > 0) wrong.push(`${name}: out of order`);
    element.focus();
    if (document.activeElement !== element) { wrong.push(`${name}: not to be had`); continue; }
    if (!element.matches("video") && !carriers(element).some(ring)) wrong.push(`${name}: no ring`);
    const own = element.getClientRects()[0];
    if (!own || own.bottom <= 0 || own.top >= innerHeight || own.right <= 0
      || own.left >= innerWidth) {
      wrong.push(`${name}: off the screen`);
      continue;
    }
    const shown = {
      left: Math.max(own.left, 0), right: Math.min(own.right, innerWidth),
      top: Math.max(own.top, 0), bottom: Math.min(own.bottom, innerHeight),
    };
    const bars = [...document.querySelectorAll("chat-launcher > *, breaking-bar, news-notice")]
      .filter((bar) => !bar.contains(element) && bar.checkVisibility()
        && ["fixed", "sticky"].includes(
          getComputedStyle(bar.closest("chat-launcher") ?? bar).position));
    for (const bar of bars) {
      if (covers(bar.getBoundingClientRect(), shown)) wrong.push(`${name}: under ${bar.className}`);
    }
  }
  document.activeElement?.blur();
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== still);
  scrollTo(0, 0);
  return wrong;
}
"""
"""Everything the keyboard can have, in turn: it wears a ring, is on the screen, and no bar or
launcher lies over all of it (WCAG 2.4.3, 2.4.7, 2.4.11). A key must have been pressed before."""

CUT = """
() => [...document.querySelectorAll("body *")]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }))
  .filter((element) => [...element.childNodes].some((node) =>
    node.nodeType === Node.TEXT_NODE && node.textContent.trim()))
  .filter((element) => {
    const style = getComputedStyle(element);
    if (style.clipPath !== "none" || element.closest(".unseen, svg, video")) return false;
    if (style.webkitLineClamp !== "none" || style.textOverflow === "ellipsis") return false;
    const hides = (way) => ["hidden", "clip"].includes(way);
    return hides(style.overflowX) && element.scrollWidth > element.clientWidth + 1
      || hides(style.overflowY) && element.scrollHeight > element.clientHeight + 1;
  })
  .map((element) => `${element.className}: ${element.textContent.trim().slice(0, 40)}`)
"""
"""Words that their own box cuts off. What is clamped says so with an ellipsis."""

BEYOND = """
() => {
  const wide = document.documentElement.scrollWidth;
  const seen = document.documentElement.clientWidth;
  if (wide <= seen) return [];
  return [...document.querySelectorAll("body *")]
    .filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      return right > seen + 1 || left < -1;
    })
    .map((element) => `${element.localName}.${element.className}`)
    .concat([`${wide} of ${seen}`]);
}
"""
"""Whatever makes the page wider than the screen (WCAG 1.4.10)."""

UNREACHED_BOXES = """
() => [...document.querySelectorAll("main *")]
  .filter((box) => box.checkVisibility() && !box.matches("textarea, input, select"))
  .filter((box) => ["auto", "scroll"].includes(getComputedStyle(box).overflowX)
    && box.scrollWidth > box.clientWidth)
  .filter((box) => !box.querySelector("a[href], button"))
  .filter((box) => box.tabIndex < 0
    || !(box.getAttribute("aria-label") || box.getAttribute("aria-labelledby")))
  .map((box) => `${box.localName}.${box.className}`)
"""
"""Boxes that scroll sideways and that the keyboard, or who listens, cannot have: neither they
themselves nor anything in them."""

SPACED = """
() => {
  const spaced = new CSSStyleSheet();
  spaced.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important;
        word-spacing: 0.16em !important; }
    p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets.push(spaced);
}
"""
"""The spacing that WCAG 1.4.12 asks a page to bear."""

SHOUTING = """
() => [...document.querySelectorAll("live-count, live-reading")]
  .map((count) => [count, count.closest(
    "[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=log], output")])
  .filter(([, region]) => region !== null)
  .map(([count, region]) => `${count.className} in ${region.localName}.${region.className}`)
"""
"""Numbers that would be read out whenever they move."""

PLACE = """
() => {
  const { right, bottom, height } = document.querySelector("chat-launcher > button")
    .getBoundingClientRect();
  const inline = document.documentElement.dir === "rtl"
    ? document.querySelector("chat-launcher > button").getBoundingClientRect().left
    : innerWidth - right;
  return [Math.round(inline), Math.round(innerHeight - bottom), Math.round(height)];
}
"""
"""How far the launcher is from its corner of the screen, and how high it is."""

SIDES = """
() => {
  const side = (element) => {
    const { left, right } = element.getBoundingClientRect();
    return Math.sign((left + right) - innerWidth);
  };
  const named = {
    name: ".masthead__home", search: ".masthead__search", home: ".position__link",
    chat: "chat-launcher > button", top: ".foot__last a", pages: ".band__pages",
  };
  const sides = Object.entries(named)
    .map(([name, selector]) => [name, document.querySelector(selector)])
    .filter(([, element]) => element?.checkVisibility())
    .map(([name, element]) => [name, side(element)]);
  return { dir: document.documentElement.dir, ...Object.fromEntries(sides) };
}
"""
"""On which side of the middle things stand: -1 is left, 1 is right."""

ENDS = """
(element) => {
  const { left, right } = element.getBoundingClientRect();
  return [left, innerWidth - right];
}
"""
"""How far something is from either edge of the screen."""
