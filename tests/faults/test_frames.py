"""Bad frames, by bytes: lines W1 to W16 of the list of bad inputs, on both doors.

What is no frame is closed with the code the RFC has for it; what is a frame and no request is
answered by an `error`. The fixture looks afterwards that nobody else has noticed.
"""

import json
import struct

import pytest

from tests.faults.conftest import Dial
from tests.faults.raw import BINARY, CLOSE, MORE, PING, PONG, TEXT, frame, text

DOORS = pytest.mark.parametrize("door", ["live", "staff"])
LONGEST = 64 * 1024


def padded(size: int) -> str:
    """Return a ping of so many bytes."""
    empty = json.dumps({"type": "live.ping", "ref": "padded", "fill": ""})
    return empty.replace('""', '"' + "x" * (size - len(empty)) + '"')


ENDLESS = frame(TEXT, b'{"', fin=False)

CLOSED = {
    "W1 text of 64 KiB and a byte": (1009, text(padded(LONGEST + 1))),
    "W1 text of a megabyte": (1009, text(padded(1 << 20))),
    "W3 a header of 4 GiB": (1009, b"\x81\xff" + struct.pack("!Q", 1 << 32) + b"\0" * 4),
    "W3 a header of 2^63": (1009, b"\x81\xff" + struct.pack("!Q", 1 << 63) + b"\0" * 4),
    "W4 fragments without end": (1009, ENDLESS + frame(MORE, b"x" * 1000, fin=False) * 80),
    "W4 empty fragments without end": (1009, ENDLESS + frame(MORE, fin=False) * 5_000),
    "W5 10,000 fragments of a byte": (1009, ENDLESS + frame(MORE, b"x", fin=False) * 10_000),
    "W6 a ping in pieces": (1002, frame(PING, b"a", fin=False) + frame(MORE, b"b")),
    "W6 a close in pieces": (1002, frame(CLOSE, b"\3\xe8", fin=False)),
    "W7 a ping of 126 bytes": (1002, frame(PING, b"x" * 126)),
    "W7 a close of 126 bytes": (1002, frame(CLOSE, b"\3\xe8" + b"x" * 124)),
    "W7 a close of one byte": (1002, frame(CLOSE, b"\3")),
    "W7 a close with no code there is": (1002, frame(CLOSE, struct.pack("!H", 1005))),
    "W9 not masked": (1002, frame(TEXT, b"{}", masked=False)),
    "W10 the first reserved bit": (1002, frame(TEXT, b"{}", rsv=4)),
    "W10 the second": (1002, frame(TEXT, b"{}", rsv=2)),
    "W10 the third": (1002, frame(TEXT, b"{}", rsv=1)),
    **{f"W11 opcode {n}": (1002, frame(n, b"{}")) for n in (*range(3, 8), *range(11, 16))},
    "W11 more of nothing": (1002, frame(MORE, b"{}")),
    "W11 a second beginning": (1002, ENDLESS + frame(TEXT, b"}")),
    "W12 no UTF-8": (1007, frame(TEXT, b'{"type":"\xff\xfe"}')),
    "W12 half a character at the end": (1007, frame(TEXT, "é".encode()[:1])),
    "W12 no UTF-8 in pieces": (1007, frame(TEXT, b"\xc3", fin=False) + frame(MORE, b"\x28")),
    "W14 overlong UTF-8": (1007, frame(TEXT, b'"\xc0\xaf"')),
    "W14 a surrogate in UTF-8": (1007, frame(TEXT, b'"\xed\xa0\x80"')),
    "W14 past the last character": (1007, frame(TEXT, b'"\xf4\x90\x80\x80"')),
    "W15 a binary frame": (1003, frame(BINARY, b'{"type":"live.ping"}')),
    "W15 an empty binary frame": (1003, frame(BINARY)),
}


@DOORS
@pytest.mark.parametrize("name", CLOSED)
async def test_is_closed_with_its_code(dial: Dial, door: str, name: str) -> None:
    """The close frame arrives, after hello and instead of one, though more bytes follow."""
    code, attack = CLOSED[name]
    for hello in (True, False):
        line = await dial(door, hello=hello)
        line.write(attack, frame(PING) * 500)

        assert code == await line.close_code()


@DOORS
async def test_w2_64_kib_are_allowed(dial: Dial, door: str) -> None:
    """W2: a frame of exactly 64 KiB is read and answered, in pieces too."""
    line = await dial(door)
    whole = padded(LONGEST).encode()
    pieces = [whole[at : at + 1000] for at in range(0, LONGEST, 1000)]
    line.write(frame(TEXT, whole))
    first = await line.hears()
    line.write(frame(TEXT, pieces[0], fin=False))
    line.write(*(frame(MORE, piece, fin=False) for piece in pieces[1:]), frame(MORE))
    second = await line.hears()

    assert ["live.pong", "padded"] * 2 == [
        *(first["type"], first["ref"]),
        *(second["type"], second["ref"]),
    ]


@DOORS
async def test_w8_a_flood_of_pings(dial: Dial, door: str) -> None:
    """W8: ten thousand pings at once are answered in order; the socket and the others live."""
    line = await dial(door)
    line.write(*(frame(PING, str(number).encode()) for number in range(10_000)))
    pongs = [await line.read() for _ in range(10_000)]

    assert [(PONG, str(number).encode()) for number in range(10_000)] == pongs
    assert [] == await line.answered()


@DOORS
async def test_w8_pings_between_fragments(dial: Dial, door: str) -> None:
    """W8: a ping may come amid a message and is answered before it."""
    line = await dial(door)
    line.write(frame(TEXT, b'{"type":', fin=False), frame(PING, b"now"))
    line.write(frame(MORE, b'"live.ping"}'))

    assert (PONG, b"now") == await line.read()
    assert "live.pong" == (await line.hears())["type"]


@DOORS
async def test_w13_a_character_in_two_fragments(dial: Dial, door: str) -> None:
    """W13: UTF-8 is judged over the whole message; every place to break it is right."""
    line = await dial(door)
    whole = '{"type":"x.é€😀"}'.encode()
    for at in range(1, len(whole)):
        line.write(frame(TEXT, whole[:at], fin=False), frame(MORE, whole[at:]))
        told = await line.hears()

        assert ("unknown_type", "x.é€😀") == (told["code"], told["re"])


@DOORS
async def test_w16_an_empty_frame(dial: Dial, door: str) -> None:
    """W16: a frame of nothing is no JSON object; the socket lives."""
    line = await dial(door)
    told = await line.answered(frame(TEXT), frame(TEXT, fin=False) + frame(MORE))

    assert ["bad_frame", "bad_frame"] == [each["code"] for each in told]
