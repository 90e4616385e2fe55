"""The tree: nothing in it points home, and nothing in a page runs that is not a file of ours."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

TREE = Path(__file__).parent.parent
TEXT = {
    *(".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".html", ".css", ".js", ".mjs", ".lua"),
    *(".svg", ".json", ".cfg", ".ini", ".sh", ".mako", ".webmanifest", ""),
}
FOLDERS = ("portal", "templates", "static", "sample", "tests", "bench", "docs", ".ci")

# Written so that this file does not name them.
REGISTRIES = [
    name.replace("+", ".")
    for name in (
        *("pypi+org", "pythonhosted+org", "npmjs+org", "npmjs+com", "yarnpkg+com", "crates+io"),
        *("anaconda+org", "rubygems+org", "proxy+golang+org", "jsdelivr+net", "unpkg+com"),
        *("cdnjs+com", "ghcr+io", "docker+io", "quay+io"),
    )
]
HOMES = re.compile(r"/(?:home|Users)/[a-z]\w*/|/root/(?!\.\.)|[A-Z]:\\Users\\")


def tracked() -> list[Path]:
    """Return the text files of the tree: as git knows them, else as they lie there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=TREE, capture_output=True, text=True, check=False
    )
    if listed.returncode == 0 and listed.stdout:
        paths: Iterable[Path] = (TREE / name for name in listed.stdout.split("\0") if name)
    else:
        paths = (path for name in FOLDERS for path in (TREE / name).rglob("*"))
    return [path for path in paths if path.is_file() and path.suffix in TEXT]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Every text file of the tree, by its name."""
    return {
        path.relative_to(TREE).as_posix(): path.read_text(encoding="utf-8") for path in tracked()
    }


def named(texts: dict[str, str], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{text[: found.start()].count(chr(10)) + 1}: {found.group(0)}"
        for name, text in texts.items()
        for found in pattern.finditer(text)
    ]


def without(pattern: str, text: str) -> str:
    """Blank out what matches and keep the line numbers."""
    return re.sub(pattern, lambda found: re.sub(r"[^\n]", " ", found.group(0)), text, flags=re.S)


def test_no_file_names_a_package_registry(texts: dict[str, str]) -> None:
    """Where packages come from is decided where they are installed."""
    hosts = re.compile("|".join(map(re.escape, REGISTRIES)), re.I)
    options = re.compile(r"--(?:extra-)?index-url|--trusted-host|\bPIP_INDEX_URL\b|--registry[ =]")
    options_used = [
        each for each in named(texts, options) if not each.startswith("tests/test_tree")
    ]

    assert len(texts) > 100
    assert named(texts, hosts) == []
    assert options_used == []


def test_no_file_names_somebody_s_machine(texts: dict[str, str]) -> None:
    """No absolute path of the machine it was written on."""
    others = {name: text for name, text in texts.items() if name != "tests/test_tree.py"}

    assert named(others, HOMES) == []


def test_constraints_pin_every_package(texts: dict[str, str]) -> None:
    """One line a package, one version each, and no address."""
    lines = [
        line
        for line in texts["constraints.txt"].splitlines()
        if line.strip() and not line.startswith("#")
    ]
    pin = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+(?: *;.*)?")

    assert len(lines) > 25
    assert [line for line in lines if not pin.fullmatch(line.strip())] == []


# What a page runs


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("an inline script", r"<script(?![^>]*\ssrc=)(?! type=\"application/ld\+json\">)[^>]*>"),
        ("an inline style sheet", r"<style\b"),
        ("a style attribute", r"\sstyle\s*="),
        ("an event attribute", r"[\s\"'/]on[a-z]{3,}\s*="),
        ("a script address", r"javascript:"),
        ("a frame", r"<i?frame\b|<object\b|<embed\b|<base\b"),
        ("a file of another host", r"(?:src|srcset|href)=[\"']?(?:https?:)?//"),
    ],
)
def test_templates_hold(texts: dict[str, str], what: str, pattern: str) -> None:
    """The policy forbids it, so it would not work; here it is seen before a reader sees it."""
    pages = {
        name: without(r"\{#.*?#\}", text)
        for name, text in texts.items()
        if name.startswith("templates/")
    }

    assert len(pages) > 10
    assert named(pages, re.compile(pattern)) == [], what


def test_drawings_run_nothing(texts: dict[str, str]) -> None:
    """A drawing may carry its own colours, never a script or a link."""
    drawings = {name: text for name, text in texts.items() if name.endswith(".svg")}
    pattern = re.compile(r"<script|<foreignObject|\son[a-z]+\s*=|javascript:|href=[\"'](?!#)", re.I)

    assert drawings
    assert named(drawings, pattern) == []


def test_no_template_switches_escaping_off(texts: dict[str, str]) -> None:
    """Sanitised text comes as `Markup` from the code; no template calls a text safe itself."""
    pages = {name: text for name, text in texts.items() if name.startswith("templates/")}
    switched = re.compile(r"\|\s*safe\b|autoescape|\bMarkup\(")

    assert named(pages, switched) == []


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("text as markup", r"\.(?:inner|outer)HTML\b|insertAdjacentHTML|createContextualFragment"),
        ("text as markup", r"document\.write|DOMParser|setHTMLUnsafe|parseHTMLUnsafe|srcdoc"),
        (
            "text as code",
            r"(?<![\w.])eval\s*\(|new\s+Function\b|set(?:Timeout|Interval)\s*\(\s*[\"'`]",
        ),
        (
            "a style attribute",
            r"setAttribute\(\s*[\"']style[\"']|\.cssText\b|createElement\([\"']style",
        ),
        ("an event attribute", r"setAttribute\(\s*[\"']on"),
        ("a script address", r"javascript:"),
        ("a file of another host", r"(?:import|from|fetch)\s*\(?\s*[\"'`](?:https?:)?//"),
    ],
)
def test_scripts_hold(texts: dict[str, str], what: str, pattern: str) -> None:
    """Text of people enters a page as text, and no script makes another."""
    comments = r"/\*.*?\*/|(?<!:)//[^\n]*"
    scripts = {
        name: without(comments, text)
        for name, text in texts.items()
        if name.startswith("static/js/")
    }

    assert len(scripts) > 20
    assert named(scripts, re.compile(pattern)) == [], what


def test_style_sheets_ask_nobody_else(texts: dict[str, str]) -> None:
    """No font, no picture and no other sheet comes from another host."""
    sheets = {name: text for name, text in texts.items() if name.endswith(".css")}

    assert len(sheets) > 5
    foreign = re.compile(r"@import(?! \"[\w-]+\.css\")|url\(\s*[\"']?(?:https?:)?//")
    assert named(sheets, foreign) == []
