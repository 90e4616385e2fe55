"""The clients: visitors, agents and readers, who behave as our own pages do."""

import asyncio
import random
import secrets
from contextlib import suppress
from typing import Any

from tests.faults.answers import Frame, Gone, Refused
from tests.faults.door import sign_in
from tests.faults.record import Record
from tests.faults.screen import Screen
from tests.faults.tables import agent_person, visitor_person
from tests.faults.talker import AGAIN_SECONDS, FINAL, Log, Talker
from tests.faults.world import ORIGIN, World

VIEW_AGAIN_SECONDS = 15.0


class Visitor(Talker):
    """A visitor's tab; several tabs share one secret."""

    def __init__(
        self,
        name: str,
        world: World,
        record: Record,
        dice: random.Random,
        *,
        secret: str | None = None,
        article: int | None = None,
    ) -> None:
        super().__init__(name, world, record, dice)
        self.secret = secret or secrets.token_urlsafe(32)
        self.person = visitor_person(self.secret)
        self.article = article
        self.known = False
        self.conversation = ""
        self.status = ""

    def hello(self) -> Frame:
        said = super().hello()
        if self.article is not None:
            said["article"] = self.article
        return {**said, "visitor": self.secret} if self.known else said

    async def attached(self, seconds: float = 20.0) -> str:
        """Wait until chat is open; returns the conversation."""
        async with asyncio.timeout(seconds):
            await self._attached.wait()
        return self.conversation

    async def welcomed(self, welcome: Frame) -> None:
        while True:
            try:
                opened = await self.ask("chat.open", visitor=self.secret, name=self.name)
                break
            except Refused as refused:
                await asyncio.sleep(refused.retry_seconds or AGAIN_SECONDS)
        self.known = True
        self.conversation, self.status = opened["conversation"], opened["status"]
        log = self.logs.setdefault(self.conversation, Log(self.conversation))
        log.last_seq = max(log.last_seq, opened["last_seq"])
        self._attached.set()
        if log.gap:
            await self.fill(log)

    def heard(self, frame: Frame) -> None:
        if frame["type"] == "chat.opened" and frame["conversation"] != self.conversation:
            # He speaks in another one from now on; this socket is attached to it already.
            self.conversation = frame["conversation"]
            self.logs.setdefault(self.conversation, Log(self.conversation))
        stands = frame["type"] in ("chat.opened", "chat.state")
        if stands and frame["conversation"] == self.conversation:
            self.status = frame["status"]
        super().heard(frame)

    def see(self) -> None:
        """Tell that everything here was seen."""
        log = self.logs.get(self.conversation)
        if log is not None:
            self.tell("chat.seen", seq=log.head)


class Agent(Talker):
    """An agent's console: signed in over HTTP, on duty, watching the list of those who wait."""

    door = "staff"

    def __init__(
        self, name: str, world: World, record: Record, dice: random.Random, *, email: str
    ) -> None:
        super().__init__(name, world, record, dice)
        self.email = email
        self.rows: dict[str, Frame] = {}
        self.staff: dict[int, str] = {}
        """Who is on duty and how, as the desk was told last."""
        self._cookie = ""

    def cookie(self) -> str:
        return self._cookie

    async def sign_in(self) -> None:
        """Get a session; asked once before `start`, and again by whoever was signed out."""
        signed = await sign_in(self.world, self.email)
        self._cookie, self.session = signed.cookie, signed.session
        self.person = agent_person(signed.id)

    async def return_(self) -> None:
        """Sign in anew, after having been signed out."""
        await self.sign_in()
        self.refused = None
        self.start()

    @property
    def id(self) -> int:
        return int(self.person.partition(":")[2])

    @property
    def waiting(self) -> list[str]:
        """Conversations that nobody answers, as far as this console was told."""
        return [
            name
            for name, row in self.rows.items()
            if row["status"] == "waiting" and row.get("waiting_since")
        ]

    @property
    def mine(self) -> list[str]:
        """Conversations that are his, as far as this console was told."""
        return [
            name
            for name, row in self.rows.items()
            if row["status"] == "open" and (row.get("agent") or {}).get("id") == self.id
        ]

    async def welcomed(self, welcome: Frame) -> None:
        for type, fields in (
            ("desk.status", {"state": "available"}),
            ("desk.watch", {"list": "all"}),
        ):
            await self._insist(type, **fields)
        for log in list(self.logs.values()):
            await self._insist("chat.join", conversation=log.conversation, last_seq=log.head)
        self._attached.set()
        for log in list(self.logs.values()):
            if log.gap:
                await self.fill(log)

    async def _insist(self, type: str, **fields: Any) -> Frame | None:
        for _ in range(10):
            try:
                return await self.ask(type, **fields)
            except Refused as refused:
                if refused.code in FINAL | {"not_found"}:
                    return None
                await asyncio.sleep(refused.retry_seconds or AGAIN_SECONDS)
        return None

    def heard(self, frame: Frame) -> None:
        if frame["type"] == "desk.staff":
            self.staff = {each["id"]: each["state"] for each in frame["people"]}
        rows = [frame] if frame["type"] == "desk.changed" else []
        rows = frame["conversations"] if frame["type"] == "desk.list" else rows
        for row in rows:
            known = self.rows.get(row["conversation"])
            if known is None or row["revision"] >= known["revision"]:
                self.rows[row["conversation"]] = row
        super().heard(frame)

    async def join(self, conversation: str) -> None:
        """Read along in a conversation, on every line from now on."""
        log = self.logs.setdefault(conversation, Log(conversation))
        with suppress(Gone, Refused):
            await self.ask("chat.join", conversation=conversation, last_seq=log.head)

    async def act(self, type: str, conversation: str, **fields: Any) -> str:
        """Claim, release or close once; returns "ok", the refusal's code, or "unknown"."""
        try:
            await self.ask(type, conversation=conversation, **fields)
        except Gone:
            return "unknown"
        except Refused as refused:
            return refused.code
        return "ok"


class Reader(Screen):
    """A reader's page: it watches the numbers of articles and is one click of its own."""

    def __init__(
        self,
        name: str,
        world: World,
        record: Record,
        dice: random.Random,
        *,
        article: int | None = None,
    ) -> None:
        super().__init__(name, world, record, dice)
        self.article = article
        self.viewed: bool | None = None

    def hello(self) -> Frame:
        if self.article is None:
            return super().hello()
        return {**super().hello(), "article": self.article, "url": f"{ORIGIN}/news/{self.article}"}

    async def welcomed(self, welcome: Frame) -> None:
        watched = sorted(self.world.articles.values())
        with suppress(Refused):
            await self.ask("audience.watch", articles=watched)
        self.tell("audience.attention", state="reading")
        while self.article is not None and self.viewed is None:
            with suppress(Refused, Gone):
                await self.ask("audience.view", VIEW_AGAIN_SECONDS, article=self.article)
            if self.viewed is None and not self.open:
                return
            if self.viewed is None:
                await asyncio.sleep(0.2)

    def reload(self) -> None:
        """Load the page again in the same tab: a view, and no click."""
        self.viewed = None
        self.cut()
        self.hurry()

    def heard(self, frame: Frame) -> None:
        if frame["type"] == "audience.viewed" and frame["article"] == self.article:
            self.viewed = frame["counted"]
