"""The endpoint: who gets a socket, what is answered, and what ends it."""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.routing import Route, WebSocketRoute
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from portal.errors import Unavailable
from portal.identity import Visitor, VisitorId
from portal.live.connection import Connection
from portal.live.endpoint import Endpoint, Hooks
from portal.live.refusal import Refusal
from tests.live.conftest import AGENT, HELLO, ORIGIN, House, Open, asked, closed, heard, until

SECRET = "s" * 43
ID = "0123456789abcdef"


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "http://evil.example",
        "https://portal.example",
        "http://portal.example.evil.com",
        "http://evilportal.example",
        "http://portal.example:8000",
        "http://sub.portal.example",
        "http://portal.example/",
        "HTTP://PORTAL.EXAMPLE",
        "http://portal.example, http://evil.example",
        "http://user@portal.example",
    ],
)
async def test_a_foreign_or_missing_origin_never_gets_a_socket(
    house: House, origin: str | None
) -> None:
    """The handshake is answered 403, before anybody is asked who it is."""
    with pytest.raises(InvalidStatus) as refused:
        await house.knock(origin=origin)

    assert refused.value.response.status_code == 403


async def test_two_origins_are_none(house: House) -> None:
    """A second header does not smuggle the first one in: the handshake is no handshake."""
    with pytest.raises(InvalidStatus) as refused:
        await house.knock(additional_headers={"Origin": "http://evil.example"})

    assert refused.value.response.status_code == 400


async def test_hello_is_welcomed(house: House) -> None:
    """The welcome says the protocol, the time and how often the server beats."""
    async with house.knock() as socket:
        welcome = await asked(socket, {**HELLO, "ref": "h", "article": 42, "new_field": [1]})

    assert welcome == {
        "type": "live.welcome",
        "ref": "h",
        "protocol": 1,
        "time": 1000,
        "beat_seconds": 20,
        "desk": None,
    }


@pytest.mark.parametrize(
    ("ours", "build", "reload"),
    [
        ("0123456789ab", "0123456789ab", None),
        ("0123456789ab", "ba9876543210", True),
        ("0123456789ab", "", None),
        ("0123456789ab", None, None),
        (None, "ba9876543210", None),
    ],
)
async def test_a_page_of_another_build_is_told_to_reload(
    open_house: Open, ours: str | None, build: str | None, reload: bool | None
) -> None:
    """Only who named a build, and another one; nothing is said to all others."""
    house = await open_house(build=ours)
    named = {} if build is None else {"build": build}
    async with house.knock() as socket:
        welcome = await asked(socket, {**HELLO, **named})

    assert welcome.get("reload") == reload
    assert ("reload" in welcome) == bool(reload)


async def test_who_never_says_hello_is_closed(open_house: Open) -> None:
    """A socket that says nothing is not kept."""
    house = await open_house(hello_seconds=0.05)
    async with house.knock() as socket:
        code = await closed(socket)

    assert code == 4500
    assert house.opened == house.closed == []


@pytest.mark.parametrize(
    ("first", "error", "close"),
    [
        ({"type": "live.ping"}, "not_allowed", 4500),
        ({"type": "room.say", "id": ID, "text": "x"}, "not_allowed", 4500),
        ({"type": "live.hello"}, "bad_field", 4500),
        ({"type": "live.hello", "protocol": 2}, "bad_field", 4500),
        ({"type": "live.hello", "protocol": 1, "title": "x" * 301}, "too_long", 4500),
        ("", "bad_frame", 4500),
        ("{", "bad_frame", 4500),
        (b"{}", None, 1003),
    ],
)
async def test_what_is_no_hello_is_answered_and_closed(
    house: House, first: Any, error: str | None, close: int
) -> None:
    """The first frame is hello or the last one."""
    async with house.knock() as socket:
        await socket.send(first if isinstance(first, str | bytes) else json.dumps(first))
        code = (await heard(socket))["code"] if error else None
        close_code = await closed(socket)

    assert code == error
    assert close_code == close


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("", "bad_frame"),
        ("{", "bad_frame"),
        ("nonsense", "bad_frame"),
        ("[" * 50_000, "bad_frame"),
        ('{"type":' * 8_000, "bad_frame"),
        ('{"type":"live.ping","x":NaN}', "bad_frame"),
        ('{"type":"live.ping","x":Infinity}', "bad_frame"),
        ('{"type":"room.say","id":"0123456789abcdef","text":"\\ud800"}', "bad_frame"),
        ("[]", "bad_frame"),
        ("1", "bad_frame"),
        ("null", "bad_frame"),
        ('"text"', "bad_frame"),
        ("{}", "unknown_type"),
        ({"type": "room.shout"}, "unknown_type"),
        ({"type": "__proto__"}, "unknown_type"),
        ({"type": 7}, "unknown_type"),
        ({"type": None}, "unknown_type"),
        ({"type": ["live.ping"]}, "unknown_type"),
        ({"type": "room.say", "text": "x"}, "bad_field"),
        ({"type": "room.say", "id": "short", "text": "x"}, "bad_field"),
        ({"type": "room.say", "id": "x" * 65, "text": "x"}, "too_long"),
        ({"type": "room.say", "id": ID, "text": "a\0b"}, "bad_field"),
        (r'{"type":"room.say","id":"0123456789abcdef","text":"\\\u0000"}', "bad_field"),
        ({"type": "room.say", "id": ID, "text": "x", "seq": 1.5}, "bad_field"),
        ({"type": "room.say", "id": ID, "text": "x", "seq": "1"}, "bad_field"),
        ({"type": "room.say", "id": ID, "text": "x", "seq": 2**70}, "bad_field"),
        ('{"type":"room.say","id":"0123456789abcdef","text":"x","seq":1e999}', "bad_frame"),
        (f'{{"type":"room.say","id":"{ID}","text":"x","seq":{"9" * 5000}}}', "bad_frame"),
        ({"type": "room.say", "id": ID, "text": None}, "bad_field"),
        ({"type": "room.say", "id": ID, "text": True}, "bad_field"),
        ({"type": "room.say", "id": ID, "text": 1}, "bad_field"),
        ({"type": "room.say", "id": ID, "text": 1.5}, "bad_field"),
        ({"type": "room.say", "id": ID, "text": ["x"]}, "bad_field"),
        ({"type": "room.say", "id": ID, "text": {}}, "bad_field"),
        ({"type": "live.ping", "ref": "x" * 65}, "too_long"),
        ({"type": "live.hello", "protocol": 1}, "conflict"),
    ],
)
async def test_a_bad_frame_is_answered_and_the_socket_lives(
    house: House, frame: Any, code: str
) -> None:
    """Every mistake has its code; none ends the socket or writes a traceback."""
    socket = await house.enter()
    answer = await asked(socket, frame)
    pong = await asked(socket, {"type": "live.ping", "ref": "alive"})

    assert (answer["type"], answer["code"]) == ("error", code)
    assert pong == {"type": "live.pong", "time": 1000, "ref": "alive"}


async def test_text_that_only_looks_like_nul_is_text(house: House) -> None:
    """A person may write backslash, u, four noughts."""
    socket = await house.enter()
    answer = await asked(socket, {"type": "room.say", "id": ID, "text": "\\u0000"})

    assert answer == {"type": "room.said", "text": "\\u0000"}


async def test_unknown_fields_and_doubled_keys_are_no_mistake(house: House) -> None:
    """A newer client may say more; the last of two equal keys counts."""
    socket = await house.enter()
    answer = await asked(
        socket,
        '{"type":"room.say","id":"0123456789abcdef","text":"first","text":"last",'
        '"__proto__":{"x":1},"constructor":1}',
    )

    assert answer == {"type": "room.said", "text": "last"}


async def test_an_answer_repeats_the_ref(house: House) -> None:
    """An answer, an error and an `ok` say which request they are about."""
    socket = await house.enter()
    say = {"type": "room.say", "id": ID, "ref": "r"}
    said = await asked(socket, {**say, "text": "hi"})
    done = await asked(socket, {**say, "text": "nothing"})
    refused = await asked(socket, {**say, "text": "refuse", "conversation": "c"})

    assert said == {"type": "room.said", "text": "hi", "ref": "r"}
    assert done == {"type": "ok", "ref": "r"}
    assert refused == {
        "type": "error",
        "code": "taken",
        "message": "somebody was faster",
        "ref": "r",
        "re": ID,
        "conversation": "c",
        "retry_ms": 7,
        "by": {"id": 1},
    }


async def test_a_part_that_is_away_makes_busy(house: House) -> None:
    """The person may try again; nobody's log fills with tracebacks."""
    socket = await house.enter()
    answer = await asked(socket, {"type": "room.say", "id": ID, "text": "away"})

    assert (answer["code"], answer["re"], answer["retry_ms"]) == ("busy", ID, 1000)


async def test_a_fault_of_ours_makes_busy_and_one_line_in_the_log(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    """The socket outlives a handler that breaks."""
    socket = await house.enter()
    answer = await asked(socket, {"type": "room.say", "id": ID, "text": "break"})
    pong = await asked(socket, {"type": "live.ping"})
    logged = capsys.readouterr().out

    assert answer["code"] == "busy"
    assert pong["type"] == "live.pong"
    assert logged.count("a request failed") == 1
    assert "planted" in logged


async def test_a_binary_frame_closes(house: House) -> None:
    """The protocol is text."""
    socket = await house.enter()
    await socket.send(b'{"type":"live.ping"}')

    assert await closed(socket) == 1003


async def test_a_frame_over_64_kib_closes(house: House) -> None:
    """Exactly 64 KiB are read; one byte more is not."""
    socket = await house.enter()
    frame = json.dumps({"type": "live.ping", "fill": ""})
    fits = await asked(socket, frame.replace('""', '"' + "x" * (65_536 - len(frame)) + '"'))
    await socket.send(frame.replace('""', '"' + "x" * (65_537 - len(frame)) + '"'))

    assert fits["type"] == "live.pong"
    assert await closed(socket) == 1009


async def test_too_many_at_once_are_limited(house: House) -> None:
    """Sixty at once are done; what exceeds is told when to come again, with its ref."""
    socket = await house.enter()
    for n in range(70):
        await socket.send(json.dumps({"type": "live.ping", "ref": str(n)}))
    answers = [await heard(socket) for _ in range(70)]
    limited = [answer for answer in answers if answer["type"] == "error"]

    assert [answer["type"] for answer in answers[:60]] == ["live.pong"] * 60
    assert 0 < len(limited) <= 10
    assert {(a["code"], a["re"]) for a in limited} == {("limited", "live.ping")}
    assert all(0 < answer["retry_ms"] <= 100 for answer in limited)
    assert [answer["ref"] for answer in answers] == [str(n) for n in range(70)]


async def test_a_flood_is_closed(house: House) -> None:
    """Who does not stop when told is sent away for now."""
    socket = await house.enter()
    for _ in range(1000):
        await socket.send('{"type":"live.ping"}')
    answers = [json.loads(frame)["type"] async for frame in _until_closed(socket)]

    assert socket.close_code == 4003
    assert answers.count("live.pong") < 70
    assert answers.count("error") < 110


async def test_staff_may_do_ten_times_as_much(open_house: Open) -> None:
    """The console asks for many things at once."""
    house = await open_house(door="staff", actor=AGENT)
    socket = await house.enter()
    for _ in range(400):
        await socket.send('{"type":"live.ping"}')
    answers = {(await heard(socket))["type"] for _ in range(400)}

    assert answers == {"live.pong"}


async def test_nobody_at_the_staff_door_is_signed_out(open_house: Open) -> None:
    """A browser cannot read a status; it can read a close code."""
    house = await open_house(door="staff")
    async with house.knock() as socket:
        code = await closed(socket)

    assert code == 4502
    assert house.opened == []


async def test_a_refused_handshake_says_when_to_come_back(open_house: Open) -> None:
    """Admission answers 503 and Retry-After, and `GET /live/check` the same in words."""
    refusal = Refusal("too_many", retry_ms=1500)
    house = await open_house(hooks=Hooks(refuse=lambda peer: refusal), app=_with_check)
    with pytest.raises(InvalidStatus) as refused:
        await house.knock()
    check = await _get(house, f"Host: portal.example\r\nOrigin: {ORIGIN}")

    assert refused.value.response.status_code == 503
    assert refused.value.response.headers["Retry-After"] == "2"
    assert check == {"ok": False, "reason": "too_many", "retry_ms": 1500}


async def test_the_check_tells_of_a_wrong_address(open_house: Open) -> None:
    """A page opened by another name than the site's own learns why it has no socket."""
    house = await open_house(app=_with_check)
    right = await _get(house, "Host: portal.example")
    other_name = await _get(house, "Host: 192.0.2.7:8000")
    foreign = await _get(house, "Host: portal.example\r\nOrigin: http://evil.example")

    assert right == {"ok": True}
    assert other_name == foreign == {"ok": False, "reason": "origin"}


async def test_a_secret_makes_a_visitor_and_is_not_kept(open_house: Open) -> None:
    """The welcome is made for the visitor he is; his secret is gone from the connection."""
    house = await open_house(hooks=Hooks(prove=_prove, welcome=_welcome))
    async with house.knock() as socket:
        welcome = await asked(socket, {**HELLO, "visitor": SECRET})
    actor = house.opened[0].actor

    assert actor == Visitor(VisitorId("known"))
    assert welcome["desk"] == "Visitor"
    assert SECRET not in repr(house.opened[0].hello)


async def test_an_unknown_secret_is_told_and_the_reader_stays(open_house: Open) -> None:
    """The client forgets it; the page keeps its socket."""
    house = await open_house(hooks=Hooks(prove=_prove, welcome=_welcome))
    socket = await house.enter(visitor="u" * 43)
    error = await heard(socket)
    pong = await asked(socket, {"type": "live.ping"})

    assert (error["code"], error["re"]) == ("not_found", "visitor")
    assert pong["type"] == "live.pong"


async def test_without_the_database_a_visitor_comes_back(open_house: Open) -> None:
    """A secret that cannot be looked up just now is not called unknown."""

    async def away(connection: Connection, secret: str) -> Visitor | None:
        raise Unavailable("planted")

    house = await open_house(hooks=Hooks(prove=away))
    async with house.knock() as socket:
        await socket.send(json.dumps({**HELLO, "visitor": SECRET}))
        code = await closed(socket)

    assert code == 4000


async def test_the_server_beats_with_the_heads(open_house: Open) -> None:
    """Who is behind a head asks for the gap."""
    house = await open_house(hooks=Hooks(heads=lambda c: {"c1": 7}), beat_seconds=0.05)
    socket = await house.enter()
    beats = [await heard(socket) for _ in range(2)]

    assert beats == [{"type": "live.beat", "time": 1000, "heads": {"c1": 7}}] * 2


async def test_a_gone_socket_is_cleaned_up_once(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    """However it ends, every room hears of it once, though one of them breaks."""
    house.hooks.closed.insert(0, _break)
    sockets = [await house.enter(article=42) for _ in range(3)]
    for connection in house.opened:
        house.hub.join("topic", connection)
    await sockets[0].close()
    sockets[1].transport.abort()
    house.opened[2].end(4002, "resync")
    house.opened[2].end(4003, "twice")
    code = await closed(sockets[2])
    await until(lambda: len(house.closed) == 3)
    logged = capsys.readouterr().out

    assert code == 4002
    assert set(house.closed) == set(house.opened)
    assert house.hub.count("topic") == len(house.hub.connections()) == 0
    assert logged.count("socket closed") == logged.count("socket opened") == 3
    assert not house.opened[0].tell(b"{}")


async def test_the_log_holds_no_address_and_no_text(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line a socket at its opening and its closing, about nobody in particular."""
    socket = await house.enter(title="canary-title", url="http://canary", tab="canary-tab")
    await asked(socket, {"type": "room.say", "id": ID, "text": "canary-text"})
    await socket.close()
    await until(lambda: len(house.closed) == 1)
    logged = capsys.readouterr().out

    assert "canary" not in logged
    assert not re.search(r"127\.0\.0\.1|192\.0\.2\.1", logged)
    assert house.opened[0].key not in logged


async def test_requests_of_one_socket_are_answered_in_their_order(house: House) -> None:
    """One reader, one loop."""
    socket = await house.enter()
    for n in range(50):
        await socket.send(json.dumps({"type": "room.say", "id": ID, "text": str(n)}))
    answers = [(await heard(socket))["text"] for _ in range(50)]

    assert answers == [str(n) for n in range(50)]


async def _until_closed(socket: ClientConnection) -> AsyncIterator[str]:
    with contextlib.suppress(ConnectionClosed):
        while True:
            yield str(await socket.recv())


async def _prove(connection: Connection, secret: str) -> Visitor | None:
    return Visitor(VisitorId("known")) if secret == SECRET else None


async def _welcome(connection: Connection) -> dict[str, Any]:
    return {"desk": type(connection.actor).__name__}


def _break(connection: Connection) -> None:
    raise RuntimeError("planted")


def _with_check(endpoint: Endpoint) -> Starlette:
    return Starlette(
        routes=[Route("/live/check", endpoint.check), WebSocketRoute("/live", endpoint)]
    )


async def _get(house: House, headers: str) -> Any:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(f"GET /live/check HTTP/1.1\r\nConnection: close\r\n{headers}\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return json.loads(answer.partition(b"\r\n\r\n")[2])


def test_a_refusal_can_be_made_of_a_peer() -> None:
    """The hook sees the handshake, so that it may ask for network and headers."""
    hooks = Hooks(refuse=lambda peer: Refusal(str(peer.url.path)))
    peer = HTTPConnection({"type": "websocket", "path": "/live", "headers": [], "server": ("x", 1)})

    assert hooks.refuse is not None
    assert hooks.refuse(peer) == Refusal("/live")
