"""A picture as a page shows it: its words, its size and the renditions a browser may choose from.

A value only. How renditions are made stands in `pictures`, where they are kept in `store.media`.
"""

from dataclasses import dataclass

from portal.news.focus import MIDDLE, Focus


@dataclass(frozen=True, slots=True)
class Source:
    """One `<source>` of a picture.

    Attributes:
        type: its media type, "image/avif".
        srcset: "/media/ab12-480.avif 480w, /media/ab12-800.avif 800w".
    """

    type: str
    srcset: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with everything an `<img>` inside a `<picture>` needs.

    Attributes:
        alt: what it shows, for who cannot see it; empty means decorative.
        caption: the line below it; may be empty.
        width, height: of the largest rendition, in pixels; they reserve the place.
        sources: better formats, best first; may be empty.
        src, srcset: the JPEG everybody reads.
        sizes: how wide it will stand, as the `sizes` attribute says it.
        portrait: higher than wide.
        full: the largest rendition everybody reads: where it is looked at alone.
        credit: who made it; may be empty.
        focus: what stays in sight where a page cuts it.
    """

    alt: str
    caption: str
    width: int
    height: int
    sources: tuple[Source, ...]
    src: str
    srcset: str
    sizes: str
    portrait: bool
    full: str = ""
    credit: str = ""
    focus: Focus = MIDDLE


@dataclass(frozen=True, slots=True)
class Rendered:
    """One rendition: a file below /media/, as `rendition` rows keep it."""

    format: str
    """"avif", "jpeg", or a JPEG cut for other sites: "share", "16x9", "4x3" or "1x1", with the mark
    of its focus ("share-62-30") where somebody chose one."""
    width: int
    height: int
    path: str
    """Below /media/."""
    size_bytes: int


BODY_SIZES = "(min-width: 80rem) 43.5rem, (min-width: 64rem) 66vw, 92vw"
"""A picture in the text: as wide as the column, or the telephone without its margins (measured)."""
GALLERY_SIZES = "(min-width: 80rem) 21.5rem, (min-width: 64rem) 33vw, 46vw"
"""One of several: half a column."""
HIGH_SIZES = "(min-width: 28rem) 26rem, 92vw"
"""One that is higher than wide does not take the whole column."""
LEAD_SIZES = BODY_SIZES
CARD_SIZES = "(min-width: 64rem) 20rem, (min-width: 40rem) 45vw, 100vw"
PORTRAIT_SIZES = "4rem"


def picture_of(
    rendered: tuple[Rendered, ...],
    *,
    alt: str,
    caption: str,
    sizes: str,
    credit: str = "",
    focus: Focus = MIDDLE,
) -> Picture:
    """Make a picture of the renditions of one original (at least one JPEG among them)."""
    by_format: dict[str, list[Rendered]] = {}
    for made in sorted(rendered, key=lambda made: made.width):
        by_format.setdefault(made.format, []).append(made)
    jpegs = by_format["jpeg"]
    largest = jpegs[-1]
    # The one a browser without srcset takes: wide enough for a column, light enough to wait for.
    middle = next((made for made in jpegs if made.width >= 800), largest)
    avif = by_format.get("avif")
    return Picture(
        alt=alt,
        caption=caption,
        width=largest.width,
        height=largest.height,
        sources=(Source("image/avif", _srcset(avif)),) if avif else (),
        src=f"/media/{middle.path}",
        srcset=_srcset(jpegs),
        sizes=sizes,
        portrait=largest.height > largest.width,
        full=f"/media/{largest.path}",
        credit=credit,
        focus=focus,
    )


def _srcset(rendered: list[Rendered]) -> str:
    return ", ".join(f"/media/{made.path} {made.width}w" for made in rendered)
