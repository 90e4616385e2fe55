"""The place of a text that answers a search."""

from portal.news.excerpt import LONGEST, blocks, excerpt, marked
from portal.storage import search
from portal.storage.search import Query


def asked(text: str) -> Query:
    query = search.query(text)
    assert query is not None
    return query


def plain(pieces: tuple[tuple[str, bool], ...]) -> str:
    return "".join(text for text, _ in pieces)


def test_a_text_is_divided_without_loss() -> None:
    """What stands around a mark is what stood there."""
    text = "A <b> & the Harbour, harbours"

    assert text == plain(marked(text, asked("harb")))
    assert ["Harb", "harb"] == [piece for piece, hit in marked(text, asked("harb")) if hit]


def test_blocks_are_plain() -> None:
    """Paragraphs, captions, items and cells, without their marks; nothing is run together."""
    html = "<p>One &amp; <b>two</b></p>\n<figure><img><figcaption>Three</figcaption></figure>"

    assert ["One & two", "Three"] == [each for each in blocks(html) if each]


def test_the_place_that_holds_most_is_shown() -> None:
    """Not the first that holds anything."""
    shown = excerpt(["A harbour.", "A harbour reopens.", "It reopens."], asked("harbour reopens"))

    assert "A harbour reopens." == plain(shown)


def test_without_a_mark_the_first_text_stands() -> None:
    """The words may be in the title alone."""
    assert "The lead." == plain(excerpt(["", "The lead.", "Text."], asked("harbour")))
    assert "" == plain(excerpt([], asked("harbour")))


def test_a_long_text_is_cut_around_its_marks() -> None:
    """At words, or in a script without spaces anywhere; never longer than three lines."""
    long = "filler words " * 60 + "the harbour reopens " + "and on and on " * 60
    shown = excerpt([long], asked("harbour"))
    run = excerpt(["我" * 500 + "港口" + "他" * 500], asked("港口"))

    assert len(plain(shown)) <= LONGEST + 4
    assert plain(shown).startswith("… filler") or plain(shown).startswith("… words")
    assert plain(shown).endswith(" …")
    assert ("harbour", True) in shown
    assert ("港口", True) in run
    assert len(plain(run)) <= LONGEST + 4
