"""Readers by node: how many sockets of each server process are on which article.

| key                | kind       | lives                    | holds                             |
|--------------------|------------|--------------------------|-----------------------------------|
| `{reading}:{node}` | string     | 20 s after the last beat | JSON: version, readers by article |
| `{reading}:nodes`  | sorted set | swept at each beat       | nodes, by their last beat, in ms  |

They are facts, not estimates: a node that dies is forgotten with its key.
"""

import msgspec

from portal.clock import SECOND, Clock
from portal.memory.redis import Memory, reaching

LIVES_SECONDS = 20
"""A node that was killed is counted for no longer than this and one beat of another node's."""
NODES = "{reading}:nodes"

Readers = dict[int, tuple[int, int]]
"""Article → (open, reading)."""


class Snapshot(msgspec.Struct, frozen=True):
    """All readers of one node. `version` grows with every change there."""

    version: int
    readers: Readers


_decoder = msgspec.json.Decoder(Snapshot)


class Readings:
    """Readers of all nodes in Valkey. Keeps nothing itself."""

    def __init__(self, memory: Memory, *, node: str, clock: Clock) -> None:
        self._redis = memory.redis
        self._meter = memory.meter
        self._node = node
        self._clock = clock

    async def beat(self, own: Snapshot) -> dict[str, Snapshot]:
        """Say that this node lives and what is read on it; return the other living nodes'.

        Raises:
            Unavailable: Valkey does not answer.
        """
        now = self._clock()
        with reaching(self._meter):
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.set(_key(self._node), msgspec.json.encode(own), ex=LIVES_SECONDS)
                pipe.zadd(NODES, {self._node: now})
                pipe.zremrangebyscore(NODES, "-inf", now - 2 * LIVES_SECONDS * SECOND)
                pipe.zrange(NODES, 0, -1)
                *_, members = await pipe.execute()
            nodes = [name.decode() for name in members if name.decode() != self._node]
            texts = await self._redis.mget([_key(node) for node in nodes]) if nodes else []
        return {
            node: _decoder.decode(text)
            for node, text in zip(nodes, texts, strict=True)
            if text is not None
        }

    async def leave(self) -> None:
        """Take this node's readers away.

        Raises:
            Unavailable: Valkey does not answer; the key ends by itself.
        """
        with reaching(self._meter):
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.delete(_key(self._node))
                pipe.zrem(NODES, self._node)
                await pipe.execute()


def _key(node: str) -> str:
    return f"{{reading}}:{node}"
