"""What the documents say in tables, compared with the code."""

import re
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import msgspec
import pytest

from portal.audience import messages
from portal.chat import told
from portal.chat.finding import messages as finding_messages
from portal.chat.handling import messages as handling_messages
from portal.chat.queue import messages as queue_messages
from portal.errors import Code
from portal.live import hello, protocol, strain
from portal.live.protocol import Told
from portal.news import breaking, matching
from portal.news import socket as news_socket
from portal.settings import SETTINGS
from portal.staff import messages as staff_messages
from tests.support.requests import requests

ANSWERED: tuple[ModuleType, ...] = (
    queue_messages,
    breaking,
    matching,
    finding_messages,
    handling_messages,
    staff_messages,
)
"""Wire types of the rooms within chat and of the staff's, once they are told."""
TREE = Path(__file__).parent.parent


def table(document: str, heading: str) -> list[list[str]]:
    """Return the cells of the first table below a heading, without its head."""
    text = (TREE / document).read_text(encoding="utf-8")
    after = text.split(f"\n{heading}\n", 1)[1]
    rows = re.findall(r"^\|(.+)\|$", after.split("\n#", 1)[0], re.MULTILINE)
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)] for row in rows[2:]]


def names(cell: str) -> tuple[str, ...]:
    """Return the names a cell lists in code style."""
    return tuple(re.findall(r"`([^`]+)`", cell))


def fields(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    """Return the fields of a message that travel, besides `ref`."""
    return tuple(f.name for f in msgspec.structs.fields(kind) if f.name != "ref")


def asked(door: Any) -> set[tuple[str, str, tuple[str, ...]]]:
    """Return type, door and fields of all one door answers."""
    return {(str(k.__struct_config__.tag), str(door), fields(k)) for k in requests(door)}


def test_the_table_of_requests_is_the_code_s() -> None:
    """Every request of both doors stands in docs/protocol.md with its fields, and no other."""
    rows = table("docs/protocol.md", "## What clients ask")
    written = {
        (names(row[0])[0], door, names(row[2]))
        for row in rows
        for door in (("live", "staff") if row[1] == "both" else (row[1],))
    }
    endpoint = {
        (str(kind.__struct_config__.tag), door, fields(kind))
        for kind in (hello.Hello, hello.Ping)
        for door in ("live", "staff")
    }

    assert written == asked("live") | asked("staff") | endpoint


def test_the_table_of_answers_is_the_code_s() -> None:
    """Everything the server can tell stands in docs/protocol.md with its fields, and no other."""
    rows = table("docs/protocol.md", "## What the server tells")
    written = {
        (names(row[0])[0], names(row[2]))
        for row in rows
        if not row[2].startswith("a row")  # too long for a table; its type is named instead
    }
    kinds = {
        kind
        for module in (hello, protocol, strain, messages, told, news_socket, *ANSWERED)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Told) and kind is not Told
    }
    known = {(str(k.__struct_config__.tag), fields(k)) for k in kinds}

    assert written == {row for row in known if row[0] != "desk.changed"}
    assert "desk.changed" in {row[0] for row in known}


def test_the_codes_are_the_code_s() -> None:
    """The document lists the codes of `error`."""
    text = (TREE / "docs/protocol.md").read_text(encoding="utf-8")
    listed = text.split("## Codes\n", 1)[1].split("A socket closes", 1)[0]

    assert set(names(listed)) - {"error"} == set(get_args(Code))


def test_the_readme_lists_every_setting() -> None:
    """Name, default and meaning of each setting, in the code's order."""
    rows = table("README.md", "## Settings")

    assert rows == [[f"`{s.name}`", s.default, s.meaning] for s in SETTINGS]


def test_the_readme_lists_every_message() -> None:
    """The README's message table names all types the protocol page has."""
    rows = table("README.md", "## Messages")
    written = {name for row in rows for cell in row[1:] for name in names(cell)}
    known = {names(row[0])[0] for row in table("docs/protocol.md", "## What clients ask")}
    known |= {names(row[0])[0] for row in table("docs/protocol.md", "## What the server tells")}

    assert written == known


@pytest.mark.parametrize(
    "document", ["README.md", *(p.relative_to(TREE).as_posix() for p in TREE.glob("docs/*.md"))]
)
def test_links_lead_somewhere(document: str) -> None:
    """Every relative link of a document leads to a file of the tree."""
    text = re.sub(
        r"```.*?```|`[^`]*`", "", (TREE / document).read_text(encoding="utf-8"), flags=re.S
    )
    links = re.findall(r"\]\(([^)#\s]+)", text) + re.findall(r'(?:src|href)="([^"#]+)"', text)
    here = (TREE / document).parent

    broken = [to for to in links if "://" not in to and not (here / to).exists()]
    assert broken == []


def test_the_map_of_the_tree_is_the_tree() -> None:
    """Every folder of `portal/` stands in the README's map."""
    text = (TREE / "README.md").read_text(encoding="utf-8")
    rooms = {p.parent.name for p in (TREE / "portal").glob("*/__init__.py")}

    assert {room for room in rooms if f"{room}/" not in text} == set()


def test_every_complaint_has_its_test() -> None:
    """What docs/readers.md names stands in the tree, each test where it is said to be."""
    rows = table("docs/readers.md", "## Complaints")
    missing = []
    for row in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row[2])
        assert named, row[0]
        for file, test in named:
            if not re.search(rf"^(?:async )?def {test}\(", (TREE / file).read_text(), re.MULTILINE):
                missing.append(f"{file}::{test}")

    assert len(rows) >= 11
    assert [] == missing
