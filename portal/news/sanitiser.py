"""What an article's HTML may consist of; everything else is taken out before it is kept."""

import nh3

BLOCKS = ("p", "figure", "table", "li", "blockquote", "pre")
"""What has an address of its own, besides headings."""
_ALLOWED_TAGS = {
    *("p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "hr", "br"),
    *("em", "strong", "s", "a", "figure", "figcaption", "picture", "source", "img", "div"),
    *("table", "thead", "tbody", "tr", "th", "td", "footer"),
    *("span", "small", "video", "track"),
}
_IMG = {"src", "srcset", "sizes", "width", "height", "alt", "loading", "decoding"}
_ALLOWED_ATTRIBUTES = {
    **{tag: {"id"} for tag in (*BLOCKS, "h2", "h3", "h4", "h5", "h6")},
    "a": {"href", "title", "rel"},
    "img": _IMG,
    "source": {"type", "src", "srcset", "sizes"},
    "video": {"controls", "preload", "playsinline", "width", "height", "poster", "aria-label"},
    "track": {"kind", "src", "srclang", "label"},
    "figure": {"id", "class"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "ol": {"start"},
    "th": {"scope", "class"},
    "td": {"class"},
}
ALLOWED_SCHEMES = {"http", "https", "mailto", "tel"}
_ALLOWED_CLASSES = {
    "div": {"table-scroll", "gallery"},
    "figure": {"figure--portrait", "figure--film", "figure--video"},
    "a": {"figure__open", "video"},
    "img": {f"focus-{axis}-{tenth}" for axis in "xy" for tenth in range(11)},
    "span": {"video__words", "video__name", "video__host"},
    "small": {"figure__credit"},
    "th": {"align-center", "align-right"},
    "td": {"align-center", "align-right"},
}


def sanitise(html: str) -> str:
    """Let through only what an article may consist of."""
    return nh3.clean(
        html,
        tags=_ALLOWED_TAGS,
        attributes={tag: set(names) - {"class"} for tag, names in _ALLOWED_ATTRIBUTES.items()},
        allowed_classes=_ALLOWED_CLASSES,
        url_schemes=ALLOWED_SCHEMES,
        link_rel=None,
        strip_comments=True,
    )
