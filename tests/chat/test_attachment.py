"""The attachment: in order and once, whatever order things come in."""

import asyncio
import json
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.chat.attachment import Attachment, Ready
from portal.chat.transcript import Entry
from portal.identity import Reader
from portal.live.connection import Connection, Turn
from portal.live.hello import Hello


class Paper:
    """A wire that writes down what is written to it."""

    behind = False
    buffered = 0

    def __init__(self) -> None:
        self.frames = b""

    def write(self, frames: bytes) -> None:
        self.frames += frames

    def on_drained(self, call: Any) -> None: ...

    def close(self, code: int, reason: str = "") -> None: ...

    def abort(self) -> None: ...

    @property
    def seqs(self) -> list[int]:
        texts = self.frames.split(b'{"type"')[1:]
        return [json.loads(b'{"type"' + text[: text.index(b"}") + 1])["seq"] for text in texts]


def ready(seq: int) -> Ready:
    # Void to a reader: small frames without braces inside.
    return Ready(
        Entry(conversation="c", seq=seq, id="i", kind="note", author="a", who="", text="", at=0)
    )


def attachment() -> tuple[Attachment, Paper]:
    paper = Paper()
    hello = Hello(protocol=1)
    connection = Connection(cast(Any, paper), Turn(), door="live", actor=Reader(), hello=hello)
    return Attachment(connection), paper


async def test_nothing_comes_before_the_head_was_reached() -> None:
    """Who is not attached is told nothing."""
    place, paper = attachment()

    place.offer(ready(1))
    place.hold()
    place.settle(None)
    place.offer(ready(2))
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    assert paper.seqs == []
    assert place.gap_from is None


async def test_live_entries_wait_for_the_page() -> None:
    """What comes while a page is read is told after it; what the page brought is dropped."""
    place, paper = attachment()
    place.hold()
    for seq in (5, 4, 6, 7):
        place.offer(ready(seq))

    place.settle(5)
    before = list(paper.seqs)
    for _ in range(3):
        await asyncio.sleep(0)

    assert before == []
    assert paper.seqs == [6, 7]


async def test_a_gap_is_known() -> None:
    """Something later than the next one means that something is missing."""
    place, paper = attachment()
    place.hold()
    place.settle(3)
    await asyncio.sleep(0)

    place.offer(ready(6))
    gap = place.gap_from
    for seq in (4, 5):
        place.offer(ready(seq))
    for _ in range(2):
        await asyncio.sleep(0)

    assert gap == 3
    assert place.gap_from is None
    assert paper.seqs == [4, 5, 6]


async def test_a_repeated_page_does_not_move_the_cursor_back() -> None:
    """Asking again for what was told leaves the stream where it was."""
    place, paper = attachment()
    place.hold()
    place.settle(3)
    place.hold()
    place.settle(2)
    place.offer(ready(3))
    place.offer(ready(4))
    for _ in range(3):
        await asyncio.sleep(0)

    assert paper.seqs == [4]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.permutations(range(1, 13)), twice=st.lists(st.integers(1, 12)))
def test_any_order_becomes_the_right_one(order: list[int], twice: list[int]) -> None:
    """Twelve entries in any order, some of them twice, arrive as one to twelve."""

    async def run() -> list[int]:
        place, paper = attachment()
        place.hold()
        place.settle(0)
        for seq in [*twice[:3], *order, *twice]:
            place.offer(ready(seq))
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        return paper.seqs

    assert asyncio.run(run()) == list(range(1, 13))


@pytest.mark.parametrize("kept", [300])
async def test_what_is_held_is_bounded(kept: int) -> None:
    """A page that takes for ever does not fill the memory; the rest is read from SQL."""
    place, paper = attachment()
    place.hold()
    for seq in range(1, kept + 1):
        place.offer(ready(seq))
    place.settle(0)
    for _ in range(3):
        await asyncio.sleep(0)

    assert len(paper.seqs) == 200
    assert place.gap_from == 200
