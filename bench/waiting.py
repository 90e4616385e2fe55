"""How soon everybody who may answer sees who waits, at whichever server he works.

    python -m bench.waiting [--chats 100] [--rate 5] [--agents 20] [--conversations 5000]

Two servers on one SQLite and one Valkey, half of the consoles at each; visitors come to both in
turns. A chat is seen when the last console of a server shows it among those that wait. Printed is
the time from sending a visitor's first words until then, at his own server and at the other one,
and how much later the other was. A second is what is promised; the load generator shares the cores.
"""

import argparse
import asyncio
import json
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import insert
from websockets.asyncio.client import ClientConnection

from bench.desk import SPEAKING, Served, digest, furnish
from bench.sockets.people import enter
from portal.clock import system_clock
from portal.memory.embedded import EmbeddedValkey, redis_url
from portal.storage.database import Database, address
from portal.storage.tables.chat import conversation, visitor

SETTLE_SECONDS = 3.0
PROMISED_MS = 1000.0


async def come_in(data: Path, chats: int) -> list[tuple[str, str]]:
    """Let visitors open chat who said nothing yet; return each conversation and its secret."""
    db = Database(address(None, data))
    await db.open()
    now = system_clock()
    made = [(secrets.token_urlsafe(16), secrets.token_urlsafe(32)) for _ in range(chats)]

    async def work(c: Any) -> None:
        people = [{"id": digest(secret), "created_at": now} for _, secret in made]
        await c.execute(insert(visitor), people)
        row = {"status": "waiting", "last_at": now, "created_at": now}
        rows = [{"id": id, "visitor_id": digest(secret), **row} for id, secret in made]
        await c.execute(insert(conversation), rows)

    await db.write(work)
    await db.close()
    return made


class Floor:
    """All consoles, and when each chat stood last on one of each server."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, int], dict[int, float]] = {}

    async def watch(self, socket: ClientConnection, server: int, console: int) -> None:
        """Take what one console is told."""
        with suppress(asyncio.CancelledError):
            async for text in socket:
                if '"desk.changed"' not in text or '"status":"waiting"' not in text:
                    continue
                told = json.loads(text)
                if told.get("last_text"):
                    shown = self.seen.setdefault((told["conversation"], server), {})
                    shown.setdefault(console, perf_counter())

    def everywhere(self, which: str, server: int, consoles: int) -> float | None:
        """Return when the last console of a server showed a chat; None: one did not."""
        shown = self.seen.get((which, server), {})
        return max(shown.values()) if len(shown) == consoles else None


async def measure(
    ports: list[int], cookies: list[str], chats: list[tuple[str, str]], rate: float
) -> list[tuple[float | None, float | None]]:
    """Let the visitors speak; return how long each took at his server and at the other one."""
    floor, tasks, each_has = Floor(), [], len(cookies) // len(ports)
    for n, cookie in enumerate(cookies[: each_has * len(ports)]):
        server = n % len(ports)
        socket = await enter(ports[server], "/staff/live", {}, cookie)
        await socket.send(json.dumps({"type": "desk.watch", "list": "waiting"}))
        tasks.append(asyncio.create_task(floor.watch(socket, server, n)))
    pages = [
        await enter(ports[n % len(ports)], "/live", {"visitor": secret})
        for n, (_, secret) in enumerate(chats)
    ]
    await asyncio.sleep(SETTLE_SECONDS)
    sent = []
    began = perf_counter()
    for n, page in enumerate(pages):
        await asyncio.sleep(max(0.0, began + n / rate - perf_counter()))
        sent.append(perf_counter())
        say = {"type": "chat.say", "id": secrets.token_urlsafe(16), "text": "Hello?"}
        await page.send(json.dumps(say))
    await asyncio.sleep(SETTLE_SECONDS)
    for task in tasks:
        task.cancel()
    found = []
    for n, (which, _) in enumerate(chats):
        own = n % len(ports)
        stood = [floor.everywhere(which, server, each_has) for server in (own, 1 - own)]
        near, far = (None if at is None else 1000 * (at - sent[n]) for at in stood)
        found.append((near, far))
    return found


def spread(waits: list[float]) -> str:
    """Write the middle, the slow ones and the slowest of these milliseconds."""
    ordered = sorted(waits)
    shown = (ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)], ordered[-1])
    return " ".join(f"{each:>8.1f}" for each in shown)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--chats", type=int, default=100)
    parser.add_argument("--rate", type=float, default=5)
    parser.add_argument("--agents", type=int, default=20)
    parser.add_argument("--conversations", type=int, default=5000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        data = Path(folder)
        plan = asyncio.run(furnish(data, asked.agents, max(asked.conversations, SPEAKING)))
        chats = asyncio.run(come_in(data, asked.chats))
        valkey = EmbeddedValkey(data / "valkey")
        valkey.start()
        shared = {
            "PORTAL_REDIS_URL": redis_url(data / "valkey"),
            "PORTAL_DATABASE_URL": f"sqlite:///{data / 'portal.sqlite'}",
            "PORTAL_SECRET_KEYS": secrets.token_urlsafe(32),
        }
        servers: list[Served] = []
        try:
            for _ in range(2):
                servers.append(Served(data, workers=1, **shared))
            ports = [each.port for each in servers]
            found = asyncio.run(measure(ports, plan["cookies"], chats, asked.rate))
        finally:
            for each in servers:
                each.end()
            valkey.stop()
    seen = [(near, far) for near, far in found if near is not None and far is not None]
    print(f"{len(seen)} of {len(found)} chats seen on all {asked.agents} consoles of two servers")
    if not seen:
        raise SystemExit("nothing was seen")
    within = sum(max(each) <= PROMISED_MS for each in seen)
    print(f"{'seen at, ms':>18} {'p50':>8} {'p95':>8} {'slowest':>8}")
    print(f"{'his own server':>18} {spread([near for near, _ in seen])}")
    print(f"{'the other one':>18} {spread([far for _, far in seen])}")
    print(f"{'so much later':>18} {spread([far - near for near, far in seen])}")
    print(f"within a second at both: {within} of {len(found)}")


if __name__ == "__main__":
    main()
