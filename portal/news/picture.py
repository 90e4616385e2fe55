"""A picture as a page shows it: its words, its size and the renditions a browser may choose from.

A value only. How renditions are made stands in `pictures`, where they are kept in `store.media`.
"""

from dataclasses import dataclass


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
