"""Where `templates/`, `static/` and `sample/` lie: at the top of the tree, or inside the wheel."""

import hashlib
from functools import cache
from pathlib import Path

from portal.lean import lean

_PACKAGE = Path(__file__).parent


@cache
def folder(name: str) -> Path:
    """Return the folder `name`, from the installed package or from the source tree.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for place in (_PACKAGE / "packed" / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"the folder {name!r} is missing from this installation of portal")


@cache
def build() -> str:
    """Return the fingerprint of everything under `static/`, as it is served: 12 hex digits.

    It is part of every static address, so that a page and its files always fit together
    and may be kept for ever.
    """
    digest = hashlib.sha256()
    root = folder("static")
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(b"\0")
        digest.update(lean(path))
    return digest.hexdigest()[:12]
