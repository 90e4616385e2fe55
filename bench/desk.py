"""What a full desk costs: many agents, thousands of open chats, a hundred messages a second.

    python bench/desk.py [--conversations 5000] [--rate 100] [--seconds 10] [--agents 10,50,100]

Two server processes, a Valkey and SQLite, as `portal serve --workers 2` runs them, on whatever
cores there are, the load generator beside them. The same two hundred chats of the same ten agents
are spoken in each time; what grows is how many colleagues watch their lists meanwhile. Printed is
the time from a message's sending until it stands on the other side's screen, and the processor
time of all server processes for a message: it should grow with who takes part, not with who is
there.
"""

import argparse
import asyncio
import hashlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from portal.clock import HOUR, system_clock
from portal.storage.database import Database, address
from portal.storage.migrate import migrate
from portal.storage.tables.chat import conversation, entry, visitor
from portal.storage.tables.staff import session, staff

ROOT = Path(__file__).resolve().parent.parent
SPEAKING = 200
"""Chats in which is spoken: each of their visitors may say thirty a minute."""
OWNERS = 10
READY_SECONDS = 60.0
ROWS_AT_ONCE = 500


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def furnish(data: Path, agents: int, conversations: int) -> dict[str, Any]:
    """Fill a database; return the secrets that open it."""
    url = address(None, data)
    await migrate(url)
    db = Database(url)
    await db.open()
    now = system_clock()
    cookies = [secrets.token_urlsafe(32) for _ in range(agents)]
    keys = [secrets.token_urlsafe(32) for _ in range(conversations)]
    names = [secrets.token_urlsafe(16) for _ in range(conversations)]
    people = [
        {"id": n + 1, "email": f"a{n}@example.org", "name": f"Agent {n}", "role": "agent"}
        for n in range(agents)
    ]

    async def hire(c: Any) -> None:
        await c.execute(insert(staff), [{**each, "created_at": now} for each in people])
        rows = [
            {
                "token_hash": digest(cookie),
                "staff_id": n + 1,
                "version": 1,
                "created_at": now,
                "seen_at": now,
                "expires_at": now + HOUR,
            }
            for n, cookie in enumerate(cookies)
        ]
        await c.execute(insert(session), rows)

    await db.write(hire)
    for at in range(0, conversations, ROWS_AT_ONCE):
        some = range(at, min(at + ROWS_AT_ONCE, conversations))

        async def ask(c: Any, some: range = some) -> None:
            who = [{"id": digest(keys[n]), "created_at": now} for n in some]
            await c.execute(insert(visitor), who)
            rows = [
                {
                    "id": names[n],
                    "visitor_id": digest(keys[n]),
                    "status": "open",
                    "last_seq": 1,
                    "agent_id": (n % OWNERS if n < SPEAKING else n % agents) + 1,
                    "last_text": "A question",
                    "last_by": "visitor",
                    "last_at": now - n,
                    "waiting_since": now - n,
                    "created_at": now - n,
                }
                for n in some
            ]
            await c.execute(insert(conversation), rows)
            said = [
                {
                    "conversation_id": names[n],
                    "seq": 1,
                    "kind": "text",
                    "author": "visitor",
                    "client_id": secrets.token_urlsafe(16),
                    "text": "A question",
                    "at": now - n,
                }
                for n in some
            ]
            await c.execute(insert(entry), said)

        await db.write(ask)
    await db.close()
    chats = [
        {"conversation": names[n], "owner": n % OWNERS, "secret": keys[n]} for n in range(SPEAKING)
    ]
    return {"cookies": [f"portal-session={cookie}" for cookie in cookies], "chats": chats}


class Served:
    """A portal as a person starts it."""

    def __init__(self, data: Path, workers: int = 2, **settings: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "portal", "serve"),
                *("--port", str(self.port), "--workers", str(workers)),
            ],
            env={**os.environ, "PORTAL_DATA": str(data), "PYTHONPATH": str(ROOT), **settings},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the portal did not start")

    def processor_seconds(self) -> float:
        """Return what all of its processes have used, the Valkey among them."""
        ticks = 0
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == self.process.pid:  # its session: it leads one of its own
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


def measure(served: Served, plan: dict[str, Any]) -> dict[str, Any]:
    """Let people speak once; return what they saw and what it cost."""
    people = subprocess.Popen(
        [sys.executable, "-m", "bench.sockets.people"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert people.stdin is not None
    assert people.stdout is not None
    people.stdin.write(json.dumps({**plan, "port": served.port}) + "\n")
    people.stdin.flush()
    if people.stdout.readline().strip() != "ready":
        raise SystemExit("the people did not come in")
    before = served.processor_seconds()
    people.stdin.write("go\n")
    people.stdin.flush()
    people.stdout.readline()
    used = served.processor_seconds() - before
    told: dict[str, Any] = json.loads(people.stdout.readline())
    people.wait(30)
    return {**told, "cpu_ms": 1000 * used / told["said"], "share": used / told["seconds"]}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--conversations", type=int, default=5000)
    parser.add_argument("--rate", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--agents", default="10,50,100")
    asked = parser.parse_args()
    crowds = [int(each) for each in asked.agents.split(",")]
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        data = Path(folder)
        print(
            f"{asked.conversations} open conversations, {asked.rate} messages a second, "
            "two server processes"
        )
        plan = asyncio.run(furnish(data, max(crowds), asked.conversations))
        served = Served(data)
        try:
            print(
                f"{'agents':>7} {'arrived':>11} {'p50 ms':>7} {'p95 ms':>7} {'p99 ms':>7} "
                f"{'CPU ms/message':>15} {'server cores':>13} {'people':>7}"
            )
            for crowd in crowds:
                found = measure(
                    served,
                    {
                        **plan,
                        "owners": list(range(OWNERS)),
                        "watchers": list(range(OWNERS, crowd)),
                        "rate": asked.rate,
                        "seconds": asked.seconds,
                    },
                )
                print(
                    f"{crowd:>7} {found['arrived']:>5}/{found['said']:<5} {found['p50_ms']:>7.1f} "
                    f"{found['p95_ms']:>7.1f} {found['p99_ms']:>7.1f} {found['cpu_ms']:>15.2f} "
                    f"{found['share']:>13.2f} {found['own_share']:>7.2f}",
                    flush=True,
                )
        finally:
            served.end()


if __name__ == "__main__":
    main()
