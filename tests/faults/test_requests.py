"""Bad requests in good frames: lines W17 to W27 of the list of bad inputs.

Each gets one typed answer and the socket lives, or it is closed with a code.
"""

import json
import secrets
from typing import Any

import msgspec
import pytest

from portal.live.connection import Door
from portal.live.hello import Hello, Ping
from portal.live.protocol import Request
from tests.faults.conftest import Dial, ask_for_chat
from tests.faults.raw import codes, text
from tests.support.requests import requests

DOORS = pytest.mark.parametrize("door", ["live", "staff"])

DEEP = 30_000
REFUSED = {
    "W17 cut off": ("bad_frame", '{"type":"live.ping"'),
    "W17 two at once": ("bad_frame", '{"type":"live.ping"}{"type":"live.ping"}'),
    "W17 other quotes": ("bad_frame", "{'type':'live.ping'}"),
    "W17 a comma too many": ("bad_frame", '{"type":"live.ping",}'),
    "W17 a comment": ("bad_frame", '{"type":"live.ping"} // now'),
    "W17 a byte order mark": ("bad_frame", '\ufeff{"type":"live.ping"}'),
    "W17 a line break in a text": ("bad_frame", '{"type":"live.ping","ref":"a\nb"}'),
    "W18 lists 50,000 deep": ("bad_frame", "[" * 50_000),
    "W18 objects 10,000 deep": ("bad_frame", '{"a":' * 10_000),
    "W18 deep and whole": ("bad_frame", "[" * DEEP + "]" * DEEP),
    "W18 deep where nobody looks": (
        "bad_frame",
        '{"type":"live.ping","x":' + "[" * DEEP + "]" * DEEP + "}",
    ),
    "W19 an integer of 5,000 digits": (
        "bad_frame bad_field",
        '{"type":"chat.since","conversation":"c","seq":' + "9" * 5_000 + "}",
    ),
    "W20 NaN": ("bad_frame", '{"type":"chat.since","conversation":"c","seq":NaN}'),
    "W20 Infinity": ("bad_frame", '{"type":"chat.since","conversation":"c","seq":Infinity}'),
    "W20 -Infinity where nobody looks": ("bad_frame", '{"type":"live.ping","x":-Infinity}'),
    "W20 1e999": ("bad_frame bad_field", '{"type":"chat.since","conversation":"c","seq":1e999}'),
    "W23 a list": ("bad_frame", '[{"type":"live.ping"}]'),
    "W23 an empty list": ("bad_frame", "[]"),
    "W23 a text": ("bad_frame", '"live.ping"'),
    "W23 a number": ("bad_frame", "1"),
    "W23 null": ("bad_frame", "null"),
    "W23 true": ("bad_frame", "true"),
    "W24 an unknown type": ("unknown_type", '{"type":"chat.nonsense"}'),
    "W24 what only the server says": ("unknown_type", '{"type":"chat.said"}'),
    "W24 no type": ("unknown_type", "{}"),
    "W24 a number for a type": ("unknown_type bad_field", '{"type":5}'),
    "W24 a list for a type": ("unknown_type bad_field", '{"type":["live.ping"]}'),
    "W24 an empty type": ("unknown_type", '{"type":""}'),
    "W24 a type of 60,000 letters": ("unknown_type", '{"type":"' + "x" * 60_000 + '"}'),
    "W26 a lone surrogate": ("bad_frame bad_field", r'{"type":"live.ping","ref":"\ud800"}'),
    "W26 the other half": ("bad_frame bad_field", r'{"type":"live.ping","ref":"\udc00\ud800"}'),
    "W26 in a type": ("bad_frame bad_field unknown_type", r'{"type":"\ud800"}'),
    "W27 NUL": ("bad_frame bad_field", '{"type":"live.ping","ref":"a\0b"}'),
    "W27 NUL, escaped": ("bad_field", r'{"type":"live.ping","ref":"a\u0000b"}'),
    "W27 NUL where nobody looks": ("bad_field", r'{"type":"live.ping","x":{"\u0000":1}}'),
}


@DOORS
@pytest.mark.parametrize("name", REFUSED)
async def test_is_refused(dial: Dial, door: str, name: str) -> None:
    """One `error` with its code, and the socket lives; as a first frame, 4500 follows."""
    codes, words = REFUSED[name]
    told = await (await dial(door)).answered(text(words))
    first = await dial(door, hello=False)
    first.write(text(words))
    greeting = await first.hears()
    closed = await first.close_code()

    assert ["error"] == [each["type"] for each in told]
    assert told[0]["code"] in codes.split()
    assert len(json.dumps(told)) < 1_000
    assert (greeting["type"], greeting["code"]) == ("error", told[0]["code"])
    assert 4500 == closed


@DOORS
async def test_w21_w22_odd_keys(dial: Dial, door: str) -> None:
    """W21, W22: a key twice is read once; names of JavaScript's inside are names like others."""
    line = await dial(door)
    told = await line.answered(
        text('{"type":"live.ping","ref":"a","ref":"b"}'),
        text('{"type":"chat.nonsense","type":"live.ping","ref":"c"}'),
        text('{"type":"live.ping","ref":"d","__proto__":{"type":"x"},"constructor":1,"":2}'),
        text('{"__proto__":{"type":"live.ping"}}'),
        text('{"type":"__proto__"}'),
    )

    assert 5 == len(told)
    assert ("live.pong", "b") == (told[0]["type"], told[0]["ref"])
    assert told[1]["type"] in ("live.pong", "error")
    assert ("live.pong", "d") == (told[2]["type"], told[2]["ref"])
    assert ["unknown_type", "unknown_type"] == [each["code"] for each in told[3:]]


# Fields


def kinds(door: Door) -> list[type[Request]]:
    """Return every type of request that a door answers."""
    return [Hello, Ping, *requests(door)]


WRONG: list[Any] = [None, True, -1, 1.5, "", "😀" * 5_000, [[]], {"a": 1}]
RIGHT: dict[str, Any] = {
    "protocol": 1,
    "visitor": "s" * 43,
    "text": "Hello.",
    "seq": 0,
    "limit": 10,
    "article": 1,
    "articles": [1],
    "list": "all",
    "query": "harbour",
    "last_seq": 0,
    "score": 3,
    "to": {"desk": 0},
    "until": None,
    "labels": [],
    "paragraph": "p-1",
    "shortcut": "hello",
    "capacity": None,
    "ticket": "t" * 43,
}
A_SOCKET = 25
"""So many attacks, each with a ping behind it, are less than what is limited."""
EVERY = [(door, kind) for door in ("live", "staff") for kind in kinds(door)]


def right(kind: type[Request], conversation: str) -> dict[str, Any]:
    """Return a request of this kind as it should be."""
    given = {**RIGHT, "id": secrets.token_hex(8), "conversation": conversation}
    given["state"] = "reading" if kind.__name__ == "Attention" else "away"
    fields = msgspec.structs.fields(kind)
    return {field.name: given[field.name] for field in fields if field.required}


def bent(kind: type[Request], conversation: str) -> list[dict[str, Any]]:
    """Return it with each field missing, and of each wrong type, and with one too many."""
    whole = right(kind, conversation)
    found = [{**whole, "nobody knows this": each} for each in WRONG]
    for field in msgspec.structs.fields(kind):
        found.append({name: each for name, each in whole.items() if name != field.name})
        found += [{**right(kind, conversation), field.name: each} for each in WRONG]
    return found


def is_request(kind: type[Request], fields: dict[str, Any]) -> bool:
    """Tell whether the protocol's own types allow this."""
    try:
        msgspec.convert({**fields, "type": kind.__struct_config__.tag}, kind)
    except msgspec.ValidationError:
        return False
    return True


@pytest.mark.parametrize(("door", "kind"), EVERY, ids=lambda each: getattr(each, "__name__", each))
async def test_w25_every_field(dial: Dial, door: str, kind: type[Request]) -> None:
    """W25: what does not fit its type is `bad_field` or `too_long`; the rest is never our fault."""
    attacks = bent(kind, "")
    for at in range(0, len(attacks), A_SOCKET):
        visitor, conversation = await ask_for_chat(dial)
        line = visitor if door == "live" else await dial("staff")
        for fields in bent(kind, conversation)[at : at + A_SOCKET]:
            told = await line.answered(text({"type": kind.__struct_config__.tag, **fields}))

            if is_request(kind, fields):
                assert "busy" not in codes(told), (fields, told)
            else:
                assert codes(told) in (["bad_field"], ["too_long"]), (fields, told)
                (error,) = (each for each in told if each["type"] == "error")
                assert len(json.dumps(error, ensure_ascii=False).encode()) < 2_000
