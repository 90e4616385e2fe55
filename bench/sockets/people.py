"""People at a desk: `python -m bench.sockets.people`, told what to do by one JSON line.

Visitors and the agents who answer them speak by a clock; colleagues only watch their lists. What
colleagues are told is read and counted by its bytes, as a screen would read it, but not looked
into: looking costs this process more than telling costs the server. Prints one JSON line.
"""

import asyncio
import contextlib
import json
import secrets
import sys
import time
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

SETTLE_SECONDS = 2.0


class Watcher(asyncio.Protocol):
    """A console that watches lists and answers no one."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port = port
        self._cookie = cookie
        self.received = 0
        self.ready = asyncio.Event()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.write(
            f"GET /staff/live HTTP/1.1\r\nHost: bench\r\nOrigin: http://127.0.0.1:{self._port}\r\n"
            f"Cookie: {self._cookie}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        if not self.ready.is_set():
            if b" 101 " not in data[:20]:
                raise SystemExit(f"a colleague was refused: {data[:100]!r}")
            self.ready.set()
            self._say({"type": "live.hello", "protocol": 1})
            for name in ("waiting", "mine"):
                self._say({"type": "desk.watch", "list": name})
        elif data[:1] == b"\x89":
            self._transport.write(b"\x8a\x80\0\0\0\0")

    def _say(self, frame: dict[str, Any]) -> None:
        text = json.dumps(frame).encode()
        self._transport.write(bytes([0x81, 0x80 | len(text)]) + b"\0\0\0\0" + text)


class Talk:
    """Everything that is said in one run, and when it arrived at whom it was meant for."""

    def __init__(self) -> None:
        self.sent: dict[str, float] = {}
        self.waits: list[float] = []

    def say(self) -> str:
        key = secrets.token_urlsafe(16)
        self.sent[key] = time.perf_counter()
        return key

    async def hear(self, socket: ClientConnection, side: str) -> None:
        """Take what arrives; only what the other side said counts."""
        with contextlib.suppress(asyncio.CancelledError):
            async for text in socket:
                if '"chat.said"' not in text or f'"kind":"{side}"' in text:
                    continue
                began = self.sent.get(json.loads(text).get("id", ""))
                if began is not None:
                    self.waits.append(time.perf_counter() - began)


async def enter(port: int, door: str, hello: dict[str, Any], cookie: str = "") -> ClientConnection:
    """Open a socket and wait for its welcome."""
    socket = await connect(
        f"ws://127.0.0.1:{port}{door}",
        origin=f"http://127.0.0.1:{port}",  # type: ignore[arg-type]
        additional_headers={"cookie": cookie} if cookie else {},
        compression=None,
        max_queue=None,
    )
    await socket.send(json.dumps({"type": "live.hello", "protocol": 1, **hello}))
    while json.loads(await socket.recv())["type"] != "live.welcome":
        pass
    return socket


async def main() -> None:
    plan = json.loads(sys.stdin.readline())
    port, cookies = plan["port"], plan["cookies"]
    talk, tasks = Talk(), []
    agents = {
        owner: await enter(port, "/staff/live", {}, cookies[owner]) for owner in plan["owners"]
    }
    visitors = {}
    for chat in plan["chats"]:
        key, owner, secret = chat["conversation"], chat["owner"], chat["secret"]
        join = {"type": "chat.join", "conversation": key, "last_seq": 1}
        await agents[owner].send(json.dumps(join))
        visitors[key] = await enter(port, "/live", {"visitor": secret})
        await visitors[key].send(json.dumps({"type": "chat.since", "seq": 0}))
    for owner in agents.values():
        for name in ("waiting", "mine"):
            await owner.send(json.dumps({"type": "desk.watch", "list": name}))
    loop = asyncio.get_running_loop()
    watchers = []
    for cookie in plan["watchers"]:
        _, watcher = await loop.create_connection(
            lambda cookie=cookie: Watcher(port, cookies[cookie]), "127.0.0.1", port
        )
        await watcher.ready.wait()
        watchers.append(watcher)
    tasks += [asyncio.create_task(talk.hear(each, "visitor")) for each in visitors.values()]
    tasks += [asyncio.create_task(talk.hear(each, "agent")) for each in agents.values()]
    await asyncio.sleep(SETTLE_SECONDS)

    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    watched = sum(each.received for each in watchers)
    cpu, began, said = time.process_time(), time.perf_counter(), 0
    while (now := time.perf_counter() - began) < plan["seconds"]:
        while said < now * plan["rate"]:
            chat = plan["chats"][said // 2 % len(plan["chats"])]
            frame = {"type": "chat.say", "id": talk.say(), "text": f"Message {said} of the run."}
            if said % 2:
                frame["conversation"] = chat["conversation"]
                await agents[chat["owner"]].send(json.dumps(frame))
            else:
                await visitors[chat["conversation"]].send(json.dumps(frame))
            said += 1
        await asyncio.sleep(0.002)
    ended = time.perf_counter() - began
    print("said", flush=True)
    await asyncio.sleep(SETTLE_SECONDS)
    waits = sorted(talk.waits)
    print(
        json.dumps(
            {
                "said": said,
                "arrived": len(waits),
                "p50_ms": 1000 * waits[len(waits) // 2] if waits else None,
                "p95_ms": 1000 * waits[int(len(waits) * 0.95)] if waits else None,
                "p99_ms": 1000 * waits[int(len(waits) * 0.99)] if waits else None,
                "seconds": ended,
                "watched_kb": (sum(each.received for each in watchers) - watched) / 1024,
                "own_share": (time.process_time() - cpu) / (ended + SETTLE_SECONDS),
            }
        ),
        flush=True,
    )
    for task in tasks:
        task.cancel()


if __name__ == "__main__":
    asyncio.run(main())
