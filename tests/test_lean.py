"""What is served of scripts and style sheets: everything but what was written for people."""

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from portal.lean import lean
from portal.packed import folder

TREE = Path(__file__).parent.parent
NODE = shutil.which("node")
OURS = sorted(p for p in folder("static").rglob("*") if p.suffix in (".js", ".css"))

SCRIPT = r"""// @ts-check
/**
 * What it is for.
 */

import { a } from "./a.js";

/** @type {number} */
const one = 1; // goes: it says something about it
/* goes */ const two = 2; const three/**/= 3;
const url = "https://example/*"; // */
const pattern = /["'`]\/*[/*]/g;
  // goes
const half = one / two / 3;
const text = `
// stays: it is a text

/* and so does this */
`;
/*! stays: it is a licence */
function f() {
  /* goes,
     all of it */
  return /\/\*"/.test("'");
}
"""
SCRIPT_SERVED = r"""import { a } from "./a.js";

const one = 1;
 const two = 2; const three = 3;
const url = "https://example/*";
const pattern = /["'`]\/*[/*]/g;

const half = one / two / 3;
const text = `
// stays: it is a text

/* and so does this */
`;
/*! stays: it is a licence */
function f() {

  return /\/\*"/.test("'");
}
"""


def served(tmp_path: Path, name: str, text: str) -> str:
    path = tmp_path / name
    path.write_text(text)
    return lean(path).decode()


def test_a_script_keeps_every_line_that_does_something(tmp_path: Path) -> None:
    """Texts, templates and patterns that look like comments stay; so does a licence."""
    got = served(tmp_path, "a.js", SCRIPT)

    assert re.sub(r"[ \t]+\n", "\n", re.sub(r"\n\s*\n", "\n\n", got)) == SCRIPT_SERVED


def test_empty_lines_and_indentation_go_where_no_template_holds_any(tmp_path: Path) -> None:
    """Two statements and what was said between them are two lines."""
    assert (
        served(tmp_path, "a.js", "// Hm.\n\na();\n\n  // Hm.\n\n  b(`c`); // d\n")
        == "a();\nb(`c`);\n"
    )


def test_a_sheet_keeps_its_rules(tmp_path: Path) -> None:
    """A double slash is no comment in a style sheet, and a text may hold anything."""
    sheet = '/* What. */\n\na { content: "/* b */" }\n/* Two\n * lines. */\n//b { c: d } /* e */\n'

    assert served(tmp_path, "a.css", sheet) == 'a { content: "/* b */" }\n//b { c: d }\n'


def test_any_other_file_is_served_as_it_is(tmp_path: Path) -> None:
    """A picture with the bytes of a comment stays a picture."""
    picture = tmp_path / "a.svg"
    picture.write_bytes(b"\xff\n/* no */\n")

    assert lean(picture) == picture.read_bytes()


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_of_our_files_only_comments_go(path: Path) -> None:
    """What is served are the file's own lines, in order, less comments and what sets them in."""
    kept = iter(
        [*(line.strip() for line in lean(path).decode().splitlines() if line.strip()), None]
    )
    expected = next(kept)
    missing = []
    for line in (line.strip() for line in path.read_text(encoding="utf-8").splitlines()):
        if line == expected or (expected and said_besides(line, expected)):
            expected = next(kept)
        elif line:
            missing.append(line)

    assert expected is None
    within = False
    for line in missing:
        assert within or line.startswith(("//", "/*")), line
        within = (within or line.startswith("/*")) and not line.endswith("*/")
    assert not within


def said_besides(line: str, expected: str) -> bool:
    """Tell whether a line is what is expected and a comment, or two of which one is a text."""
    parts = re.split(r"(/\*.*?\*/|//.*$)", line)
    code, comments = parts[::2], parts[1::2]
    texts = ["", *comments]
    return bool(comments) and any(
        squeezed(expected) == squeezed("".join(_with(code, comments, text))) for text in texts
    )


def _with(code: list[str], comments: list[str], text: str) -> list[str]:
    between = [each if each == text else "" for each in comments]
    return [part for pair in zip(code, [*between, ""], strict=True) for part in pair]


def squeezed(line: str) -> str:
    """Return a line without its blanks."""
    return "".join(line.split())


def test_it_is_worth_it() -> None:
    """A quarter of what would travel stays at home."""
    before, after = (
        sum(len(gzip.compress(read(path))) for path in OURS) for read in (Path.read_bytes, lean)
    )

    assert after < 0.75 * before


@pytest.mark.skipif(NODE is None, reason="there is no Node on this machine")
def test_the_served_scripts_do_what_the_written_ones_do(tmp_path: Path) -> None:
    """All tests of the models pass on what is served."""
    for path in OURS:
        copy = tmp_path / "static" / path.relative_to(folder("static"))
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(lean(path))
    shutil.copytree(TREE / "tests/js", tmp_path / "tests/js")
    suites = [str(suite) for suite in sorted(tmp_path.glob("tests/js/**/*.test.mjs"))]
    done = subprocess.run([str(NODE), "--test", *suites], capture_output=True, text=True)

    assert done.returncode == 0, done.stdout[-5_000:] + done.stderr
