"""Online: which visitors have a page of ours open, for the console's lists.

As with staff on duty: a lease for each conversation and process, and a grace in which the next
article is opened without a flicker.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Final

from portal.memory.presence import Presence

GRACE_SECONDS: Final = 4.0


class Online:
    """Visitors online, on all processes as far as is known here."""

    def __init__(
        self,
        presence: Presence,
        *,
        node: str,
        changed: Callable[[str], None],
        tell: Callable[[str, str | None], None],
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        """Begin with nobody.

        Args:
            changed: called with a conversation whose visitor came or went here.
            tell: tells other processes of a lease of ours, or of its end (None).
        """
        self._presence = presence
        self._node = node
        self._changed = changed
        self._tell = tell
        self._grace_seconds = grace_seconds
        self._sockets: Counter[str] = Counter()
        self._held: set[str] = set()
        self._there: set[str] = set()
        self._leaving: dict[str, asyncio.TimerHandle] = {}

    def is_online(self, conversation: str) -> bool:
        """Say whether this conversation's visitor has a page open."""
        return conversation in self._there

    def come(self, conversation: str) -> None:
        """A socket of this visitor was opened."""
        self._sockets[conversation] += 1
        self._stay(conversation)
        if conversation not in self._held:
            self._held.add(conversation)
            self._presence.hold(self._member(conversation))
            self._tell(self._member(conversation), "")
        if conversation not in self._there:
            self._there.add(conversation)
            self._changed(conversation)

    def go(self, conversation: str) -> None:
        """A socket of this visitor is gone."""
        self._sockets[conversation] -= 1
        if self._sockets[conversation] <= 0:
            del self._sockets[conversation]
            self._stay(conversation)
            loop = asyncio.get_running_loop()
            timer = loop.call_later(self._grace_seconds, self._leave, conversation)
            self._leaving[conversation] = timer

    def hear(self, member: str, value: str | None) -> None:
        """Take another process' word about one of its visitors."""
        self._presence.hear(member, value)
        self._there = self._read()

    async def beat(self) -> None:
        """Renew the leases of this process and learn of the others."""
        await self._presence.beat()
        before, self._there = self._there, self._read()
        for conversation in before ^ self._there:
            self._changed(conversation)

    def _stay(self, conversation: str) -> None:
        """Forget what an earlier loss began: its grace is not that of a later one."""
        if (timer := self._leaving.pop(conversation, None)) is not None:
            timer.cancel()

    def _leave(self, conversation: str) -> None:
        self._leaving.pop(conversation, None)
        if conversation in self._sockets or conversation not in self._held:
            return
        self._held.discard(conversation)
        self._presence.let_go(self._member(conversation))
        self._tell(self._member(conversation), None)
        self._there = self._read()
        if conversation not in self._there:
            self._changed(conversation)

    def _read(self) -> set[str]:
        return {member.partition("@")[0] for member in self._presence.there}

    def _member(self, conversation: str) -> str:
        return f"{conversation}@{self._node}"
