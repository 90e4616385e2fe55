"""The evidence: how a fault without a line of its own knows that it touched anything."""

import resource
from pathlib import Path

from redis.exceptions import RedisError

from tests.faults.stores import Valkey
from tests.faults.world import Node

GONE = frozenset("ZX")
PAGE_BYTES = resource.getpagesize()


def state(pid: int) -> str:
    """Return what the kernel says of a process: R, S, T (it stands still), Z; X when it is gone."""
    try:
        about = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "X"
    return about.rpartition(")")[2].split()[0]


def gone(pid: int) -> bool:
    """Whether a process has ended."""
    return state(pid) in GONE


def stands_still(pid: int) -> bool:
    """Whether a process was stopped."""
    return state(pid) == "T"


async def refused_writes(valkey: Valkey) -> int:
    """Return how many writes a Valkey has refused: full, or read-only."""
    return await _told(valkey, "errorstats", "errorstat_OOM", "errorstat_READONLY")


async def cut_subscribers(valkey: Valkey) -> int:
    """Return how many clients it has cut off for being behind."""
    return await _told(valkey, "stats", "client_output_buffer_limit_disconnections")


async def _told(valkey: Valkey, section: str, *names: str) -> int:
    try:
        info = await valkey.command("INFO", section)
    except (RedisError, OSError):
        return 0
    return sum(_number(info.get(name, 0)) for name in names)


def _number(said: object) -> int:
    return int(said.get("count", 0)) if isinstance(said, dict) else int(str(said))


def resident(node: Node) -> int:
    """Return how many bytes of memory a node's workers hold."""
    pages = (Path(f"/proc/{pid}/statm").read_text().split()[1] for pid in node.workers)
    return sum(map(int, pages)) * PAGE_BYTES
