"""Text that stands alone: a feed's reader has no page whose addresses could be completed."""

import re
from urllib.parse import urljoin

_TAG = re.compile(r"<[a-zA-Z](?:[^>\"]|\"[^\"]*\")*>")
_ONE = re.compile(r"(?<=\s)(src|href|poster|cite)=\"([^\"]*)\"")
_MANY = re.compile(r"(?<=\s)srcset=\"([^\"]*)\"")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def absolute(html: str, base: str) -> str:
    """Return sanitised HTML with every address whole.

    Args:
        base: the absolute address of the page the text stands on.
    """

    def one(found: re.Match[str]) -> str:
        return f'{found[1]}="{_joined(base, found[2])}"'

    def many(found: re.Match[str]) -> str:
        candidates = (each.strip().partition(" ") for each in found[1].split(","))
        joined = (f"{_joined(base, address)} {size}".strip() for address, _, size in candidates)
        return f'srcset="{", ".join(joined)}"'

    return _TAG.sub(lambda tag: _MANY.sub(many, _ONE.sub(one, tag[0])), html)


def fit_for_xml(text: str) -> str:
    """Leave out what XML cannot carry, not even escaped."""
    return _UNFIT.sub("", text)


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:  # half an IPv6 address
        return address
