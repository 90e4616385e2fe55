"""Presence: who is there, on whichever node, as leases that run out by themselves.

A counter of who is there goes wrong with the first process that dies, and stays wrong. So each
node holds a lease for each of its own and renews them at every beat, all in one call that also
tells who else is there. A node that is killed renews nothing; its leases end within `lease_ms`.

Keys: `{presence:NAME}:until` and `{presence:NAME}:value`, see `presence.lua`. Presence is a
convenience: without Redis a node knows its own, and after a while only those.
"""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Final

from portal.errors import Unavailable
from portal.memory.redis import Argument, Memory

LEASE_MS: Final = 30_000
"""Whoever is killed with his node is gone after this long."""
SILENT_SECONDS: Final = 8.0
"""Whoever vanishes from Redis and said no word of it is believed for one more beat: a Redis that
was flushed, or another one, knows each node's only after that node's next beat."""
WORD_SECONDS: Final = 12.0
"""Another node's word outlives our own beats until its beat has brought it to Redis."""


class Presence:
    """One kind of presence, as one node sees and tells it.

    A member must name its node, so that no two nodes hold the same one.
    """

    def __init__(
        self,
        memory: Memory,
        name: str,
        *,
        lease_ms: int = LEASE_MS,
        elapsed: Callable[[], float] = monotonic,
    ) -> None:
        """Begin with nobody there.

        Args:
            name: of the kind, part of its keys.
            elapsed: seconds on a clock that never jumps.
        """
        self._beat = memory.script("presence")
        self._keys = [f"{{presence:{name}}}:until", f"{{presence:{name}}}:value"]
        self._lease_ms = lease_ms
        self._elapsed = elapsed
        self._held: dict[str, str] = {}
        self._let_go: set[str] = set()
        self._others: dict[str, str] = {}
        self._seen: dict[str, float] = {}
        """When Redis told last of each of the others."""
        self._words: dict[str, tuple[str | None, float]] = {}
        self._heard_at = elapsed()

    @property
    def there(self) -> Mapping[str, str]:
        """Everybody who is there, with what he says of himself."""
        return {**self._others, **self._held}

    def hold(self, member: str, value: str = "") -> None:
        """Begin or change a lease of this node; others learn of it with the next beat."""
        self._let_go.discard(member)
        self._held[member] = value

    def let_go(self, member: str) -> None:
        """End a lease of this node."""
        if self._held.pop(member, None) is not None:
            self._let_go.add(member)

    def hear(self, member: str, value: str | None) -> None:
        """Take another node's word, until the beats of both say it for certain; None: gone."""
        self._words[member] = (value, self._elapsed())
        self._trust(member, value)

    async def beat(self) -> bool:
        """Renew what is held and learn who else is there; return whether Redis answered."""
        held, gone = dict(self._held), set(self._let_go)
        pairs: list[Argument] = [each for pair in held.items() for each in pair]
        try:
            found = await self._beat(self._keys, [self._lease_ms, len(held), *pairs, *gone])
        except Unavailable:
            # Their leases have ended by now, as far as anybody can know.
            if (self._elapsed() - self._heard_at) * 1000 > self._lease_ms:
                self._others.clear()
            return False
        self._heard_at = self._elapsed()
        self._let_go -= gone
        texts = [each.decode() if isinstance(each, bytes) else each for each in found]
        there = dict(zip(texts[::2], texts[1::2], strict=True))
        ours = held.keys() | gone | self._held.keys() | self._let_go
        self._see({member: value for member, value in there.items() if member not in ours})
        # Redis knows what a node says only after that node's next beat: until then its word
        # counts, or whoever has just come would be gone for a few seconds.
        for member, (value, at) in list(self._words.items()):
            if self._elapsed() - at > WORD_SECONDS:
                del self._words[member]
            else:
                self._trust(member, value)
        return True

    def _see(self, others: dict[str, str]) -> None:
        now = self._elapsed()
        self._seen.update(dict.fromkeys(others, now))
        silent = {
            member: value
            for member, value in self._others.items()
            if now - self._seen.get(member, -SILENT_SECONDS) < SILENT_SECONDS
        }
        self._others = {**silent, **others}
        self._seen = {member: self._seen[member] for member in self._others}

    def _trust(self, member: str, value: str | None) -> None:
        if value is None:
            self._others.pop(member, None)
        elif member not in self._held:
            self._others[member] = value
