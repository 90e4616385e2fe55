"""The theme: what makes a site look like its company, in one file, `theme.toml`.

Logo, two colours, fonts and links; all of it may be left out. The colours of day and night are made
of the two (`palette`); everything is one style sheet behind the portal's own, whose address changes
with the theme. Without a theme there is no sheet and nothing is asked for.
"""

import hashlib
import io
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import structlog
from starlette.requests import Request
from starlette.responses import Response

from portal.errors import Stopped
from portal.web import colour
from portal.web.palette import Palette, Tokens, palette
from portal.web.static import FOREVER

log = structlog.get_logger("portal.web")

FILE: Final = "theme.toml"
MOST_BYTES: Final = 2 * 2**20
"""Of one file; a font of one alphabet has a tenth of it."""
MOST_LINKS: Final = 12
LOGO_HEIGHT: Final = 48
PICTURES: Final = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp"}
FACES: Final = {
    "house": "",
    "serif": 'Georgia, "Noto Serif", serif',
    "sans": 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
    "rounded": 'ui-rounded, "SF Pro Rounded", "Hiragino Maru Gothic ProN", system-ui, sans-serif',
    "slab": 'Rockwell, "Roboto Slab", "Noto Serif", serif',
}
"""Faces that devices have; "house" leaves the portal's own."""
KNOWN: Final = {
    "": {"logo", "logo_dark", "show_name", "icon", "colour", "accent", "fonts", "header", "footer"},
    "fonts": {"text", "headings", "interface"},
}
VARIABLES: Final = {
    "text": ("--font-serif", "Site Text"),
    "headings": ("--font-headline", "Site Headings"),
    "interface": ("--font-sans", "Site Interface"),
}
_ADDRESS = re.compile(r"(https?://|mailto:|tel:|/(?!/))[^\s\"<>]*")
_VIEW_BOX = re.compile(rb"""viewBox=["']\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)""")
_PATH = re.compile(r"[\w .-]+(/[\w .-]+)*")


@dataclass(frozen=True, slots=True)
class Link:
    """A link the company wants at the head or foot of every page; names by language."""

    names: Mapping[str, str]
    address: str

    def name(self, language: str) -> str:
        """Return what it is called in a language, or in the first that is given."""
        return self.names.get(language) or self.names.get("") or next(iter(self.names.values()))


@dataclass(frozen=True, slots=True)
class File:
    """A file of the theme, ready to be sent."""

    content: bytes
    media_type: str


@dataclass(frozen=True)
class Theme:
    """What templates know of it.

    Attributes:
        files: by name, the sheet among them.
        digest: stands in their addresses.
        sheet, logo, logo_dark, icon: names of files; empty where there is none.
        logo_size: width and height it is shown at, in pixels; they reserve its place.
        bands: what a browser paints its own bar in, by day and by night.
    """

    files: Mapping[str, File] = field(default_factory=dict)
    digest: str = ""
    sheet: str = ""
    logo: str = ""
    logo_size: tuple[int, int] = (0, 0)
    logo_dark: str = ""
    icon: str = ""
    show_name: bool = True
    bands: tuple[str, str] = ("#0b2b27", "#0a1211")
    header: tuple[Link, ...] = ()
    footer: tuple[Link, ...] = ()

    async def page(self, request: Request) -> Response:
        """Answer `/static/{build}/theme/{digest}/{name}`."""
        file = self.files.get(request.path_params["name"])
        if file is None:
            gone = {"Cache-Control": "no-store"}
            return Response("Not found\n", 404, headers=gone, media_type="text/plain")
        ours = request.path_params["digest"] == self.digest
        headers = {"Cache-Control": FOREVER if ours else "no-store"}
        return Response(file.content, headers=headers, media_type=file.media_type)


def load(chosen: Path | None, data: Path) -> Theme:
    """Read the theme that was chosen, or the one in the data folder, or none.

    Raises:
        Stopped: it cannot be meant; says where and why in one line.
    """
    path = chosen or data / FILE
    if chosen is None and not path.exists():
        return Theme()
    try:
        return _theme(tomllib.loads(path.read_text(encoding="utf-8")), path.parent)
    except OSError as error:
        raise Stopped(f"PORTAL_THEME: {path} cannot be read ({error.strerror})") from None
    except (ValueError, tomllib.TOMLDecodeError) as error:
        raise Stopped(f"{path}: {error}") from None


def _theme(said: dict[str, Any], folder: Path) -> Theme:
    _only(said, KNOWN[""], "")
    files: dict[str, File] = {}
    names = {key: _picture(said, key, folder, files) for key in ("logo", "logo_dark", "icon")}
    made = palette(_colour(said, "colour"), _colour(said, "accent"))
    for key, became in made.moved.items():
        log.warning("a colour of the theme cannot be read as it is", name=key, became=became)
    sheet = _sheet(made, _fonts(said.get("fonts", {}), folder, files))
    if sheet:
        files["site.css"] = File(sheet.encode(), "text/css; charset=utf-8")
    show_name = said.get("show_name", True)
    if not isinstance(show_name, bool):
        raise ValueError("show_name: expected true or false")
    digest = hashlib.sha256()
    for name, file in sorted(files.items()):
        digest.update(name.encode() + b"\0" + file.content)
    return Theme(
        files=files,
        digest=digest.hexdigest()[:12],
        sheet="site.css" if sheet else "",
        **names,
        logo_size=_size(files[names["logo"]]) if names["logo"] else (0, 0),
        show_name=show_name or not names["logo"],
        bands=made.bands,
        header=_links(said, "header"),
        footer=_links(said, "footer"),
    )


def _only(said: Any, known: set[str], where: str) -> None:
    if not isinstance(said, dict):
        raise ValueError(f"{where}: expected a table")
    for name in said:
        if name not in known:
            there = ", ".join(sorted(known))
            raise ValueError(f"{where}{name}: there is no such entry; there are {there}")


def _colour(said: dict[str, Any], key: str) -> colour.Colour | None:
    if key not in said:
        return None
    try:
        return colour.read(str(said[key]))
    except ValueError as error:
        raise ValueError(f"{key}: {error}, got {str(said[key])[:40]!r}") from None


def _picture(said: dict[str, Any], key: str, folder: Path, files: dict[str, File]) -> str:
    if key not in said:
        return ""
    return _file(said[key], key, folder, PICTURES, key.replace("_", "-"), files)


def _file(
    named: Any,
    key: str,
    folder: Path,
    kinds: Mapping[str, str],
    called: str,
    files: dict[str, File],
) -> str:
    if not isinstance(named, str) or not _PATH.fullmatch(named) or ".." in named:
        raise ValueError(f"{key}: expected a file beside theme.toml, got {str(named)[:60]!r}")
    path = folder / named
    media_type = kinds.get(path.suffix.lower())
    if media_type is None:
        raise ValueError(f"{key}: {named} is none of {', '.join(kinds)}")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{key}: {named} cannot be read ({error.strerror})") from None
    if len(content) > MOST_BYTES:
        raise ValueError(f"{key}: {named} is larger than {MOST_BYTES // 2**20} MB")
    name = called + path.suffix.lower()
    files[name] = File(content, media_type)
    return name


def _size(logo: File) -> tuple[int, int]:
    if logo.media_type == "image/svg+xml":
        found = _VIEW_BOX.search(logo.content)
        if found is None:
            raise ValueError("logo: the drawing does not say its size; it needs a viewBox")
        width, height = float(found[1]), float(found[2])
    else:
        from PIL import Image  # few themes need it, and it weighs several MB

        try:
            with Image.open(io.BytesIO(logo.content)) as opened:
                width, height = opened.size
        except (OSError, ValueError):
            raise ValueError("logo: it is no picture") from None
    if not 0 < width <= 12 * height:
        raise ValueError("logo: it must not be more than twelve times as wide as high")
    return round(LOGO_HEIGHT * width / height), LOGO_HEIGHT


def _fonts(said: Any, folder: Path, files: dict[str, File]) -> list[str]:
    """Return rules: faces that are brought along, and what each kind of text is set in."""
    _only(said, KNOWN["fonts"], "fonts.")
    rules: list[str] = []
    for key, named in said.items():
        variable, family = VARIABLES[key]
        stack = FACES.get(str(named))
        if stack is None:
            called = f"font-{key}"
            file = _file(named, f"fonts.{key}", folder, {".woff2": "font/woff2"}, called, files)
            if not files[file].content.startswith(b"wOF2"):
                raise ValueError(f"fonts.{key}: {named} is no WOFF2 font")
            # The letters are there at once, in a face the device has, and change once.
            rules.append(
                f'@font-face {{ font-family: "{family}"; src: url("{file}") format("woff2"); '
                "font-weight: 100 900; font-display: swap; }"
            )
            stack = f'"{family}", ' + FACES["sans" if key == "interface" else "serif"]
        if stack:
            rules.append(f":root {{ {variable}: {stack}; }}")
    return rules


def _links(said: dict[str, Any], key: str) -> tuple[Link, ...]:
    listed = said.get(key, [])
    if not isinstance(listed, list) or len(listed) > MOST_LINKS:
        raise ValueError(f"{key}: expected at most {MOST_LINKS} links, each under [[{key}]]")
    return tuple(_link(each, f"{key} {at}") for at, each in enumerate(listed, 1))


def _link(said: Any, where: str) -> Link:
    _only(said, {"name", "address"}, f"{where}: ")
    name, address = said.get("name"), str(said.get("address", ""))
    names = {"": name} if isinstance(name, str) else name
    if (
        not isinstance(names, dict)
        or not names
        or not all(isinstance(each, str) and each.strip() for each in names.values())
    ):
        raise ValueError(f'{where}: expected name = "…", or name = {{en = "…", ar = "…"}}')
    if not _ADDRESS.fullmatch(address):
        raise ValueError(f"{where}: expected an address like /about or https://…, got {address!r}")
    return Link(names, address)


def _sheet(made: Palette, fonts: list[str]) -> str:
    rules = list(fonts)
    if made.day:
        # On paper the house's black stays.
        rules.append(f"@media screen {{ :root {{ {_tokens(made.day)} }} }}")
    if made.night:
        night = f":root {{ {_tokens(made.night)} }}"
        rules.append(f"@media screen and (prefers-color-scheme: dark) {{ {night} }}")
    return "\n".join([*rules, ""]) if rules else ""


def _tokens(tokens: Tokens) -> str:
    return " ".join(f"--raw-{name}: {value};" for name, value in tokens.items())
