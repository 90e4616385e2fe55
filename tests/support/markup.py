"""Rules of HTML which a parser does not know, as the Nu checker and WCAG have them.

Each rule is given a page's elements and returns what breaks it, in words that find the place. What
depends on how a page is drawn (contrast, sizes, what is hidden) is asked of a browser instead.

Source: HTML Living Standard, 3.2.5 "Content models" and the elements' own sections; ARIA in HTML.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LABELLED = ("input", "select", "textarea")
UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
REFERENCES = (
    *("aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "aria-details"),
    *("aria-errormessage", "aria-activedescendant", "for", "headers", "list", "form"),
    *("popovertarget", "commandfor"),
)
PHRASING_ONLY = {
    *("abbr", "b", "bdi", "bdo", "button", "cite", "code", "data", "dfn", "em", "i", "kbd"),
    *("label", "mark", "output", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub"),
    *("sup", "time", "u", "var", *HEADINGS),
}
FLOW_ONLY = {
    *("address", "article", "aside", "blockquote", "details", "dialog", "div", "dl", "fieldset"),
    *("figure", "footer", "form", "header", "hr", "main", "menu", "nav", "ol", "p", "pre"),
    *("search", "section", "table", "ul", *HEADINGS),
}
CHILDREN = {
    "ul": {"li"},
    "ol": {"li"},
    "dl": {"dt", "dd", "div"},
    "select": {"option", "optgroup", "hr", "button"},
    "picture": {"source", "img"},
    "tr": {"td", "th"},
}
"""Elements which hold these alone; scripts and templates may stand anywhere."""
OBSOLETE = {
    *("acronym", "big", "center", "dir", "font", "frame", "frameset", "marquee", "nobr"),
    *("strike", "tt", "applet", "basefont", "blink"),
}
OBSOLETE_ATTRIBUTES = {
    *("align", "bgcolor", "border", "cellpadding", "cellspacing", "valign", "frameborder"),
    *("language", "hspace", "vspace", "marginwidth", "scrolling"),
}
INTERACTIVE = {"button", "select", "textarea", "details", "iframe", "embed", "label"}
DATETIME = re.compile(
    r"\d{4}(-\d{2}(-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?"
)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?")
SIZE = re.compile(r"[1-9]\d*")

Rule = Callable[[Element], Iterator[str]]


def broken(tree: Element) -> list[str]:
    """Return all that is wrong with a page, by rule."""
    return [f"{rule.__name__}: {said}" for rule in RULES for said in rule(tree)]


def ids_are_unique(tree: Element) -> Iterator[str]:
    """Two elements with one id: links and labels lead to the first alone."""
    times = Counter(each.get("id") for each in elements(tree) if each.get("id") is not None)
    yield from (f"{id}, {n} times" for id, n in times.items() if n > 1)
    yield from (f"a space in {id!r}" for id in times if id is not None and (not id or " " in id))


def references_lead_somewhere(tree: Element) -> Iterator[str]:
    """What labels, describes or belongs to something names an id that is there."""
    ids = {each.get("id") for each in elements(tree)}
    for each in elements(tree):
        for name in REFERENCES:
            yield from (
                f"{shown(each)} {name}={one}"
                for one in each.get(name, "").split()
                if one not in ids
            )


def one_heading_leads_the_others(tree: Element) -> Iterator[str]:
    """One `h1`, and none of the others skips a level on the way down."""
    found = [each for each in elements(tree) if each.tag in HEADINGS]
    if (first := sum(each.tag == "h1" for each in found)) != 1:
        yield f"{first} of h1"
    level = 0
    for each in found:
        now = int(each.tag[1])
        if now > level + 1 and level:
            yield f"h{level} is followed by {shown(each)}"
        if not words(each):
            yield f"nothing in {shown(each)}"
        level = now


def interactive_things_stand_alone(tree: Element) -> Iterator[str]:
    """Nothing to press lies inside something to press."""
    for outer in elements(tree):
        if not presses(outer) or outer.tag in {"details", "label"}:
            continue
        yield from (
            f"{shown(inner)} in {shown(outer)}"
            for inner in elements(outer)
            if inner is not outer and (presses(inner) or inner.get("tabindex") is not None)
        )


def content_is_where_it_may_be(tree: Element) -> Iterator[str]:
    """Blocks lie in no line of text, and lists hold their items alone."""
    for outer in elements(tree):
        if outer.tag in PHRASING_ONLY:
            yield from (
                f"{shown(inner)} in {shown(outer)}"
                for inner in elements(outer)
                if inner is not outer and inner.tag in FLOW_ONLY
            )
        if (allowed := CHILDREN.get(outer.tag)) is not None:
            yield from (
                f"{shown(inner)} as a child of {shown(outer)}"
                for inner in outer
                if isinstance(inner.tag, str) and inner.tag not in allowed | {"script", "template"}
            )


def pictures_say_what_they_show(tree: Element) -> Iterator[str]:
    """Each picture has `alt`, its size, and `sizes` where it has widths to choose from."""
    for each in elements(tree, "img"):
        if each.get("alt") is None or each.get("alt", "").endswith((".jpg", ".png", ".avif")):
            yield f"alt={each.get('alt')} of {each.get('src')}"
        if not all(SIZE.fullmatch(each.get(side, "")) for side in ("width", "height")):
            yield f"no size of {each.get('src')}"
    for each in elements(tree):
        if re.search(r"\s\d+w", each.get("srcset", "")) and not each.get("sizes"):
            yield f"no sizes of {each.get('srcset')}"


def fields_have_labels(tree: Element) -> Iterator[str]:
    """Whatever is filled in says what it asks for."""
    named = {each.get("for") for each in elements(tree, "label")}
    inside = {id(inner) for each in elements(tree, "label") for inner in elements(each)}
    for each in elements(tree):
        asked = each.tag in LABELLED and each.get("type") not in UNLABELLED
        if asked and not (each.get("id") in named or id(each) in inside or labelled(each)):
            yield shown(each)


def what_is_pressed_has_a_name(tree: Element) -> Iterator[str]:
    """A link or a button says where it leads or what it does; no address is empty."""
    for each in elements(tree):
        if each.tag in {"a", "button", "summary"} and not (words(each) or labelled(each)):
            yield shown(each)
        for name in ("href", "src", "action", "srcset"):
            value = each.get(name)
            if value is not None and (not value.strip() or value.startswith("javascript:")):
                yield f"{shown(each)} {name}={value!r}"
        if each.tag == "a" and each.get("href") is None:
            yield f"{shown(each)} leads nowhere"
        if each.tag == "iframe" and not each.get("title"):
            yield f"{shown(each)} has no title"


def languages_are_languages(tree: Element) -> Iterator[str]:
    """The page says its language and its direction, and every piece in another says so rightly."""
    if not tree.get("lang"):
        yield "the page has no lang"
    for each in elements(tree):
        for name in ("lang", "hreflang"):
            value = each.get(name)
            if value is not None and value != "x-default" and not LANGUAGE.fullmatch(value):
                yield f"{shown(each)} {name}={value}"
        if each.get("dir", "ltr") not in {"ltr", "rtl", "auto"}:
            yield f"{shown(each)} dir={each.get('dir')}"


def nothing_is_written_inline(tree: Element) -> Iterator[str]:
    """No script, style or handler stands in the page; the policy would stop it anyway."""
    for each in elements(tree):
        data = each.tag == "script" and each.get("type") == "application/ld+json"
        if each.tag == "style" or (each.tag == "script" and not data and not each.get("src")):
            yield shown(each)
        yield from (
            f"{shown(each)} {name}"
            for name in each.attrib
            if name == "style" or (name.startswith("on") and "-" not in name)
        )


def nothing_is_obsolete(tree: Element) -> Iterator[str]:
    """What HTML has taken back is not used, and moments are written as machines read them."""
    for each in elements(tree):
        if each.tag in OBSOLETE:
            yield shown(each)
        yield from (f"{shown(each)} {name}" for name in each.attrib if name in OBSOLETE_ATTRIBUTES)
        if each.tag == "time" and not DATETIME.fullmatch(each.get("datetime", words(each))):
            yield f"{shown(each)} {each.get('datetime')}"


def landmarks_are_few(tree: Element) -> Iterator[str]:
    """One `main`, and several of one kind of `nav` differ by their names."""
    if (n := len(list(elements(tree, "main")))) != 1:
        yield f"{n} of main"
    names = Counter(name_of(each, tree) for each in elements(tree, "nav"))
    yield from (f"{n} of nav are named {name!r}" for name, n in names.items() if n > 1)
    yield from ("a nav has no name" for name in names if not name)


def the_head_says_what_it_must(tree: Element) -> Iterator[str]:
    """The head has a title, an encoding and a width that is the device's and may be enlarged."""
    titles = [words(each) for each in elements(tree, "title") if words(each)]
    if not titles:
        yield "no title"
    metas = {each.get("name"): each.get("content", "") for each in elements(tree, "meta")}
    if not any(each.get("charset") == "utf-8" for each in elements(tree, "meta")):
        yield "no charset"
    wide = metas.get("viewport", "")
    if "width=device-width" not in wide or "maximum-scale" in wide or "user-scalable" in wide:
        yield f"viewport={wide}"


RULES: tuple[Rule, ...] = (
    ids_are_unique,
    references_lead_somewhere,
    one_heading_leads_the_others,
    interactive_things_stand_alone,
    content_is_where_it_may_be,
    pictures_say_what_they_show,
    fields_have_labels,
    what_is_pressed_has_a_name,
    languages_are_languages,
    nothing_is_written_inline,
    nothing_is_obsolete,
    landmarks_are_few,
    the_head_says_what_it_must,
)


def elements(tree: Element, tag: str | None = None) -> Iterator[Element]:
    """Return all elements, or those of one tag, in their order; comments are none."""
    return (each for each in tree.iter(tag) if isinstance(each.tag, str))


def words(element: Element) -> str:
    """Return what an element says, to who reads and to who listens."""
    said = [element.text or "", element.get("alt", ""), element.get("aria-label", "")]
    for each in element:
        if isinstance(each.tag, str) and each.tag not in {"script", "template"}:
            said.append(words(each))
        said.append(each.tail or "")
    return " ".join(" ".join(said).split())


def labelled(element: Element) -> bool:
    """Tell whether an element is named by an attribute."""
    return any(element.get(name) for name in ("aria-label", "aria-labelledby", "title"))


def name_of(element: Element, tree: Element) -> str:
    """Return what a landmark is called."""
    if (given := element.get("aria-label")) is not None:
        return given
    by = element.get("aria-labelledby", "").split()
    return " ".join(words(each) for each in elements(tree) if each.get("id") in by)


def presses(element: Element) -> bool:
    """Tell whether an element is something to press or to fill in."""
    if element.tag == "input":
        return element.get("type") != "hidden"
    if element.tag == "a":
        return element.get("href") is not None
    return element.tag in INTERACTIVE or element.get("role") in {"button", "link"}


def shown(element: Element) -> str:
    """Name an element so that one finds it."""
    return f"<{element.tag} class={element.get('class')!r}> {words(element)[:40]!r}"
