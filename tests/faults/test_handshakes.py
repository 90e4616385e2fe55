"""Bad beginnings and floods: lines W35 to W40 of the list of bad inputs, on both doors."""

import asyncio
import secrets
import time
from collections import Counter

import pytest

from portal.live.admission import VISITOR_MOST
from tests.faults.besieged import Besieged
from tests.faults.conftest import Dial, Knock, ask_for_chat
from tests.faults.raw import PATHS, TEXT, Raw, codes, frame, handshake, text

DOORS = pytest.mark.parametrize("door", ["live", "staff"])
OFFICE = "X-Forwarded-For: 203.0.113.77"
HELLO = text({"type": "live.hello", "protocol": 1})


@DOORS
async def test_w35_a_flood(dial: Dial, door: str) -> None:
    """W35: what comes too fast is `limited` with its time, a flood is closed with 4003."""
    line = await dial(door)
    line.write(*(text({"type": "live.ping", "ref": str(number)}) for number in range(10_000)))
    code = await line.close_code()
    limited = [each for each in line.heard if each["type"] == "error"]
    pongs = [each["ref"] for each in line.heard if each["type"] == "live.pong"]

    assert 4003 == code
    assert {"limited"} == set(codes(limited))
    assert all(each["retry_ms"] > 0 and each["ref"] not in pongs for each in limited)
    assert len(pongs) < 5_000
    assert pongs == sorted(pongs, key=int)


async def test_w35_nothing_typed_is_lost(dial: Dial) -> None:
    """W35: what was limited can be said again once it is time, under its own id."""
    line, _ = await ask_for_chat(dial)
    words = [{"id": secrets.token_hex(8), "text": f"Word {number}"} for number in range(14)]
    told = await line.answered(*(text({"type": "chat.say", **word}) for word in words))
    stored = [each["id"] for each in told if each["type"] == "chat.stored"]
    limited = [each for each in told if each["type"] == "error"]
    await asyncio.sleep(limited[0]["retry_ms"] / 1000 + 0.1)
    again = await line.ask("chat.say", **words[len(stored)])

    assert [word["id"] for word in words[: len(stored)]] == stored
    assert [word["id"] for word in words[len(stored) :]] == [each["re"] for each in limited]
    assert {"limited"} == set(codes(limited))
    assert ("chat.stored", len(stored) + 1) == (again["type"], again["seq"])


async def test_w36_five_hundred_from_one_address(dial: Dial, besieged: Besieged) -> None:
    """W36: an office behind one address is let in; when it leaves, its places are free again."""
    lines: list[Raw] = []
    for _ in range(10):
        lines += await asyncio.gather(*(dial("live", OFFICE, tab="t") for _ in range(50)))
    await asyncio.to_thread(besieged.talk)
    last = await lines[-1].answered()
    for line in lines:
        line.abort()
    lines = list(await asyncio.gather(*(dial("live", OFFICE) for _ in range(50))))

    assert [] == last
    assert 50 == len(lines)


async def test_w36_one_visitor_has_so_many_and_no_more(dial: Dial) -> None:
    """W36: the visitor's socket past the last allowed is told why and closed with 4003."""
    secret = secrets.token_urlsafe(32)
    first, _ = await ask_for_chat(dial, secret)
    for _ in range(VISITOR_MOST - 1):
        await dial("live", visitor=secret)
    one_more = await dial("live", hello=False)
    told = await one_more.hello(visitor=secret)
    late = await dial("live")
    told_late = await late.ask("chat.open", visitor=secret)

    assert ("error", "limited") == (told["type"], told["code"])
    assert told["retry_ms"] > 0
    assert 4003 == await one_more.close_code()
    assert ("error", "limited") == (told_late["type"], told_late["code"])
    assert 4003 == await late.close_code()
    assert [] == codes(await first.answered())


async def test_w37_who_never_says_hello(dial: Dial, knock: Knock, besieged: Besieged) -> None:
    """W37: after ten seconds of nothing, of pings or of half a hello the socket is closed."""
    began = time.monotonic()
    lines = [await dial(door, hello=False) for door in ("live", "staff") for _ in range(3)]
    half = asyncio.ensure_future(knock(handshake(besieged.portal, "/live")[:-2]))

    async def last(line: Raw, drip: bytes) -> tuple[int, float]:
        async def keep_alive() -> None:
            while drip:
                line.write(drip)
                await asyncio.sleep(0.5)

        alive = asyncio.create_task(keep_alive())
        code = await line.close_code()
        alive.cancel()
        return code, time.monotonic() - began

    drips = [b"", frame(9), frame(0, b" ", fin=False)]
    lines[2].write(frame(TEXT, b'{"type":', fin=False))
    lines[5].write(frame(TEXT, b'{"type":', fin=False))
    ends = await asyncio.gather(
        *(last(line, drip) for line, drip in zip(lines, drips * 2, strict=True))
    )
    unheard = (await half).head

    assert [4500] * 6 == [code for code, _ in ends]
    assert all(9 < seconds < 19 for _, seconds in ends)
    assert b"" == unheard
    assert 9 < time.monotonic() - began < 19


@DOORS
async def test_w38_hello_twice_and_too_late(dial: Dial, door: str) -> None:
    """W38: a second hello is a `conflict`; anything before the first is refused with 4500."""
    line = await dial(door)
    again = await line.answered(HELLO, text({"type": "live.hello", "protocol": 2}))
    early = []
    for words in (
        {"type": "live.ping", "ref": "early"},
        {"type": "audience.watch", "articles": [], "ref": "early"},
        {"type": "live.hello", "protocol": 2, "ref": "early"},
        {"type": "live.hello", "ref": "early"},
    ):
        first = await dial(door, hello=False)
        first.write(text(words))
        told = await first.hears()
        early.append((told["code"], told["ref"], await first.close_code()))

    assert ["conflict", "conflict"] == codes(again)
    assert [
        ("not_allowed", "early", 4500),
        ("not_allowed", "early", 4500),
        ("bad_field", "early", 4500),
        ("bad_field", "early", 4500),
    ] == early


@DOORS
async def test_w39_foreign_origins(knock: Knock, besieged: Besieged, door: str) -> None:
    """W39: a foreign, missing or odd origin gets 403 and no socket, whoever is signed in."""
    portal = besieged.portal
    own = portal.url
    foreign = [
        *("null", "", "*", "https://portal.evil.com", "https://evilportal.com", "file://"),
        own.replace("http:", "https:"),
        own.replace("http:", "HTTP:"),
        own.replace(str(portal.port), str(portal.port + 1)),
        own.removesuffix(f":{portal.port}"),
        *(
            f"{own}.evil.com",
            f"{own}/",
            f"{own}@evil.com",
            f"http://evil.com#{own}",
            f"{own}, {own}",
        ),
        own.replace("127.0.0.1", "127.0.0.2"),
        own.replace("127.0.0.1", "127.1"),
    ]
    cookie = f"Cookie: {besieged.cookie}"
    requests = [handshake(portal, PATHS[door], cookie, origin=each) for each in [None, *foreign]]
    found = Counter[int]()
    for request in requests:
        line = await knock(request)
        found[line.status] += 1

    twice = [
        handshake(portal, PATHS[door], cookie, f"Origin: {each}", f"Origin: {own}")
        for each in (own, "http://evil.com")
    ]

    assert {403: len(requests)} == dict(found)
    assert {(await knock(request)).status for request in twice} <= {400, 403}


async def test_w40_deflate_is_not_agreed_to(dial: Dial) -> None:
    """W40: deflate is offered in vain, so a bomb is a frame with a reserved bit."""
    offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
    line = await dial("live", offer)
    line.write(frame(TEXT, b"\xaa" * 60_000, rsv=4))

    assert b"sec-websocket-extensions" not in line.head.lower()
    assert 1002 == await line.close_code()


@DOORS
async def test_w40_a_body_behind_the_handshake(knock: Knock, besieged: Besieged, door: str) -> None:
    """W40: what follows the handshake is frames; a request hidden there is none."""
    portal = besieged.portal
    cookie = f"Cookie: {besieged.cookie}"
    hidden = f"GET /staff/ HTTP/1.1\r\nHost: 127.0.0.1:{portal.port}\r\n{cookie}\r\n\r\n".encode()
    found = []
    for extra, body in (
        ((), hidden),
        ((f"Content-Length: {len(hidden)}",), hidden),
        (("Transfer-Encoding: chunked",), b"%x\r\n%b\r\n0\r\n\r\n" % (len(hidden), hidden)),
    ):
        line = await knock(handshake(portal, PATHS[door], cookie, *extra) + body)
        rest = await ending(line)
        found.append((line.status, rest[:4]))
        assert b"HTTP/1.1 200" not in line.head + rest

    # Bytes before the answer are nobody's: dropped, or frames that are none.
    assert 101 == found[0][0]
    assert found[0][1][:1] in (b"", b"\x88")
    assert {status for status, _ in found} <= {101, 400}


ODD = {
    "version 8": (400, ["Sec-WebSocket-Version: 8"]),
    "version 0": (400, ["Sec-WebSocket-Version: 0"]),
    "version x": (400, ["Sec-WebSocket-Version: x"]),
    "two versions": (400, ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 13"]),
    "a key of one byte": (400, ["Sec-WebSocket-Key: YQ=="]),
    "no base64": (400, ["Sec-WebSocket-Key: ÿþ"]),
    "two keys": (400, ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="] * 2),
    "another upgrade": (0, ["Upgrade: h2c"]),
    "two upgrades": (0, ["Upgrade: websocket", "Upgrade: h2c"]),
    "an upgrade twice": (0, ["Upgrade: websocket", "Upgrade: websocket"]),
    "a subprotocol of 10 KB": (431, ["Sec-WebSocket-Protocol: " + "x" * 10_000]),
    "ten thousand subprotocols": (431, ["Sec-WebSocket-Protocol: " + "x," * 10_000 + "x"]),
    "a hundred extensions": (0, ["Sec-WebSocket-Extensions: x"] * 100),
    "no letters in a header": (0, ["X-Odd: \xff\xfe", "User-Agent: \xff" * 10]),
}


@DOORS
@pytest.mark.parametrize("name", ODD)
async def test_w40_odd_handshakes(knock: Knock, besieged: Besieged, door: str, name: str) -> None:
    """W40: an odd handshake is a socket, or is refused with a status; never a fault of ours."""
    status, lines = ODD[name]
    portal = besieged.portal
    request = handshake(portal, PATHS[door], f"Cookie: {besieged.cookie}", *lines)
    line = await knock(request.decode().encode("latin-1", "replace"))
    found = line.status
    if found == 101:
        assert (await line.hello())["type"] == "live.welcome"

    assert found in ((status,) if status else (101, 200, 303, 400, 403, 404, 426))


@pytest.mark.parametrize("path", ["/live\xff", "/live?\xff", "/live?x=\0", "/live%ff", "//live"])
async def test_w40_odd_addresses(knock: Knock, besieged: Besieged, path: str) -> None:
    """W40: an address with bytes that none has is answered, or cut off, without a traceback."""
    line = await knock(handshake(besieged.portal, "PATH").replace(b"PATH", path.encode("latin-1")))

    assert line.status in (0, 101, 308, 400, 403, 404)


async def ending(line: Raw) -> bytes:
    """Return all that comes before the line ends, or is quiet for a while."""
    found = b""
    try:
        async with asyncio.timeout(1):
            while more := await line.reader.read(65_536):
                found += more
    except (TimeoutError, ConnectionResetError):
        pass
    line.abort()
    return found
