"""The world: two real nodes on one database and one Valkey, and a fault proxy on every line.

    clients ── front proxy ── node a ──┬── Redis proxy ──────┬── Valkey
                                       └── database proxy ─┐ │
    clients ── front proxy ── node b ──┬── Redis proxy ────│─┘
                                       └── database proxy ─┴──── PostgreSQL

Each node is a `portal serve` with one worker and its own three proxies, so that one of them may
lose what the other has. On SQLite both share the file and there is no line to cut.
"""

import asyncio
import json
import os
import secrets
import signal
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import select

from portal.storage.database import Database, address
from portal.storage.tables.news import article
from tests.faults.postgres_proxy import PostgresProxy
from tests.faults.proxy import FaultProxy
from tests.faults.redis_proxy import RedisProxy
from tests.faults.stores import Postgres, Valkey
from tests.support.servers import Portal
from tests.support.workers import workers

Kind = Literal["sqlite", "postgresql"]

ORIGIN = "http://portal.test"
"""What both nodes call themselves; the clients' pages come from there."""
PASSWORD = "the harbour reopens at dawn"
INSIDE = Path(__file__).parent / "inside"
ARTICLES = ("harbour", "library", "weather")
DATABASE = "portal_faults"
ESTABLISHED = "01"


class Node:
    """One `portal serve` with its proxies."""

    def __init__(self, name: str, portal: Portal, redis: RedisProxy, store: PostgresProxy | None):
        self.name = name
        self.portal = portal
        self.redis = redis
        self.store = store
        self.front = FaultProxy(("127.0.0.1", portal.port))
        self._control = portal.data.parent / f"inside-{name}.json"
        self.paused = False

    @property
    def proxies(self) -> dict[str, FaultProxy]:
        """Every line of this node by what it leads to."""
        lines: dict[str, FaultProxy] = {"front": self.front, "redis": self.redis}
        return {**lines, "store": self.store} if self.store else lines

    @property
    def up(self) -> bool:
        process = self.portal.process
        return process is not None and process.poll() is None and not self.paused

    @property
    def port(self) -> int:
        """Where clients find it."""
        return self.front.port

    async def start(self) -> None:
        """Start it and wait until it is ready."""
        self.portal.start(wait=False)
        await asyncio.to_thread(self.portal.wait_until_ready, 60.0)

    @property
    def workers(self) -> list[int]:
        return workers(self.portal)

    async def kill9(self) -> bool:
        """End it as a power cut would; return whether it was there to be ended."""
        self.go_on()
        was = self.up
        await asyncio.to_thread(self.portal.kill)
        return was and not self.up

    async def kill_worker(self) -> list[int]:
        """End its worker as the kernel does when memory is short; return which it meant."""
        meant = self.workers
        for pid in meant:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return meant

    def pause(self) -> None:
        """Let all its processes stand still."""
        self.paused = True
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.paused = False
        self._signal(signal.SIGCONT)

    async def drain(self) -> float:
        """End it as a deploy does; returns how many seconds it took."""
        began = time.monotonic()
        await asyncio.to_thread(self.portal.stop)
        return time.monotonic() - began

    async def restart(self) -> None:
        """End it gently and start it again."""
        await self.drain()
        await self.start()

    async def ready(self) -> bool:
        """Whether it answers 200 on /readyz."""
        with suppress(OSError):
            return (await asyncio.to_thread(self.portal.get, "/readyz"))[0] == 200
        return False

    async def sockets(self) -> int:
        """How many connections it holds, as the kernel counts them."""
        text = await asyncio.to_thread(Path("/proc/net/tcp").read_text)
        rows = [line.split() for line in text.splitlines()[1:]]
        here = f":{self.portal.port:04X}"
        return sum(row[1].endswith(here) and row[3] == ESTABLISHED for row in rows)

    def inside(self, **wanted: Any) -> None:
        """Change what `inside/sitecustomize.py` does in this node; nothing given: nothing."""
        fresh = self._control.with_suffix(f".{secrets.token_hex(4)}")
        fresh.write_text(json.dumps(wanted))
        fresh.replace(self._control)

    def _signal(self, number: int) -> None:
        process = self.portal.process
        if process is not None and process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)


class World:
    """Everything a run stands on. Slow to build (ten seconds), so several runs may use one."""

    def __init__(self, kind: Kind, folder: Path, *, seed: int = 0) -> None:
        self.kind: Kind = kind
        self.folder = folder
        self.seed = seed
        self.valkey = Valkey(folder / "valkey")
        self.postgres = Postgres(folder / "postgres") if kind == "postgresql" else None
        self.nodes: list[Node] = []
        self.db: Database
        """Past every proxy, for whoever looks."""
        self.articles: dict[str, int] = {}
        self.agents: list[str] = []
        self._office: Portal | None = None

    # Building and ending

    async def open(self) -> "World":
        """Build it all."""
        await self.valkey.start()
        url = f"sqlite:///{self.folder / 'portal.sqlite'}"
        if self.postgres is not None:
            self.postgres.folder.mkdir(parents=True)
            await asyncio.to_thread(self.postgres.start)
            url = await self.postgres.create(DATABASE)
        data = self.folder / "data"
        data.mkdir(parents=True)
        shared = {
            "PORTAL_SECRET_KEYS": secrets.token_urlsafe(32),
            "PORTAL_DRAIN_SECONDS": "0",
            "PORTAL_BASE_URL": ORIGIN,
            "PYTHONPATH": os.pathsep.join([str(INSIDE), str(Path(__file__).parents[2])]),
        }
        self.url = url
        direct = {**shared, "PORTAL_DATABASE_URL": url, "PORTAL_REDIS_URL": self._redis_url()}
        self._office = Portal(data, direct)
        await self.command("import", "markdown", str(self._stories()))
        self.db = Database(address(url, data))
        await self.db.open()
        self.articles = await self._article_ids()
        boss, *others = ("boss@portal.test", "ann@portal.test", "bob@portal.test")
        await self.hire(boss, "admin")
        await asyncio.gather(*map(self.hire, others))
        self.agents = [boss, *others]
        self.nodes = [await self._node(name, data, shared, url) for name in ("a", "b")]
        await asyncio.gather(*(node.start() for node in self.nodes))
        return self

    async def close(self) -> None:
        """End every process and proxy; what was written stays for whoever looks."""
        for node in self.nodes:
            if node.portal.process is not None:
                await node.kill9()
            for proxy in node.proxies.values():
                await proxy.stop()
        if self._office is not None:
            await self.db.close()
        await self.valkey.stop()
        if self.postgres is not None:
            await asyncio.to_thread(self.postgres.stop)

    async def _node(self, name: str, data: Path, shared: dict[str, str], url: str) -> Node:
        redis = RedisProxy(self.valkey.place, seed=self.seed)
        await redis.start()
        store: PostgresProxy | None = None
        environ = {**shared, "PORTAL_REDIS_URL": f"redis://127.0.0.1:{redis.port}/0"}
        if self.postgres is not None:
            store = PostgresProxy(self.postgres.socket, seed=self.seed)
            await store.start()
            url = f"postgresql://postgres:@127.0.0.1:{store.port}/{DATABASE}"
        environ |= {
            "PORTAL_DATABASE_URL": url,
            "FAULTS_INSIDE": str(self.folder / f"inside-{name}.json"),
        }
        node = Node(name, Portal(data, environ, arguments=("--workers", "1")), redis, store)
        node.inside()
        await node.front.start()
        return node

    def _redis_url(self) -> str:
        return f"redis://127.0.0.1:{self.valkey.port}/0"

    def _stories(self) -> Path:
        folder = self.folder / "stories"
        folder.mkdir()
        for slug in ARTICLES:
            front = (
                f"title: The {slug}\nslug: {slug}\ndate: 2026-01-02\ncategory: News\nauthor: Ada"
            )
            (folder / f"{slug}.md").write_text(f"---\n{front}\n---\n\nA story of the {slug}.\n")
        return folder

    async def _article_ids(self) -> dict[str, int]:
        async with self.db.read() as c:
            found = await c.execute(select(article.c.slug, article.c.id))
            return {row.slug: row.id for row in found}

    # Staff

    async def command(self, *words: str, input: str | None = None) -> str:
        """Run a command of the portal, past every proxy; returns what it printed."""
        assert self._office is not None
        done = await asyncio.to_thread(self._office.run, *words, input=input)
        if done.returncode:
            raise RuntimeError(f"portal {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    async def hire(self, email: str, role: str = "agent") -> None:
        """Add a member of staff, as the person who runs the portal does."""
        name = email.partition("@")[0].title()
        words = ("staff", "add", email, "--name", name, "--role", role, "--password-stdin")
        await self.command(*words, input=PASSWORD + "\n")

    # Healing

    @property
    def fired(self) -> Counter[str]:
        """What the proxies really did, by line and fault."""
        total: Counter[str] = Counter()
        for node in self.nodes:
            for line, proxy in node.proxies.items():
                for fault, times in proxy.fired.items():
                    total[f"{line}.{fault}"] += times
        return total

    async def heal(self) -> None:
        """Take every fault away: lines whole, stores up and writable, both nodes ready."""
        for node in self.nodes:
            for proxy in node.proxies.values():
                proxy.heal()
            node.inside()
            if node.paused:
                node.go_on()
        self.valkey.go_on()
        if not await self.valkey.answers():
            await self.valkey.start()
        await self.valkey.fill(False)
        await self.valkey.read_only(False)
        await self.valkey.short_buffers(False)
        await asyncio.gather(*(self._revive(node) for node in self.nodes))

    async def _revive(self, node: Node) -> None:
        if not node.up:
            await node.start()
        async with asyncio.timeout(60):
            while not await node.ready():
                await asyncio.sleep(0.1)

    async def fail_over(self) -> int:
        """Let both nodes find an empty Valkey in place of the old; return how many links broke."""
        fresh = Valkey(self.folder / f"valkey-{secrets.token_hex(3)}")
        await fresh.start()
        old, self.valkey = self.valkey, fresh
        for node in self.nodes:
            node.redis.target = fresh.place
        links = sum(node.redis.links for node in self.nodes)
        await old.stop()
        for node in self.nodes:
            node.redis.cut()
        assert self._office is not None
        self._office.environ["PORTAL_REDIS_URL"] = self._redis_url()
        return links
