"""Requests for what is not one's own, or no more, or too much: lines W28 to W34 of the list."""

import json
import secrets
import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from portal.chat.threads import SEATS_MOST
from tests.faults.besieged import Besieged
from tests.faults.conftest import Dial, ask_for_chat
from tests.faults.raw import TEXT, Raw, codes, text
from tests.faults.test_requests import kinds

DOORS = pytest.mark.parametrize("door", ["live", "staff"])


async def says(line: Raw, text: str, id: str | None = None, **fields: Any) -> dict[str, Any]:
    return await line.ask("chat.say", id=id or secrets.token_hex(8), text=text, **fields)


async def test_w28_another_visitors_conversation(dial: Dial, besieged: Besieged) -> None:
    """W28: another's conversation is `not_found` whatever one asks, as one that never was."""
    line, _ = await ask_for_chat(dial)
    reader = await dial("live")
    requests: list[dict[str, Any]] = [
        {"type": "chat.since", "seq": 0},
        {"type": "chat.say", "id": secrets.token_hex(8), "text": "Let me in"},
        {"type": "chat.seen", "seq": 1},
        {"type": "chat.typing", "text": "Let"},
        {"type": "chat.leave"},
    ]
    for given in requests:
        asked = [text({**given, "conversation": which}) for which in (besieged.conversation, "x")]
        told = await line.answered(*asked)
        of_reader = await reader.answered(*asked)

        assert ["not_found", "not_found"] == codes(told)
        assert ["not_allowed", "not_allowed"] == codes(of_reader)


async def test_w28_the_staffs_requests(dial: Dial, besieged: Besieged) -> None:
    """W28: what only staff may ask has no meaning on the other door."""
    line, own = await ask_for_chat(dial)
    names = [kind.__struct_config__.tag for kind in kinds("staff")]
    of_staff = set(names) - {kind.__struct_config__.tag for kind in kinds("live")}
    asked = [
        {"type": name, "conversation": own, "list": "all"} for name in sorted(map(str, of_staff))
    ]
    told = await line.answered(*map(text, asked))

    assert {"chat.note", "chat.claim", "chat.join", "desk.watch"} <= of_staff
    assert ["unknown_type"] * len(asked) == codes(told)


async def test_w29_the_id_of_a_note(dial: Dial) -> None:
    """W29: whoever knows a note's id can do nothing with it; of the note he hears nothing."""
    visitor, conversation = await ask_for_chat(dial)
    await says(visitor, "Hello?")
    staff = await dial("staff")
    id = secrets.token_hex(8)
    note = await staff.ask("chat.note", conversation=conversation, id=id, text="A secret word")
    own = await says(visitor, "A secret guess", id)
    page = await visitor.ask("chat.since", seq=0)

    assert ("chat.stored", "chat.stored") == (note["type"], own["type"])
    assert note["seq"] != own["seq"]
    kept = [each.get("text") for each in page["messages"] if each["kind"] == "text"]
    assert ["Hello?", "A secret guess"] == kept
    void = next(each for each in page["messages"] if each["seq"] == note["seq"])
    assert {"type", "conversation", "seq", "kind"} >= set(void)
    assert "A secret word" not in json.dumps(visitor.heard)


async def test_w30_a_closed_conversation(dial: Dial) -> None:
    """W30: in a closed one staff are told `closed`; the visitor who speaks opens it again."""
    visitor, conversation = await ask_for_chat(dial)
    await says(visitor, "Hello?")
    staff = await dial("staff")
    assert "ok" == (await staff.ask("chat.close", conversation=conversation))["type"]
    claim = await staff.ask("chat.claim", conversation=conversation)
    word = await says(staff, "Too late", conversation=conversation)
    again = await says(visitor, "One more thing")

    assert ["closed", "closed"] == [claim["code"], word["code"]]
    assert ("chat.stored", conversation) == (again["type"], again["conversation"])


async def test_w30_a_conversation_that_was_deleted(dial: Dial, besieged: Besieged) -> None:
    """W30: one that is gone is `not_found` for staff; its visitor begins anew."""
    visitor, conversation = await ask_for_chat(dial)
    await says(visitor, "Hello?")
    staff = await dial("staff")
    await staff.ask("chat.join", conversation=conversation)
    with closing(sqlite3.connect(besieged.database, timeout=10)) as db, db:
        db.execute("DELETE FROM entry WHERE conversation_id = ?", (conversation,))
        db.execute("DELETE FROM conversation WHERE id = ?", (conversation,))
    answers = [
        await staff.ask("chat.claim", conversation=conversation),
        await staff.ask("chat.since", conversation=conversation, seq=0),
        await says(staff, "Anybody?", conversation=conversation),
        await staff.ask("chat.close", conversation=conversation),
    ]
    his = await says(visitor, "Anybody?", conversation=conversation)
    anew = await says(visitor, "Anybody?")
    if anew.get("code") == "not_allowed":  # it was missed already: he is a reader like any other
        await visitor.ask("chat.open", visitor=secrets.token_urlsafe(32))
        anew = await says(visitor, "Anybody?")

    assert ["not_found"] * 4 == [each["code"] for each in answers]
    assert his["code"] in ("not_found", "not_allowed")
    assert anew["type"] == "chat.stored"
    assert anew["conversation"] != conversation


@DOORS
async def test_w31_odd_numbers(dial: Dial, door: str) -> None:
    """W31: a `seq` that is none is refused; one that nobody has reached yet is an empty page."""
    visitor, conversation = await ask_for_chat(dial)
    await says(visitor, "Hello?")
    line = visitor if door == "live" else await dial("staff")
    odd: list[Any] = [-1, 2**31, 2**53, 2**63, 2**64, 10**30, 1.5, 1e3, "1", "", None, [1], {}]
    for seq in odd:
        told = await line.ask("chat.since", conversation=conversation, seq=seq)

        assert "bad_field" == told["code"], seq
    beyond = await line.ask("chat.since", conversation=conversation, seq=2**31 - 1)
    whole = await line.ask("chat.since", conversation=conversation, seq=0)

    assert ("chat.history", [], 1) == (beyond["type"], beyond["messages"], beyond["last_seq"])
    assert [1] == [each["seq"] for each in whole["messages"]]


def fill(database: Path, count: int) -> list[str]:
    """Write so many conversations of one entry each; return their ids."""
    ids = [secrets.token_urlsafe(16) for _ in range(count)]
    now = time.time_ns() // 1_000_000
    with closing(sqlite3.connect(database, timeout=10)) as db, db:
        for id in ids:
            visitor = secrets.token_hex(32)
            db.execute("INSERT INTO visitor (id, created_at) VALUES (?, ?)", (visitor, now))
            db.execute(
                "INSERT INTO conversation (id, visitor_id, status, last_at, created_at, last_seq)"
                " VALUES (?, ?, 'waiting', ?, ?, 1)",
                (id, visitor, now, now),
            )
            db.execute(
                "INSERT INTO entry (conversation_id, seq, kind, author, client_id, text, at)"
                " VALUES (?, 1, 'text', 'visitor', ?, 'Hello?', ?)",
                (id, id, now),
            )
    return ids


async def test_w32_resuming_everything(dial: Dial, besieged: Besieged) -> None:
    """W32: one socket reads along in so many conversations and no more, until it leaves some."""
    ids = fill(besieged.database, SEATS_MOST + 20)
    line = await dial("staff")
    told = await line.answered(
        *(text({"type": "chat.join", "conversation": id}) for id in ids),
    )
    answers = Counter(each.get("code", each["type"]) for each in told)
    part = await line.ask("chat.part", conversation=ids[0])
    joined = await line.ask("chat.join", conversation=ids[-1])

    assert (SEATS_MOST, 20) == (answers["chat.history"], answers["limited"])
    assert ("ok", "chat.history") == (part["type"], joined["type"])


@DOORS
async def test_w32_resuming_ten_thousand_times(dial: Dial, door: str) -> None:
    """W32: ten thousand at once are limited, then the socket is closed; all is let go of."""
    visitor, conversation = await ask_for_chat(dial)
    line = visitor if door == "live" else await dial("staff")
    asked = text({"type": "chat.since", "conversation": conversation, "seq": 0})
    line.write(asked * 10_000)
    for _ in range(200):
        if (await line.read())[0] != TEXT:
            break
    line.abort()  # in the midst of it

    assert {"limited"} >= set(codes(line.heard))
    assert {"chat.history"} <= {each["type"] for each in line.heard}


@DOORS
async def test_w33_the_same_id_with_another_text(dial: Dial, door: str) -> None:
    """W33: the first text wins; the other is a `conflict`, the same again is the same answer."""
    visitor, conversation = await ask_for_chat(dial)
    await says(visitor, "Hello?")
    line = visitor if door == "live" else await dial("staff")
    id = secrets.token_hex(8)
    first, again, other = [
        await says(line, words, id, conversation=conversation) for words in ("One", "One", "Two")
    ]
    page = await visitor.ask("chat.since", seq=0)

    assert "chat.stored" == first["type"]
    assert first["seq"] == again["seq"]
    assert ("conflict", id) == (other["code"], other["re"])
    assert ["One"] == [each["text"] for each in page["messages"] if each.get("id") == id]


async def test_w34_the_same_id_in_another_conversation(dial: Dial) -> None:
    """W34: an id is one of its author's in its conversation; elsewhere it is free."""
    id = secrets.token_hex(8)
    staff = await dial("staff")
    kept = []
    for _ in range(2):
        visitor, conversation = await ask_for_chat(dial)
        kept.append(await says(visitor, "Of a visitor", id))
        kept.append(await says(staff, "Of staff", id, conversation=conversation))

    assert ["chat.stored"] * 4 == [each["type"] for each in kept]
    assert [1, 3, 1, 3] == [each["seq"] for each in kept]  # 2: she joined
