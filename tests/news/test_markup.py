"""Article text."""

import re
import time
from html.parser import HTMLParser

import pytest

from portal.news.caption import Named
from portal.news.film import Film, Track
from portal.news.markup import LONGEST, Body, clean, clean_line, pictures_in, render
from portal.news.picture import BODY_SIZES, Picture, Rendered, picture_of
from portal.news.sanitiser import sanitise

RENDERED = (
    Rendered("jpeg", 480, 320, "ab-480.jpg", 1),
    Rendered("jpeg", 800, 533, "ab-800.jpg", 1),
    Rendered("avif", 480, 320, "ab-480.avif", 1),
    Rendered("avif", 800, 533, "ab-800.avif", 1),
)


def find(name: str, alt: str, caption: str) -> Picture | None:
    """Know one picture."""
    if name != "har bour.jpg":
        return None
    return picture_of(RENDERED, alt=alt, caption=caption, sizes=BODY_SIZES)


def html(text: str) -> str:
    """Return the rendered text."""
    return render(text, find).html


class Elements(HTMLParser):
    """Collects what a browser would build."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "</title></textarea></style><script>alert(1)</script>",
    "<a href=javascript:alert(1)>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:msgbox) [y](blob:https://x/y) [z](file:///etc/passwd) [w](view-source:x)",
    '![x](x.jpg "\\" onerror=alert(1) ")',
    '![" onerror="alert(1)](<har bour.jpg>)',
    '![a](<har bour.jpg> "<script>alert(1)</script>")',
    "<javascript:alert(1)>",
    "[x][1]\n\n[1]: javascript:alert(1)",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<form id=__proto__><input name=getElementById></form>",
    "# __proto__\n\n# constructor",
    '<p style="background:url(javascript:alert(1))">@import</p>',
    "{{7*7}} {% x %} ${7*7} #{7*7} <%= 7*7 %> {{constructor.constructor('alert(1)')()}}",
    "<iframe src=//evil></iframe><object data=x></object><embed src=x><base href=//evil>",
    '<meta http-equiv="refresh" content="0;url=//evil"><form action=//evil>',
    "```\n</code></pre><script>alert(1)</script>\n```",
    "| <script> | b |\n|--|--|\n| <img src=x onerror=alert(1)> | ![a](<har bour.jpg>) |",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_text_runs(text: str) -> None:
    """No element beyond the list, no handler, no style, no address that is code."""
    for tag, attributes in Elements(html(text)).found:
        assert tag not in {"script", "svg", "math", "style", "iframe", "object", "embed", "base"}
        assert tag not in {"form", "input", "meta", "noscript", "link", "template"}
        assert not {name for name in attributes if name.startswith("on") or name == "style"}
        for name in ("href", "src", "srcset"):
            address = attributes.get(name) or ""
            assert re.match(r"(https?:|mailto:|tel:|/|#|[^:]*$)", address), address
        assert (attributes.get("id") or "p-").startswith("p-")


@pytest.mark.parametrize(
    "bomb",
    ["[" * 10_000, "*" * 10_000, ">" * 10_000, "> " * 5_000, "- " * 10_000, "![" * 5_000,
     "[a](" * 5_000, "*a_ " * 10_000, "`" * 10_000, "<" * 20_000, "\n" * 100_000, "a" * 400_000,
     "|a" * 5_000 + "\n" + "|-" * 5_000 + "\n", "https://x/" + "a" * 100_000],
    ids=lambda bomb: bomb[:4],
)  # fmt: skip
def test_a_bomb_is_read_in_a_moment(bomb: str) -> None:
    """What parsers choke on costs no more than a long article."""
    began = time.process_time()
    html(bomb)

    assert time.process_time() - began < 2


def test_a_text_without_end_is_refused() -> None:
    """The limit is named."""
    with pytest.raises(ValueError, match="500,000"):
        render("a" * (LONGEST + 1), find)


def test_every_block_has_an_address_of_its_own() -> None:
    """Paragraphs, headings, figures, tables, items and quotes can be pointed at."""
    text = (
        "One.\n\n## The quay\n\n![a](<har bour.jpg>)\n\n- item\n\n> quote\n\n| a |\n|--|\n| 1 |"
        "\n\n```\ncode\n```"
    )
    wanted = {"p", "h2", "figure", "li", "blockquote", "table", "pre"}
    found = [(tag, at.get("id")) for tag, at in Elements(html(text)).found if tag in wanted]

    assert wanted == {tag for tag, _ in found}
    assert len(found) == len({name for _, name in found if name})
    assert ("h2", "p-the-quay") in found


def test_a_quote_tells_whom_it_quotes() -> None:
    """A last paragraph that begins with a dash is the speaker; any other is still the quote."""
    signed = html("> We run waiting.\n>\n> \u2014 Kari B\u00f8e, dispatcher")
    spoken = html("> We run waiting.\n>\n> And then we run trains.")

    assert "<footer>\u2014 Kari B\u00f8e, dispatcher</footer>" in signed
    assert "<footer>" not in spoken
    assert "<footer>" not in html("> \u2014 A dash alone is a way to begin.")


def test_an_address_stays_when_the_text_around_it_changes() -> None:
    """An edit elsewhere does not move the paragraph an agent pointed at."""
    before = Elements(html("One.\n\nTwo.")).found
    after = Elements(html("New.\n\nOne, changed.\n\nTwo.")).found

    assert before[-1] == after[-1]


def test_the_same_words_twice_are_told_apart() -> None:
    """Ids are unique in a text."""
    ids = [attributes["id"] for _, attributes in Elements(html("Same.\n\nSame.\n\nSame.")).found]

    assert len(set(ids)) == 3


def test_a_picture_alone_is_a_figure() -> None:
    """With caption, sizes, better formats first, and loaded when it comes near."""
    body = render('![Boats](har%20bour.jpg "Boats at dawn")', find)

    assert body.html.startswith('<figure id="p-')
    assert '<source type="image/avif" srcset="/media/ab-480.avif 480w, ' in body.html
    assert 'width="800" height="533" alt="Boats" loading="lazy" decoding="async"' in body.html
    assert "<figcaption>Boats at dawn</figcaption></figure>" in body.html
    assert "<p" not in body.html.replace("<picture", "")


def test_a_credit_stands_apart_from_its_caption() -> None:
    """Both are written in the title, in any order; neither is markup."""
    text = html('![a](<har bour.jpg> "focus 62% 30% | At <dawn> | Credit: Ada & Co")')
    alone = html('![a](<har bour.jpg> "Credit: Ada")')

    assert "<figcaption>At &lt;dawn&gt; <small" in text
    assert '<small class="figure__credit">Ada &amp; Co</small></figcaption>' in text
    assert '<figcaption><small class="figure__credit">Ada</small></figcaption>' in alone


def test_a_picture_leads_to_its_largest_rendition() -> None:
    """One that shows nothing anybody must know leads nowhere: its link would have no name."""
    shown = html("![Boats](<har bour.jpg>)")
    decorative = html('![](<har bour.jpg> "decorative")')

    assert '<a class="figure__open" href="/media/ab-800.jpg"><picture>' in shown
    assert "<a" not in decorative
    assert 'alt=""' in decorative
    assert "decorative" not in decorative


def test_pictures_of_one_paragraph_are_a_gallery() -> None:
    """Each a figure with its own words; pictures in paragraphs of their own are none."""
    several = html('![a](<har bour.jpg> "One")\n![b](<har bour.jpg> "Two")')
    apart = html("![a](<har bour.jpg>)\n\n![b](<har bour.jpg>)")

    assert several.startswith('<div class="gallery">\n<figure id="p-')
    assert several.count("<figure ") == 2
    assert "33vw" in several
    assert several.rstrip().endswith("</div>")
    assert "gallery" not in apart
    assert 'class="focus-x-6 focus-y-3"' in html('![a](<har bour.jpg> "focus 62% 30%")')
    assert apart.count("<figure ") == 2


def find_film(named: Named) -> Film | None:
    """Know one film."""
    if named.file != "relay.webm":
        return None
    poster = find(named.caption.poster, "", "")
    return Film("/media/cd.webm", "video/webm", poster, (Track("/media/ef.vtt", "en", "English"),))


def test_a_film_beside_the_article_waits_to_be_played() -> None:
    """Nothing of it is fetched before; it has a name, a size, and words for who cannot hear."""
    text = '![A relay](relay.webm "It clicks. | Credit: Ada | poster har bour.jpg")'
    made = render(text, find, find_film).html

    assert made.startswith('<figure id="p-')
    assert 'class="figure--film"><video controls="" preload="none"' in made
    assert 'width="800" height="533" poster="/media/ab-800.jpg" aria-label="A relay"' in made
    assert '<source src="/media/cd.webm" type="video/webm">' in made
    assert '<track kind="captions" src="/media/ef.vtt" srclang="en" label="English">' in made
    assert '<a href="/media/cd.webm">A relay</a></video>' in made
    assert '<figcaption>It clicks. <small class="figure__credit">Ada</small>' in made
    assert made == sanitise(made)
    assert render("![A relay](gone.mp4)", find, find_film).missing == ("gone.mp4",)


@pytest.mark.parametrize(
    ("line", "host"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "youtube.com"),
        ("[How it clicks](https://youtu.be/dQw4w9WgXcQ)", "youtu.be"),
        ("<https://vimeo.com/123456789>", "vimeo.com"),
        ("[![Boats](<har bour.jpg>)](https://vimeo.com/123456789)", "vimeo.com"),
        ("[The film](https://media.example/a/film.mp4)", "media.example"),
    ],
)
def test_a_line_that_only_links_to_a_film_is_a_figure(line: str, host: str) -> None:
    """A link still, and nothing that would ask another site for anything."""
    made = html(line)
    loaded = [at.get("src") or "" for tag, at in Elements(made).found if tag != "a"]

    assert 'class="figure--video"><a class="video" href="https://' in made
    assert f'<span class="video__host">{host}</span>' in made
    assert "<iframe" not in made
    assert [] == [each for each in loaded if "//" in each]
    assert made == sanitise(made)


@pytest.mark.parametrize(
    "line",
    [
        "See [the film](https://youtu.be/dQw4w9WgXcQ).",
        "[About us](https://www.youtube.com/about)",
        "[A film](https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ)",
        "[a](https://youtu.be/dQw4w9WgXcQ) [b](https://youtu.be/dQw4w9WgXcQ)",
        "https://example.com/page",
    ],
)
def test_any_other_link_stays_in_its_paragraph(line: str) -> None:
    """Within a sentence, to another page, to who only looks like it, or two of them."""
    assert html(line).startswith("<p ")


def test_a_picture_that_is_not_there_is_told() -> None:
    """Its words stand for it, and the importer hears of it."""
    body = render("![A map](map.jpg)\n\n![b](https://elsewhere.example/x.jpg)", find)

    assert body.missing == ("map.jpg", "https://elsewhere.example/x.jpg")
    assert "A map" in body.html
    assert "<img" not in body.html


def test_a_texts_pictures_are_listed() -> None:
    """In order, unescaped."""
    found = pictures_in('![x](har%20bour.jpg "Dawn | Credit: Ada") and\n\n![y](b.png)')

    assert ["har bour.jpg", "b.png"] == [each.file for each in found]
    assert ("x", "Dawn", "Ada") == (found[0].alt, found[0].caption.text, found[0].caption.credit)


def test_a_table_scrolls_by_itself() -> None:
    """A wide table is a region a keyboard can reach; alignment is a class."""
    text = html("| Year | Sum |\n|--|--:|\n| 1 | 2 |")

    assert 'class="table-scroll"' in text
    assert 'role="region"' in text
    assert 'tabindex="0"' in text
    assert 'aria-label="Year, Sum"' in text
    assert '<td class="align-right">2</td>' in text
    assert "style=" not in text


def test_quotes_are_set_as_a_printer_would() -> None:
    """In the text; in code they stay as they were typed."""
    text = html('"Don\'t" -- she said... `"--"`')

    assert "\u201cDon\u2019t\u201d \u2013 she said\u2026" in text
    assert '<code>"--"</code>' in text


def test_a_head_without_words_is_no_head() -> None:
    """Over the column that names the rows stands an empty cell."""
    text = html("| | Sum |\n|---|---|\n| May | 2 |")

    assert "<td></td>" in text
    assert '<th scope="col">Sum</th>' in text


@pytest.mark.parametrize(
    ("text", "tags"),
    [("# A\n\n## B", ["h2", "h3"]), ("## A\n\n### B", ["h2", "h3"]), ("#### A", ["h2"])],
)
def test_headings_begin_below_the_title(text: str, tags: list[str]) -> None:
    """The page's title is its only h1."""
    assert tags == [tag for tag, _ in Elements(html(text)).found]


def test_only_links_that_lead_out_say_noopener() -> None:
    """Links within the site stay plain."""
    text = html("[a](https://e.example/) [b](/news/) [c](//e.example) [d](#p-x)")
    rels = [attributes.get("rel") for tag, attributes in Elements(text).found if tag == "a"]

    assert rels == ["noopener", None, "noopener", None]


def test_words_are_counted_in_every_script() -> None:
    """Two Chinese characters are one word."""
    body: Body = render("Don't count *this* twice.\n\n中文字符", find)

    assert body.words == 6


def test_control_characters_vanish() -> None:
    """NUL, escape sequences, non-characters and direction overrides are no text."""
    assert clean("a\0b\r\n\tc\x1b\ufffe\ufeff") == "ab\n\tc"
    assert clean_line(" a\n\u202egpj.exe\u202c  b ") == "a gpj.exe b"


def test_what_is_sanitised_stays_as_it_is() -> None:
    """Cleaning our own output changes nothing, so it can be done again."""
    text = html('## A\n\n![a](<har bour.jpg> "c")\n\n| a |\n|:-:|\n| 1 |\n\n[x](https://e.example)')

    assert text == sanitise(text)
