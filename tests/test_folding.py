"""What is folded: the same modules in one file, and nobody else's."""

import re
from pathlib import Path

import pytest

from portal.folding import FOLDED, Unfoldable, fold, served
from portal.lean import lean
from portal.packed import folder

ROOT = folder("static")
IMPORTS = re.compile(r"""(?:from|import)\s*\(?\s*"([^"]+\.js)\"""")


def made(tmp_path: Path, **files: str) -> list[Path]:
    """Write modules; the first is the one that others are folded into."""
    paths = [tmp_path / f"{name}.js" for name in files]
    for path, text in zip(paths, files.values(), strict=True):
        path.write_text(text)
    return paths


def test_each_stands_behind_what_it_imports(tmp_path: Path) -> None:
    """Imports between them go; those from outside are named once, at the top."""
    host, *inner = made(
        tmp_path,
        host='import "./b.js";\nimport { on } from "./far.js";\nhost(on);\n',
        b='import { a } from "./a.js";\nimport { on, off } from "./far.js";\nb(a);\n',
        a="export const a = 1;\n",
    )

    assert fold(host, inner) == (
        'import { on, off } from "./far.js";\nexport const a = 1;\nb(a);\nhost(on);\n'
    )


@pytest.mark.parametrize(
    "text", ["const a = 2;\n", 'import { x as y } from "./far.js";\n'], ids=["twice", "renamed"]
)
def test_what_cannot_be_folded_is_not(tmp_path: Path, text: str) -> None:
    """A name declared twice, and one imported under another name, would mean something else."""
    host, *inner = made(tmp_path, host='import "./b.js";\nconst a = 1;\n', b=text)

    with pytest.raises(Unfoldable):
        fold(host, inner)


@pytest.mark.parametrize("host", FOLDED)
def test_ours_can_be_folded(host: str) -> None:
    """What is served holds every line of every module, imports aside."""
    whole = served(ROOT, ROOT / host).decode()
    lines = set(whole.splitlines())

    assert fold(ROOT / host, [ROOT / each for each in FOLDED[host]]) == whole
    for each in (host, *FOLDED[host]):
        body = re.sub(r"^import [^;]*;\n", "", lean(ROOT / each).decode(), flags=re.MULTILINE)
        assert set(body.splitlines()) <= lines


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
