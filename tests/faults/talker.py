"""The talker: a screen with an outbox and logs, which behaves as our own pages do.

What is written goes into an outbox and stays there until `chat.stored` names it; it is sent one
after the other under the id it was given first, however often. Each conversation has a head: up to
there everything is here. Whatever shows that it goes further (an entry behind a gap, a beat, an
answer) asks `chat.since` until there is nothing missing.
"""

import asyncio
import random
import secrets
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

from tests.faults.answers import Frame, Gone, Refused
from tests.faults.record import Record
from tests.faults.screen import Screen
from tests.faults.world import World

FINAL = frozenset({"too_long", "conflict", "bad_field", "bad_frame", "not_allowed", "closed"})
"""Refusals that repeating the same bytes cannot mend."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
AGAIN_SECONDS = 1.5


@dataclass
class Item:
    """What was written and is not stored yet."""

    conversation: str
    text: str
    type: str = "chat.say"
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))


@dataclass
class Log:
    """One conversation as one screen knows it."""

    conversation: str
    head: int = 0
    last_seq: int = 0
    beyond: set[int] = field(default_factory=set)
    filling: bool = False

    def put(self, seq: int) -> None:
        self.last_seq = max(self.last_seq, seq)
        if seq > self.head:
            self.beyond.add(seq)
        while self.head + 1 in self.beyond:
            self.head += 1
            self.beyond.discard(self.head)

    @property
    def gap(self) -> bool:
        return self.head < self.last_seq


class Talker(Screen):
    """A screen with an outbox and logs: what visitors and agents have in common."""

    def __init__(self, name: str, world: World, record: Record, dice: random.Random) -> None:
        super().__init__(name, world, record, dice)
        self.logs: dict[str, Log] = {}
        self.outbox: deque[Item] = deque()
        self.stored: dict[str, int] = {}
        self.failed: list[tuple[Item, str]] = []
        self._attached = asyncio.Event()
        self._filled = asyncio.Event()
        self._more = asyncio.Event()
        self._posting: asyncio.Task[None] | None = None

    @property
    def names_conversation(self) -> bool:
        """Whether its frames say which conversation they are about."""
        return self.door == "staff"

    def write(self, text: str, conversation: str = "", type: str = "chat.say") -> Item:
        """Put a text into the outbox; it goes out as soon as it can."""
        item = Item(conversation, text, type)
        self.outbox.append(item)
        self._more.set()
        if self._posting is None:
            self._posting = asyncio.create_task(self._post(), name=f"{self.name} posts")
            self._posting.add_done_callback(self._done)
        return item

    async def end(self) -> None:
        if self._posting is not None:
            self._posting.cancel()
            await asyncio.gather(self._posting, return_exceptions=True)
        await super().end()

    async def _post(self) -> None:
        failures = 0
        while True:
            if not self.outbox:
                self._more.clear()
                await self._more.wait()
            await self._attached.wait()
            item = self.outbox[0]
            where: Frame = {"conversation": item.conversation} if self.names_conversation else {}
            try:
                answer = await self.ask(item.type, id=item.id, text=item.text, **where)
            except Gone:
                failures = 0
                # Until the next line is attached; one that is only slow is tried again.
                await asyncio.sleep(0.05 if not self.open else FIRST_PAUSE)
            except Refused as refused:
                if refused.code in FINAL:
                    self.outbox.remove(item)
                    self.failed.append((item, refused.code))
                    failures = 0
                    continue
                failures += 1
                pause = refused.retry_seconds or min(
                    LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - 1)
                )
                await self._pause(pause)
            else:
                failures = 0
                self.stored[item.id] = answer["seq"]
                with suppress(ValueError):
                    self.outbox.remove(item)

    async def _pause(self, seconds: float) -> None:
        """Wait before the next try, at most until another line is attached."""
        link = self.link
        end = asyncio.get_running_loop().time() + seconds
        while self.link == link and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.1)

    def heard(self, frame: Frame) -> None:
        kind, which = frame["type"], frame.get("conversation", "")
        log = self.logs.get(which) if isinstance(which, str) else None
        if kind == "chat.said" and log is not None:
            log.put(frame["seq"])
        elif kind == "chat.history" and log is not None:
            log.last_seq = max(log.last_seq, frame["last_seq"])
            for entry in frame["messages"]:
                log.put(entry["seq"])
        elif kind == "live.beat":
            for conversation, seq in (frame.get("heads") or {}).items():
                if (behind := self.logs.get(conversation)) is not None:
                    behind.last_seq = max(behind.last_seq, seq)
        for each in self.logs.values():
            if each.gap and not each.filling and self._attached.is_set():
                self._spawn(self.fill(each))

    async def fill(self, log: Log) -> None:
        """Ask for what is missing, page after page, until nothing is."""
        if log.filling:
            return
        log.filling = True
        where: Frame = {"conversation": log.conversation} if self.names_conversation else {}
        try:
            while log.gap:
                head = log.head
                try:
                    await self.ask("chat.since", seq=head, **where)
                except Refused as refused:
                    await asyncio.sleep(refused.retry_seconds or AGAIN_SECONDS)
                else:
                    if log.head == head:
                        await asyncio.sleep(AGAIN_SECONDS)
        except Gone:
            return
        finally:
            log.filling = False

    def _let_go(self, reason: str, code: int) -> None:
        self._attached.clear()
        super()._let_go(reason, code)
