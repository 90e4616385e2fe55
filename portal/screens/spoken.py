"""Which languages a page is in, and where each of them is read.

A language is called as articles call it: by its tag, and the site's first by "".
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from portal.news.store.categories import Category, Tree
from portal.screens.contexts import Alternate, LanguageLink

if TYPE_CHECKING:
    from portal.screens.frame import Site

Spread = Mapping[str, Collection[int]]
"""Which categories each language has articles in; empty where the site speaks one."""


def links(site: "Site", spread: Spread, elsewhere: Mapping[str, str]) -> tuple[LanguageLink, ...]:
    """Return the languages one can read in: those that have articles, and the page's own."""
    first, *others = site.settings.languages
    offered = ["", *(tag for tag in others if tag in spread or tag == site.spoken)]
    if len(offered) < 2:
        return ()
    links = []
    for spoken in offered:
        there = replace(site, spoken=spoken)
        current = spoken == site.spoken
        links.append(
            LanguageLink(
                tag=spoken or first,
                name=there.words.own_name,
                path=elsewhere.get(spoken, there.home),
                current=current,
                same=current or spoken in elsewhere,
                elsewhere=there.words.gettext("to the front page"),
            )
        )
    return tuple(links)


def alternates(site: "Site", canonical: str, elsewhere: Mapping[str, str]) -> tuple[Alternate, ...]:
    """Return this page in every language that has it; for others the first language's."""
    paths = {site.spoken: canonical, **elsewhere}
    tags = {"" if each == site.settings.languages[0] else each for each in site.settings.languages}
    known = {spoken: path for spoken, path in sorted(paths.items()) if spoken in tags}
    if len(known) < 2:
        return ()
    first = site.settings.languages[0]
    default = [Alternate("x-default", known[""])] if "" in known else []
    return (*(Alternate(spoken or first, path) for spoken, path in known.items()), *default)


def everywhere(site: "Site", spread: Spread, below: str) -> dict[str, str]:
    """Return where every language has its own of a listing; `below` is "" for the front page."""
    spoken = ["", *(tag for tag in site.settings.languages[1:] if tag in spread)]
    return {tag: f"{replace(site, spoken=tag).home}{below}" for tag in spoken}


def of_category(site: "Site", spread: Spread, whole: Tree, shown: Category) -> dict[str, str]:
    """Return where a category's listing stands in the languages that have articles in it."""
    inside = set(whole.subtree(shown.id))
    having = {tag for tag, ids in spread.items() if inside.intersection(ids)} | {""}
    places = everywhere(site, spread, f"{shown.path}/")
    return {tag: path for tag, path in places.items() if tag in having}
