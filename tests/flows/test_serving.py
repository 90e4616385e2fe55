"""Serving: workers, the embedded Valkey and the parent, and what remains when one of them ends."""

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import struct
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from tests.support.processes import alive, descendants
from tests.support.servers import Portal

QUICK = {"PORTAL_DRAIN_SECONDS": "0"}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Portal]]:
    """Start portals; nothing of them is left after the test."""
    running: list[Portal] = []

    def one(*arguments: str, name: str = "data", **options: Any) -> Portal:
        options.setdefault("environ", QUICK)
        portal = Portal(tmp_path / name, arguments=arguments, **options)
        running.append(portal)
        return portal.start()

    yield one
    for portal in running:
        family = [pid for pid, _ in below(portal)] if alive(pid_of(portal)) else []
        portal.kill()
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path leaves room for that of a socket."""
    with tempfile.TemporaryDirectory(prefix="t", dir="/tmp", ignore_cleanup_errors=True) as name:
        yield Path(name)


def pid_of(portal: Portal) -> int:
    assert portal.process is not None
    return portal.process.pid


def below(portal: Portal) -> list[tuple[int, str]]:
    return descendants(pid_of(portal))


def valkey_of(portal: Portal) -> int:
    (found,) = [pid for pid, command in below(portal) if "valkey-server" in command]
    return found


def readyz(portal: Portal) -> tuple[int, dict[str, Any]]:
    status, _, body = portal.get("/readyz")
    told: dict[str, Any] = json.loads(body)
    return status, told


async def nodes(portal: Portal, seconds: float = 10.0, at_least: int = 2) -> set[str]:
    """Ask many at once until so many different nodes have answered."""
    found: set[str] = set()
    deadline = time.monotonic() + seconds
    while len(found) < at_least and time.monotonic() < deadline:
        asked = (asyncio.to_thread(readyz, portal) for _ in range(16))
        answers = await asyncio.gather(*asked, return_exceptions=True)
        found |= {each[1]["node"] for each in answers if not isinstance(each, BaseException)}
    return found


def wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


async def enter(
    portal: Portal, origin: str | None = None, host: str = "127.0.0.1"
) -> ClientConnection:
    """Return a welcomed reader's socket."""
    socket = await connect(f"ws://{host}:{portal.port}/live", origin=Origin(origin or portal.url))
    await socket.send(json.dumps({"type": "live.hello", "protocol": 1}))
    welcome = json.loads(await socket.recv())
    assert welcome["type"] == "live.welcome", welcome
    return socket


async def test_two_workers_answer_and_a_killed_one_is_replaced(
    start: Callable[..., Portal],
) -> None:
    """Each is a node of its own; the dead one's place is taken within seconds, unasked."""
    portal = start("--workers", "2")
    before = await nodes(portal)
    status, told = await asyncio.to_thread(readyz, portal)
    sockets = [await enter(portal) for _ in range(8)]
    valkey = valkey_of(portal)
    leaves = _workers(portal)
    os.kill(leaves[0], signal.SIGKILL)
    gone = await asyncio.to_thread(wait_for, lambda: not alive(leaves[0]), 5)
    after = await nodes(portal)
    new = await asyncio.to_thread(wait_for, lambda: len(_workers(portal)) == 2, 10)
    for each in sockets:
        await each.close()

    assert len(before) == len(after) == len(leaves) == 2
    assert (status, told["status"]) == (200, "ok")
    assert told["parts"] == {"server": "ok", "database": "ok", "memory": "ok", "counts": "ok"}
    assert (gone, new) == (True, True)
    assert len(before & after) == 1
    assert valkey_of(portal) == valkey


def _workers(portal: Portal) -> list[int]:
    """Return the processes that hold the listening socket, but for the parent."""
    found = []
    wanted = _inodes_of_listener(portal.port)
    for pid, _ in below(portal):
        with contextlib.suppress(OSError):
            held = {str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir()}
            if held & wanted:
                found.append(pid)
    return found


def _inodes_of_listener(port: int) -> set[str]:
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    rows = [line.split() for line in lines]
    return {
        f"socket:[{row[9]}]" for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "0A"
    }


def test_kill_9_of_the_parent_leaves_nobody(start: Callable[..., Portal]) -> None:
    """Neither workers nor Valkey outlive it by more than ten seconds; the folder is free again."""
    portal = start("--workers", "2")
    family = [pid for pid, _ in below(portal)]
    os.kill(pid_of(portal), signal.SIGKILL)
    assert portal.process is not None
    portal.process.wait(5)
    gone = wait_for(lambda: not any(alive(pid) for pid in family), 10)
    left = [pid for pid in family if alive(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    again = Portal(portal.data, environ=QUICK).start()
    status = readyz(again)[0]
    code = again.stop()

    assert len(family) >= 3
    assert gone, left
    assert (status, code) == (200, 0)


def test_valkey_that_dies_is_back_by_itself(start: Callable[..., Portal]) -> None:
    """Meanwhile pages are served, and /readyz says degraded with 200; then ok again."""
    portal = start()
    first = valkey_of(portal)
    os.kill(first, signal.SIGKILL)
    seen: list[tuple[int, str]] = []

    def look() -> bool:
        status, told = readyz(portal)
        if not seen or seen[-1] != (status, told["status"]):
            seen.append((status, told["status"]))
        return len(seen) > 1 and seen[-1] == (200, "ok")

    back = wait_for(look, 10)
    page = portal.get("/")[0]

    assert back, seen
    assert set(seen) == {(200, "degraded"), (200, "ok")}
    assert page == 200
    assert valkey_of(portal) != first


async def test_sigterm_lets_everybody_go(start: Callable[..., Portal]) -> None:
    """/readyz says 503, each reader is told when to come back, and in ten seconds all is over."""
    portal = start(environ={})
    reader = await enter(portal)
    family = [pid for pid, _ in below(portal)]
    began = time.monotonic()
    os.kill(pid_of(portal), signal.SIGTERM)
    draining = await asyncio.to_thread(wait_for, lambda: _status(portal) == 503, 2)
    check = await asyncio.to_thread(portal.get, "/live/check")
    frames = []
    with contextlib.suppress(ConnectionClosed):
        async with asyncio.timeout(8):
            while True:
                frames.append(json.loads(await reader.recv()))
    assert portal.process is not None
    code = await asyncio.to_thread(portal.process.wait, 10)
    took = time.monotonic() - began
    await asyncio.to_thread(wait_for, lambda: not any(alive(pid) for pid in family), 2)
    left = [pid for pid in family if alive(pid)]

    assert draining
    assert json.loads(check[2])["reason"] == "restarting"
    assert [frame["type"] for frame in frames if frame["type"] == "live.retry"] == ["live.retry"]
    assert all(frame["after_ms"] > 0 for frame in frames if frame["type"] == "live.retry")
    assert reader.close_code == 4000
    assert took < 10
    assert (code, left) == (0, [])
    assert "Traceback" not in portal.log


def _status(portal: Portal) -> int:
    with contextlib.suppress(OSError):
        return portal.get("/readyz")[0]
    return 0


def test_sigterm_does_not_wait_for_who_never_reads(start: Callable[..., Portal]) -> None:
    """A peer with a full window, one with half a request and one half way through a handshake."""
    portal = start("--workers", "2")
    sockets = [
        _deaf(portal),
        _half(portal, b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "),
        _half(portal),
    ]
    began = time.monotonic()
    code = portal.stop()
    took = time.monotonic() - began
    for each in sockets:
        each.close()

    assert took < 10
    assert code == 0
    assert "Traceback" not in portal.log


def _half(portal: Portal, sent: bytes = b"") -> socket.socket:
    half = socket.create_connection(("127.0.0.1", portal.port))
    half.sendall(sent)
    return half


def _deaf(portal: Portal) -> socket.socket:
    """Return a websocket that asks a lot and reads nothing of it."""
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    deaf.connect(("127.0.0.1", portal.port))
    deaf.sendall(
        f"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {portal.url}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
    )
    time.sleep(0.2)
    deaf.sendall(_masked(b'{"type":"live.hello","protocol":1}'))
    ref = "x" * 64
    with contextlib.suppress(OSError):
        deaf.settimeout(1)
        for _ in range(2_000):
            deaf.sendall(_masked(json.dumps({"type": "live.ping", "ref": ref}).encode()))
    return deaf


def _masked(text: bytes) -> bytes:
    head = b"\x81" + (bytes([0x80 | len(text)]) if len(text) < 126 else b"")
    if len(text) >= 126:
        head += bytes([0x80 | 126]) + struct.pack("!H", len(text))
    return head + bytes(4) + text


async def test_our_own_names_get_a_socket_and_no_other_page_does(
    start: Callable[..., Portal],
) -> None:
    """Bound to loopback, its three names are ours; anything else, and nothing, is 403."""
    portal = start()
    names = ("localhost", "127.0.0.1", "[::1]")
    for name in names:
        reader = await enter(portal, f"http://{name}:{portal.port}")
        await reader.close()
    by_name = await enter(portal, f"http://localhost:{portal.port}", "localhost")
    await by_name.close()
    statuses = {}
    for origin in (
        *("https://evil.example", "null", f"https://127.0.0.1:{portal.port}", "http://127.0.0.1"),
        *(f"http://127.0.0.1:{portal.port + 1}", f"{portal.url}.evil.example", f"{portal.url}/"),
        None,
    ):
        with pytest.raises(InvalidStatus) as refused:
            await connect(
                f"ws://127.0.0.1:{portal.port}/live", origin=Origin(origin) if origin else None
            )
        statuses[origin] = refused.value.response.status_code
    pages = [portal.get("/staff/sign-in", Host=f"{name}:{portal.port}")[0] for name in names]
    checks = [
        json.loads(portal.get("/live/check", Host=host)[2])["ok"]
        for host in (f"localhost:{portal.port}", "evil.example")
    ]

    assert set(statuses.values()) == {403}
    assert pages == [200] * 3
    assert checks == [True, False]


def test_two_servers_share_a_folder_when_valkey_is_shared(
    start: Callable[..., Portal], valkey_url: str
) -> None:
    """With PORTAL_REDIS_URL set, nobody holds the folder and no Valkey is started."""
    environ = {**QUICK, "PORTAL_REDIS_URL": valkey_url}
    one = start(environ=environ)
    two = start(environ=environ)
    told = [readyz(each)[1] for each in (one, two)]
    started = [command for each in (one, two) for _, command in below(each)]
    codes = [one.stop(), two.stop()]

    assert [each["status"] for each in told] == ["ok", "ok"]
    assert told[0]["node"] != told[1]["node"]
    assert not [command for command in started if "valkey-server" in command]
    assert codes == [0, 0]


def test_a_redis_that_is_away_keeps_nobody_out(start: Callable[..., Portal]) -> None:
    """The server starts without it, serves its pages, and says degraded."""
    portal = start(environ={**QUICK, "PORTAL_REDIS_URL": "redis://127.0.0.1:1"})
    status, told = readyz(portal)
    pages = [portal.get(path)[0] for path in ("/", "/staff/sign-in")]
    code = portal.stop()

    assert (status, told["status"], told["parts"]["memory"]) == (200, "degraded", "degraded")
    assert pages == [200, 200]
    assert code == 0


def test_a_temporary_folder_too_deep_is_said_in_a_line(tmp_path: Path) -> None:
    """The workers' socket must lie in it, and the kernel takes no longer path."""
    place = tmp_path / ("deep" * 30)
    place.mkdir()
    portal = Portal(tmp_path / "data", environ={"TMPDIR": str(place)}).start(wait=False)
    assert portal.process is not None
    code = portal.process.wait(20)

    assert code == 2
    assert len(portal.log.splitlines()) == 1
    assert "TMPDIR" in portal.log


@pytest.mark.slow
def test_the_demo_says_where_to_look_and_leaves_nothing(tmp_path: Path, short_folder: Path) -> None:
    """Five lines, each right; its folder is gone when it ends."""
    place = short_folder
    demo = Portal(tmp_path / "unused", environ={"TMPDIR": str(place)}, verb="demo")
    demo.start()
    try:
        assert wait_for(lambda: "Password: " in demo.log, 20), demo.log
        lines = dict(
            line.split(": ", 1)
            for line in demo.log.splitlines()
            if re.match(r"(Site|Article|Console|E-mail|Password): ", line)
        )
        folders = [path.name for path in place.glob("portal-demo-*")]
        paths = [lines[name].removeprefix(demo.url) for name in ("Site", "Article", "Console")]
        statuses = [demo.get(path)[0] for path in paths]
        article = demo.get(paths[1])[2]
    finally:
        code = demo.stop()

    assert list(lines) == ["Site", "Article", "Console", "E-mail", "Password"]
    assert paths[0] == "/"
    assert re.fullmatch(r"/news/company-news/[a-z0-9-]+", paths[1])
    assert statuses == [200, 200, 303]
    assert b"Live Chat" in article
    assert len(folders) == 1
    assert code == 0
    assert not list(place.glob("portal-demo-*"))
    assert "Traceback" not in demo.log


# What strangers send


def sent(portal: Portal, request: bytes) -> bytes:
    """Send bytes and return what comes back, until the server closes or is silent."""
    with socket.create_connection(("127.0.0.1", portal.port), timeout=3) as line:
        got = b""
        with contextlib.suppress(OSError):
            line.sendall(request)
            while more := line.recv(65536):
                got += more
        return got


def head(target: bytes, *lines: bytes, method: bytes = b"GET") -> bytes:
    return b"\r\n".join(
        [method + b" " + target + b" HTTP/1.1", b"Connection: close", *lines, b"", b""]
    )


STRANGE = {
    "climbing": head(b"/static/../../etc/passwd", b"Host: x"),
    "climbing, escaped": head(b"/static/x/%2e%2e/%2e%2e/etc/passwd", b"Host: x"),
    "climbing, twice escaped": head(b"/media/%252e%252e%252fportal.sqlite", b"Host: x"),
    "backslashes": head(b"/media/..%5c..%5cportal.sqlite", b"Host: x"),
    "NUL": head(b"/news/%00", b"Host: x"),
    "overlong": head(b"/%c0%ae%c0%ae/%ff%fe", b"Host: x"),
    "ten kilobytes": head(b"/" + b"a" * 10_000, b"Host: x"),
    "emoji": head("/news/\U0001f600".encode(), b"Host: x"),
    "line breaks": head(b"/news/%0d%0aSet-Cookie:%20a=b", b"Host: x"),
    "evil host": head(b"/News/", b"Host: evil.example"),
    "two hosts": head(b"/", b"Host: a", b"Host: evil.example"),
    "no host": head(b"/"),
    "absolute": head(b"http://evil.example/news/", b"Host: evil.example"),
    "forwarded": head(b"/News", b"Host: x", b"X-Forwarded-Host: evil.example"),
    "rewritten": head(b"/", b"Host: x", b"X-Original-URL: /staff/", b"X-Rewrite-URL: /staff/"),
    "many parameters": head(b"/?" + b"a=1&" * 10_000, b"Host: x"),
    "odd page": head(b"/news/?page=1e9&page=-1", b"Host: x"),
    "ranges": head(b"/healthz", b"Host: x", b"Range: bytes=" + b"0-0," * 5_000),
    "date": head(
        b"/", b"Host: x", b"If-Modified-Since: yesterday", b'If-None-Match: "', b"If-Match: ,"
    ),
    "encoding": head(b"/", b"Host: x", b"Accept-Encoding: " + b"gzip;q=0.1," * 900),
    "cookies": head(b"/staff/", b"Host: x", b"Cookie: " + b'a="; ' * 500 + b"portal-session=\xff"),
    "trace": head(b"/", b"Host: x", method=b"TRACE"),
    "unknown verb": head(b"/staff/sign-in", b"Host: x", method=b"BREW"),
    "two lengths": head(
        b"/staff/sign-in", b"Host: x", b"Content-Length: 1", b"Content-Length: 2", method=b"POST"
    ),
    "negative length": head(b"/staff/sign-in", b"Host: x", b"Content-Length: -1", method=b"POST"),
    "no websocket": head(b"/live", b"Host: x", b"Upgrade: websocket", b"Connection: Upgrade"),
    "hidden files": head(b"/.git/config", b"Host: x"),
    "environment": head(b"/.env", b"Host: x"),
    "not http": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    "old": b"GET / HTTP/1.0\r\n\r\n",
}


def test_strange_requests_are_no_fault(start: Callable[..., Portal]) -> None:
    """Each is answered below 500 or cut off; none shows a file, repeats a host or leaves a
    traceback; afterwards the server is as it was."""
    portal = start()
    answers = {name: sent(portal, request) for name, request in STRANGE.items()}
    statuses = {
        name: int(found.group(1)) if (found := re.match(rb"HTTP/1\.[01] (\d{3})", answer)) else 0
        for name, answer in answers.items()
    }
    status, told = readyz(portal)
    log = portal.log

    assert {name: status for name, status in statuses.items() if status >= 500} == {}
    assert not [name for name, answer in answers.items() if b"root:" in answer]
    assert not [name for name, answer in answers.items() if b"evil.example" in answer]
    assert not [name for name, answer in answers.items() if re.search(rb"(?im)^set-cookie", answer)]
    assert not [name for name, answer in answers.items() if b"SQLite format" in answer]
    assert {statuses[name] for name in ("hidden files", "environment")} == {404}
    assert (status, told["status"]) == (200, "ok")
    assert "Traceback" not in log


def test_a_signal_to_all_processes_at_once_ends_them_in_order(start: Callable[..., Portal]) -> None:
    """As a service manager does it: the parent stays until its draining workers have ended."""
    portal = start("--workers", "2", environ={"PORTAL_DRAIN_SECONDS": "2"})
    family = [pid for pid, command in below(portal) if "forkserver" in command]
    began = time.monotonic()
    os.killpg(pid_of(portal), signal.SIGTERM)
    assert portal.process is not None
    code = portal.process.wait(20)
    took = time.monotonic() - began

    while time.monotonic() < began + 12 and any(alive(pid) for pid in family):
        time.sleep(0.02)  # the fork server ends when its parent has

    assert (code, len(family)) == (0, 3)
    assert 1.5 < took < 12
    assert [pid for pid in family if alive(pid)] == []
    assert "Traceback" not in portal.log
