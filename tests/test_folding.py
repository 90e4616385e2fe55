"""What is folded: the same modules in one file, and nobody else's."""

import re
from pathlib import Path

import pytest

from portal.folding import FOLDED, SHARED, Unfoldable, fold, served
from portal.lean import lean
from portal.packed import folder

ROOT = folder("static")
IMPORTS = re.compile(r"""(?:from|import)\s*\(?\s*"([^"]+\.js)\"""")


HOSTS = {**FOLDED, **SHARED}


def made(tmp_path: Path, files: dict[str, str]) -> tuple[Path, str, tuple[str, ...]]:
    """Write modules; the first is the one that others are folded into."""
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    host, *inner = files
    return tmp_path, host, tuple(inner)


def test_each_stands_behind_what_it_imports(tmp_path: Path) -> None:
    """Imports between them go; those from outside are named once, at the top."""
    room = made(
        tmp_path,
        {
            "host.js": 'import "./b.js";\nimport { on } from "./far.js";\nhost(on);\n',
            "b.js": 'import { a } from "./a.js";\nimport { on, off } from "./far.js";\nb(a);\n',
            "a.js": "export const a = 1;\n",
        },
    )

    assert fold(*room) == (
        'import { on, off } from "./far.js";\nexport const a = 1;\nb(a);\nhost(on);\n'
    )


def test_an_address_leads_on_from_the_host(tmp_path: Path) -> None:
    """A module of another folder means the same file as before, at once or later."""
    room = made(
        tmp_path,
        {
            "x/host.js": 'import "../y/a.js";\nhost();\n',
            "y/a.js": 'import { on } from "./far.js";\non(() => import("./late.js"));\n',
        },
    )

    assert fold(*room) == (
        'import { on } from "../y/far.js";\non(() => import("../y/late.js"));\nhost();\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "const a = 2;\n",
        'import { x as y } from "./far.js";\n',
        'export { x } from "./far.js";\n',
        "export default 1;\n",
    ],
    ids=["twice", "renamed", "handed on", "nameless"],
)
def test_what_cannot_be_folded_is_not(tmp_path: Path, text: str) -> None:
    """A name declared twice, and one imported under another name, would mean something else."""
    room = made(tmp_path, {"host.js": 'import "./b.js";\nconst a = 1;\n', "b.js": text})

    with pytest.raises(Unfoldable):
        fold(*room)


@pytest.mark.parametrize("host", HOSTS)
def test_ours_can_be_folded(host: str) -> None:
    """What is served holds every line of every module, but where imports lead."""
    whole = served(ROOT, ROOT / host).decode()
    lines = {led(line) for line in whole.splitlines()}

    assert fold(ROOT, host, HOSTS[host])
    for each in (host, *HOSTS[host]):
        body = re.sub(r"^import [^;]*;\n", "", lean(ROOT / each).decode(), flags=re.MULTILINE)
        assert {led(line) for line in body.splitlines()} <= lines


def led(line: str) -> str:
    """Return a line without where the addresses in it lead."""
    return re.sub(r"\.{1,2}/[\w./-]+\.js", "….js", line)


@pytest.mark.parametrize("host", FOLDED)
def test_nobody_else_imports_what_is_folded(host: str) -> None:
    """A module that came twice would run twice."""
    ours = {(ROOT / each).resolve() for each in (host, *FOLDED[host])}
    others = [path for path in ROOT.rglob("*.js") if path.resolve() not in ours]
    wanted = {
        (path.parent / address).resolve()
        for path in others
        for address in IMPORTS.findall(lean(path).decode())
    }

    assert wanted & ours <= {(ROOT / host).resolve()}


def test_whoever_imports_what_is_shared_is_led_to_it() -> None:
    """In nothing that is served is a shared module asked for by its own name."""
    shared = {(ROOT / each).resolve() for inner in SHARED.values() for each in inner}
    asked = [
        (path.name, address)
        for path in ROOT.rglob("*.js")
        for address in IMPORTS.findall(served(ROOT, path).decode())
        if (path.parent / address).resolve() in shared
    ]

    assert asked == []


@pytest.mark.parametrize("name", [each for inner in SHARED.values() for each in inner])
def test_what_is_shared_is_handed_on_under_its_own_name(name: str) -> None:
    """An older page asks for it so; it holds nothing that would run a second time."""
    written = (ROOT / name).read_text()
    exported = re.findall(r"^export (?:async )?(?:\w+\*?) (\w+)", written, re.MULTILINE)
    text = served(ROOT, ROOT / name).decode()

    assert text.count("\n") == 1
    assert [each for each in exported if each not in text] == []


@pytest.mark.parametrize(
    "sheet", [path for path in (ROOT / "css").glob("*.css") if "@import" in path.read_text()]
)
def test_a_sheet_holds_those_it_names(sheet: Path) -> None:
    """Each whole, in the order of the cascade, and nothing is asked for after it."""
    named = re.findall(r'@import "([^"]+)";', sheet.read_text())
    whole = served(ROOT, sheet).decode()

    assert len(named) > 2
    assert whole.endswith("".join(lean(sheet.parent / each).decode() for each in named))
    assert "@import" not in whole
