"""Folding: small modules that only one other imports, served inside it; and style sheets.

A file is one noun and small, for whoever reads it; to a browser each costs a request, a round trip
for whoever names it, and a compression that begins anew. So what only the panel of chat imports is
served with it, as one module: the same lines, less the imports between them. Every file is still
served under its own name, too.

That is right as long as the files do not declare the same name twice and nobody else imports one
of them, which would then run twice: both are tested. Where it cannot be done, the file is served
alone.

A style sheet that names others by `@import` is served with them in its place, in the order of the
cascade: a page that came with half of its sheets would be drawn twice, and move.
"""

import re
from pathlib import Path

from portal.lean import lean

FOLDED = {
    "js/chat/chat-panel.js": (
        "js/chat/attachment.js",
        "js/chat/chat-composer.js",
        "js/chat/chat-head.js",
        "js/chat/chat-line.js",
        "js/chat/chat-log.js",
        "js/chat/chat-session.js",
        "js/chat/late-parts.js",
        "js/chat/log-row.js",
        "js/chat/log-rows.js",
        "js/chat/page-around.js",
        "js/chat/typing.js",
    )
}
"""What is served inside which module; all in one folder, as addresses are relative to it."""

IMPORT = re.compile(r'^import (?:\{(?P<names>[^}]*)\} from )?"(?P<address>[^"]+)";\n', re.MULTILINE)
SHEET = re.compile(r'^@import "(?P<address>[a-z-]+\.css)";\n', re.MULTILINE)
"""A sheet of the same folder, whole: what stands on its line besides is left to the browser."""
DECLARED = re.compile(
    r"^(?:export )?(?:async )?(?:const|let|class|function\*?) (\w+)", re.MULTILINE
)


class Unfoldable(ValueError):
    """Two of the files declare the same name, or name an import otherwise."""


def served(root: Path, path: Path) -> bytes:
    """Return a file as it is served: lean, and with what is folded into it."""
    if path.suffix == ".css":
        return SHEET.sub(lambda named: _sheet(path, named), lean(path).decode()).encode()
    inner = FOLDED.get(path.relative_to(root).as_posix())
    if inner is None or not all((root / each).is_file() for each in inner):
        return lean(path)
    try:
        return fold(path, [root / each for each in inner]).encode()
    except Unfoldable:
        return lean(path)


def fold(path: Path, inner: list[Path]) -> str:
    """Return a module with others inside, each behind those it imports."""
    modules = _in_order(path, {each.name for each in inner})
    bodies = [IMPORT.sub("", text) for text in modules]
    names = DECLARED.findall("".join(bodies))
    if len(names) > len(set(names)):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise Unfoldable(f"declared twice: {', '.join(twice)}")
    return _imports(modules, {each.name for each in inner}) + "".join(bodies)


def _sheet(path: Path, named: re.Match[str]) -> str:
    return lean(path.parent / named["address"]).decode()


def _in_order(path: Path, inner: set[str]) -> list[str]:
    found: dict[str, str] = {}

    def visit(module: Path) -> None:
        text = lean(module).decode()
        for each in IMPORT.finditer(text):
            name = each["address"].removeprefix("./")
            if name in inner and name not in found:
                found[name] = ""
                visit(module.parent / name)
        found.pop(module.name, None)  # it comes behind those it imports
        found[module.name] = text

    visit(path)
    return list(found.values())


def _imports(modules: list[str], inner: set[str]) -> str:
    outside: dict[str, dict[str, None]] = {}
    for each in (found for text in modules for found in IMPORT.finditer(text)):
        if each["address"].removeprefix("./") in inner:
            continue
        names = [name.strip() for name in (each["names"] or "").split(",") if name.strip()]
        if any(" as " in name for name in names):
            raise Unfoldable(f"imported under another name: {', '.join(names)}")
        outside.setdefault(each["address"], {}).update(dict.fromkeys(names))
    return "".join(_import(address, names) for address, names in outside.items())


def _import(address: str, names: dict[str, None]) -> str:
    what = f"{{ {', '.join(names)} }} from " if names else ""
    return f'import {what}"{address}";\n'
