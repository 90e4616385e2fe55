"""Visible: one function decides what leaves."""

import msgspec
import pytest

from portal.chat.told import Said, Void
from portal.chat.transcript import Entry
from portal.chat.visible import OPEN_EVENTS, visible
from portal.identity import Agent, Reader, Role, StaffId, Visitor, VisitorId

MEI = Agent(StaffId(7), "Mei", Role.AGENT, "s", 1)
OUTSIDERS = [Visitor(VisitorId("v")), Reader()]


def entry(kind: str, event: str = "") -> Entry:
    return Entry(
        conversation="c",
        seq=3,
        id="canary-id-0000000",
        kind=kind,
        author="agent:7",
        who="canary-name",
        text="canary-text",
        at=1,
        event=event,
        article=42,
    )


@pytest.mark.parametrize("outsider", OUTSIDERS)
@pytest.mark.parametrize(
    ("kind", "event"),
    [("note", ""), ("event", "labelled"), ("event", ""), ("of tomorrow", ""), ("", "joined")],
)
def test_what_is_staffs_own_is_void(outsider: Visitor | Reader, kind: str, event: str) -> None:
    """A note, an unknown event and an unknown kind are a number and nothing else."""
    told = msgspec.json.encode(visible(entry(kind, event), outsider))

    assert told == b'{"type":"chat.said","conversation":"c","seq":3,"kind":"void"}'


@pytest.mark.parametrize("outsider", OUTSIDERS)
@pytest.mark.parametrize("event", [*sorted(OPEN_EVENTS), ""])
def test_what_is_said_to_him_is_not(outsider: Visitor | Reader, event: str) -> None:
    """Texts and five events are seen, without any number of the author."""
    told = visible(entry("event" if event else "text", event), outsider)

    assert isinstance(told, Said)
    assert msgspec.to_builtins(told)["author"] == {"kind": "agent", "name": "canary-name"}
    assert "article" not in msgspec.to_builtins(told)


@pytest.mark.parametrize("kind", ["note", "text", "event", "of tomorrow"])
def test_staff_see_everything(kind: str) -> None:
    """Nothing is void to staff, and they know who wrote it and what was read."""
    told = visible(entry(kind), MEI)

    assert not isinstance(told, Void)
    assert msgspec.to_builtins(told)["author"]["id"] == 7
    assert told.article == 42
