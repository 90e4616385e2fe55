"""Folding: small files that come together, served as one.

A file is one noun and small, for whoever reads it; to a browser each costs a request, a round trip
for whoever names it, and a compression that begins anew. So they are served in fewer pieces:

* `FOLDED`: what only one module imports is served inside that module.
* `SHARED`: what every public page brings is served inside one module; whoever imports one of these
  is led there, and one that is asked for under its own name hands on what stands there.
* A style sheet that names others by `@import` is served with them in its place, in the order of the
  cascade: a page that came with half of its sheets would be drawn twice, and move.

It is the same lines, less the imports between them. That is right as long as no two of the files
declare the same name, and none of them would run twice: both are tested. Where it cannot be done,
a file is served alone.
"""

import posixpath
import re
from functools import cache
from pathlib import Path

from portal.lean import bare, flush, lean

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
"""What is served inside which module, and nobody else imports."""
SHARED = {
    "js/live/reader.js": (
        "js/audience/attention-model.js",
        "js/audience/counts-model.js",
        "js/audience/counts.js",
        "js/audience/live-count.js",
        "js/audience/live-reading.js",
        "js/audience/presence.js",
        "js/chat/sheets.js",
        "js/chat/visitor.js",
        "js/live/answers-model.js",
        "js/live/backoff-model.js",
        "js/live/frame-model.js",
        "js/live/line-model.js",
        "js/live/page-signals.js",
        "js/live/page-socket.js",
        "js/live/silence-model.js",
        "js/live/socket.js",
    )
}
"""What is served inside which module, whoever imports it. The host lies as deep as they do, so that
an address in a template or beside `import.meta` means the same from there."""

IMPORT = re.compile(r'^import (?:\{(?P<names>[^}]*)\} from )?"(?P<address>[^"]+)";\n', re.MULTILINE)
ADDRESS = re.compile(r'\b((?:from|import)\s*\(?\s*")(\.{1,2}/[^"]+\.js)(?=")')
EXPORTED = re.compile(r"^export (?:async )?(?:const|let|class|function\*?) (\w+)", re.MULTILINE)
HANDING_ON = re.compile(r"^export (?:\{|\*|default\b)", re.MULTILINE)
DECLARED = re.compile(
    r"^(?:export )?(?:async )?(?:const|let|class|function\*?) (\w+)", re.MULTILINE
)
SHEET = re.compile(r'^@import "(?P<address>[a-z-]+\.css)";\n', re.MULTILINE)
"""A sheet of the same folder, whole: what stands on its line besides is left to the browser."""


class Unfoldable(ValueError):
    """Two of the files declare the same name, or name an import otherwise."""


def served(root: Path, path: Path) -> bytes:
    """Return a file as it is served: lean, with what is folded into it."""
    if path.suffix == ".css":
        return SHEET.sub(lambda named: _sheet(path, named), lean(path).decode()).encode()
    if path.suffix != ".js":
        return lean(path)
    name = path.relative_to(root).as_posix()
    hosts = _hosts(root)
    if name in hosts:
        return _handed_on(root, name, hosts[name]).encode()
    inner = FOLDED.get(name) or SHARED.get(name) or ()
    text = bare(path)
    if inner and all((root / each).is_file() for each in inner):
        try:
            text = fold(root, name, inner)
        except Unfoldable:
            pass
    return flush(_led(text, name, hosts), ".js").encode()


def fold(root: Path, host: str, inner: tuple[str, ...]) -> str:
    """Return a module with others inside, each behind those it imports.

    Args:
        host: its address below `root`, as those of `inner`.

    Raises:
        Unfoldable: together they would mean something else.
    """
    modules = _in_order(root, host, set(inner))
    bodies = [IMPORT.sub("", text) for text in modules]
    if any(HANDING_ON.search(text) for text in bodies):
        raise Unfoldable("it hands on what another exports")
    names = DECLARED.findall("".join(bodies))
    if len(names) > len(set(names)):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise Unfoldable(f"declared twice: {', '.join(twice)}")
    return _imports(modules, host, set(inner)) + "".join(bodies)


@cache
def _hosts(root: Path) -> dict[str, str]:
    """Return where each shared module is served, by its address, as far as that can be done."""
    hosts: dict[str, str] = {}
    for host, inner in SHARED.items():
        if all((root / each).is_file() for each in (host, *inner)):
            try:
                fold(root, host, inner)
            except Unfoldable:
                continue
            hosts.update(dict.fromkeys(inner, host))
    return hosts


def _handed_on(root: Path, name: str, host: str) -> str:
    """Return a module that hands on from its host what another one of this name would export."""
    names = EXPORTED.findall(bare(root / name))
    address = _relative(host, name)
    return f'export {{ {", ".join(names)} }} from "{address}";\n' if names else _import(address, {})


def _led(text: str, name: str, hosts: dict[str, str]) -> str:
    """Return a module that asks the hosts for what they hold."""

    def lead(named: re.Match[str]) -> str:
        wanted = _absolute(named["address"], name)
        if wanted not in hosts:
            return named[0]
        names = [each.strip() for each in (named["names"] or "").split(",") if each.strip()]
        return _import(_relative(hosts[wanted], name), dict.fromkeys(names))

    return IMPORT.sub(lead, text)


def _sheet(path: Path, named: re.Match[str]) -> str:
    return lean(path.parent / named["address"]).decode()


def _in_order(root: Path, host: str, inner: set[str]) -> list[str]:
    """Return the modules as the host would say them: an address in them leads on from there."""
    found: dict[str, str] = {}

    def visit(name: str) -> None:
        text = bare(root / name)
        for each in IMPORT.finditer(text):
            wanted = _absolute(each["address"], name)
            if wanted in inner and wanted not in found:
                found[wanted] = ""
                visit(wanted)
        found.pop(name, None)  # it comes behind those it imports
        found[name] = ADDRESS.sub(
            lambda said: said[1] + _relative(_absolute(said[2], name), host), text
        )

    visit(host)
    return list(found.values())


def _imports(modules: list[str], host: str, inner: set[str]) -> str:
    outside: dict[str, dict[str, None]] = {}
    for each in (found for text in modules for found in IMPORT.finditer(text)):
        if _absolute(each["address"], host) in inner:
            continue
        names = [name.strip() for name in (each["names"] or "").split(",") if name.strip()]
        if any(" as " in name for name in names):
            raise Unfoldable(f"imported under another name: {', '.join(names)}")
        outside.setdefault(each["address"], {}).update(dict.fromkeys(names))
    return "".join(_import(address, names) for address, names in outside.items())


def _import(address: str, names: dict[str, None]) -> str:
    what = f"{{ {', '.join(names)} }} from " if names else ""
    return f'import {what}"{address}";\n'


def _absolute(address: str, name: str) -> str:
    """Return what an address in a module means, below the root."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), address))


def _relative(wanted: str, name: str) -> str:
    """Return how a module says the address of another."""
    said = posixpath.relpath(wanted, posixpath.dirname(name))
    return said if said.startswith(".") else f"./{said}"
