"""Figures: what a paragraph becomes that holds nothing but pictures, a film, or a link to one.

Several pictures in one paragraph are a gallery. Each is a link to its largest rendition: without a
script the browser shows that, with one the page does. Works on markdown-it's tokens; what it writes
goes through the sanitiser like all else.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import unquote

from markdown_it.token import Token

from portal.news import caption
from portal.news.caption import Named
from portal.news.film import Film, is_film, shown_at
from portal.news.picture import BODY_SIZES, GALLERY_SIZES, HIGH_SIZES, Picture

FindPicture = Callable[[str, str, str], Picture | None]
"""Given a picture's file, alt and caption as written, returns it ready to show, or None."""
FindFilm = Callable[[Named], Film | None]
"""Given what is written about a film, returns it ready to show, or None."""
Line = Callable[[str], str]
"""Makes one clean line of a text."""

FIGURE = "figure"
GALLERY = "gallery"
_BREAKS = ("softbreak", "hardbreak")
_FRAME_WIDTH, _FRAME_HEIGHT = 1280, 720
"""What a film without a poster is taken for; the page does not move when it is another shape."""


@dataclass(frozen=True, slots=True)
class Finders:
    """How files are found that a text names."""

    picture: FindPicture
    film: FindFilm
    line: Line


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A film another site shows."""

    href: str
    host: str
    name: str
    poster: Picture | None


def named(image: Token, line: Line) -> Named:
    """Return what a text says of a picture."""
    title = line(str(image.attrGet("title") or ""))
    file = unquote(str(image.attrGet("src") or ""))
    return Named(file, line(image.content), caption.read(title))


def set_figures(tokens: Sequence[Token], find: Finders, missing: list[str]) -> list[Token]:
    """Make figures of paragraphs that hold nothing else, pictures of all other images."""
    done: list[Token] = []
    for token in tokens:
        done.append(token)
        if token.type != "inline" or not token.children:
            continue
        _find_all(token.children, find, missing)
        figures = _figures(token.children)
        if figures and done[-2].type == "paragraph_open" and not done[-2].hidden:
            del done[-2:]
            done += figures
    return _without_orphans(done)


def _find_all(children: Sequence[Token], find: Finders, missing: list[str]) -> None:
    for child in children:
        if child.type != "image":
            continue
        said = named(child, find.line)
        if is_film(said.file):
            film = find.film(said)
            if film is not None:
                child.meta |= {"film": film, "named": said}
                continue
        else:
            picture = find.picture(said.file, said.alt, said.caption.text)
            if picture is not None:
                words = said.caption
                sizes = HIGH_SIZES if picture.portrait else picture.sizes
                child.meta["picture"] = replace(
                    picture, credit=words.credit, focus=words.focus, sizes=sizes
                )
                continue
        missing.append(said.file)


def _figures(children: Sequence[Token]) -> list[Token]:
    """Return what a paragraph with these children becomes; empty: it stays a paragraph."""
    whole = [
        each
        for each in children
        if each.type not in _BREAKS and not (each.type == "text" and not each.content.strip())
    ]
    if all(each.type == "image" for each in whole):
        figures = [_figure(each) for each in whole if "picture" in each.meta or "film" in each.meta]
        return _gallery(figures) if len(figures) > 1 else figures
    elsewhere = _elsewhere(whole)
    if elsewhere is None:
        return []
    figure = Token(FIGURE, FIGURE, 0, block=True)
    figure.meta = {"elsewhere": elsewhere}
    return [figure]


def _figure(image: Token) -> Token:
    figure = Token(FIGURE, FIGURE, 0, block=True, content=image.content)
    figure.meta = dict(image.meta)
    return figure


def _gallery(figures: list[Token]) -> list[Token]:
    for number, figure in enumerate(figures, 1):
        # The last of an odd number has its row alone.
        alone = number == len(figures) and number % 2
        if "picture" in figure.meta:
            sizes = BODY_SIZES if alone else GALLERY_SIZES
            figure.meta["picture"] = replace(figure.meta["picture"], sizes=sizes)
    opening = Token(f"{GALLERY}_open", "div", 1, block=True)
    closing = Token(f"{GALLERY}_close", "div", -1, block=True)
    return [opening, *figures, closing]


def _elsewhere(whole: Sequence[Token]) -> Elsewhere | None:
    """Read a paragraph that is only a link to a film, with or without words or a poster."""
    if len(whole) == 1 and whole[0].type == "text":
        href = name = whole[0].content.strip()
        inside: Sequence[Token] = ()
    elif len(whole) > 2 and (whole[0].type, whole[-1].type) == ("link_open", "link_close"):
        href, inside = str(whole[0].attrGet("href")), whole[1:-1]
        name = " ".join("".join(each.content for each in inside).split())
    else:
        return None
    host = None if any(each.type == "link_close" for each in inside) else shown_at(href)
    if host is None:
        return None
    poster = next((each.meta["picture"] for each in inside if "picture" in each.meta), None)
    return Elsewhere(href, host, "" if name == href else name, poster)


def _without_orphans(tokens: Iterable[Token]) -> list[Token]:
    """Drop the closing half of paragraphs whose opening became a figure."""
    kept: list[Token] = []
    for token in tokens:
        made = kept and kept[-1].type in (FIGURE, f"{GALLERY}_close")
        if not (token.type == "paragraph_close" and made):
            kept.append(token)
    return kept


def known_by(figure: Token) -> str:
    """Return what a figure's address is made of: the file it shows."""
    shown = figure.meta
    if "picture" in shown:
        return str(shown["picture"].src)
    return str(shown["film"].src if "film" in shown else shown["elsewhere"].href)


def figure_html(figure: Token) -> str:
    """Write a figure."""
    shown, name = figure.meta, escape(str(figure.attrGet("id")))
    if "picture" in shown:
        picture: Picture = shown["picture"]
        shape = ' class="figure--portrait"' if picture.portrait else ""
        words = _words(picture.caption, picture.credit)
        return f'<figure id="{name}"{shape}>{_opening(picture)}{words}</figure>\n'
    if "film" in shown:
        said: Named = shown["named"]
        words = _words(said.caption.text, said.caption.credit)
        film = film_html(shown["film"], said.alt)
        return f'<figure id="{name}" class="figure--film">{film}{words}</figure>\n'
    elsewhere: Elsewhere = shown["elsewhere"]
    poster = elsewhere.poster
    words = _words(poster.caption, poster.credit) if poster else ""
    link = elsewhere_html(elsewhere)
    return f'<figure id="{name}" class="figure--video">{link}{words}</figure>\n'


def _words(text: str, credit: str) -> str:
    """Write the line below: the caption, and apart from it who made what it is of."""
    if not text and not credit:
        return ""
    by = f'<small class="figure__credit">{escape(credit)}</small>' if credit else ""
    between = " " if text and credit else ""
    return f"<figcaption>{escape(text)}{between}{by}</figcaption>"


def _opening(picture: Picture) -> str:
    """Write a picture as a link to the whole of it; one without words could not be named."""
    shown = picture_html(picture)
    if not picture.alt:
        return shown
    return f'<a class="figure__open" href="{picture.full}">{shown}</a>'


def picture_html(picture: Picture) -> str:
    """Write a picture that loads when it comes near and never moves the text around it."""
    sources = "".join(
        f'<source type="{each.type}" srcset="{each.srcset}" sizes="{picture.sizes}">'
        for each in picture.sources
    )
    shown = f' class="{picture.focus.classes}" ' if picture.focus.classes else " "
    return (
        f'<picture>{sources}<img{shown}src="{picture.src}" srcset="{picture.srcset}" '
        f'sizes="{picture.sizes}" width="{picture.width}" height="{picture.height}" '
        f'alt="{escape(picture.alt)}" loading="lazy" decoding="async"></picture>'
    )


def film_html(film: Film, alt: str) -> str:
    """Write a film that is fetched when somebody plays it, and not before."""
    width, height, poster = _FRAME_WIDTH, _FRAME_HEIGHT, ""
    if film.poster is not None:
        width, height = film.poster.width, film.poster.height
        poster = f' poster="{film.poster.src}"'
    tracks = "".join(
        f'<track kind="captions" src="{each.src}" srclang="{escape(each.language)}" '
        f'label="{escape(each.name)}">'
        for each in film.tracks
    )
    return (
        f'<video controls preload="none" playsinline width="{width}" height="{height}"{poster} '
        f'aria-label="{escape(alt)}"><source src="{film.src}" type="{film.type}">{tracks}'
        f'<a href="{film.src}">{escape(alt or film.src)}</a></video>'
    )


def elsewhere_html(film: Elsewhere) -> str:
    """Write a link to a film another site shows, with what stands for it."""
    name = film.name or (film.poster.alt if film.poster else "")
    # The words beside it say what it shows.
    poster = picture_html(replace(film.poster, alt="")) if film.poster else ""
    words = f'<span class="video__name">{escape(name)}</span> ' if name else ""
    return (
        f'<a class="video" href="{escape(film.href)}" rel="noopener">{poster}'
        f'<span class="video__words">{words}<span class="video__host">{escape(film.host)}</span>'
        "</span></a>"
    )
