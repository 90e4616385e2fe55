"""The group answer: one text for every open conversation about an article, in each exactly once.

Each conversation is a transaction of its own, and the text stands in each under the request's id.
Which conversations are meant is written down before the first, and what came of it after the last:
so a request that is repeated goes on where it was broken off, and gives the answer it gave.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from hashlib import sha256
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import register, transcript, words
from portal.chat.acts import Acts
from portal.chat.conversation import Conversation, Move, Status
from portal.chat.handling.messages import AnsweredAll
from portal.chat.outcome import Outcome
from portal.chat.transcript import Draft
from portal.errors import Refused
from portal.identity import Agent, StaffId
from portal.storage.tables.chat import conversation as table
from portal.storage.tables.staff import audit

ACTION = "chat.answer_all"
MOST: Final = 1_000
"""Conversations in one go: each is a transaction, and all of them stand in the way of the next."""
RETRY_MS: Final = 2_000


class Plan(Struct):
    """What stands in the log of who did what. No word of the text: only what tells it apart."""

    text: str
    article: int
    meant: list[str]
    answered: list[str] | None = None


class GroupAnswer:
    """Answers many. Keeps nothing but who is at it."""

    def __init__(self, acts: Acts) -> None:
        self._acts = acts
        self._under_way: dict[StaffId, Counter[str]] = {}

    async def answer(
        self,
        agent: Agent,
        id: str,
        article: int,
        text: str,
        only: Collection[str] | None = None,
    ) -> AnsweredAll:
        """Say `text` wherever somebody waits or is spoken with about `article`.

        Args:
            only: the conversations it is meant for; None: all.

        Raises:
            Refused: `bad_field`, `not_allowed`; `conflict`, the id was used for another text;
                `too_long`, that would be too many; `limited`, another of his is under way.
        """
        his = self._under_way.setdefault(agent.id, Counter())
        if his and id not in his:
            raise Refused(
                "limited", "Your last answer to all is still going out.", retry_ms=RETRY_MS
            )
        his[id] += 1
        try:
            return await self._answer(agent, id, article, words.said(text), only)
        finally:
            his[id] -= 1
            if not his[id]:
                del self._under_way[agent.id]

    async def _answer(
        self, agent: Agent, id: str, article: int, text: str, only: Collection[str] | None
    ) -> AnsweredAll:
        draft = Draft(
            id=id, kind="text", author=transcript.author_of(agent), who="", text=text, group=True
        )
        row, plan = await self._plan(agent, draft, article, only)
        if plan.answered is None:
            reached = [each for each in plan.meant if await self._say(agent, each, draft, article)]
            plan = msgspec.structs.replace(plan, answered=reached)
            await self._acts.db.write(lambda c: _keep(c, row, id, plan))
        assert plan.answered is not None
        skipped = [each for each in plan.meant if each not in set(plan.answered)]
        return AnsweredAll(id=id, conversations=plan.answered, skipped=skipped)

    async def _plan(
        self, agent: Agent, draft: Draft, article: int, only: Collection[str] | None
    ) -> tuple[int, Plan]:
        digest = sha256(draft.text.encode()).hexdigest()

        async def work(c: AsyncConnection) -> tuple[int, Plan]:
            await self._acts.now_is(c, agent, lock=True)
            found = await _planned(c, agent, draft.id)
            if found is not None:
                if (found[1].text, found[1].article) != (digest, article):
                    raise Refused("conflict", "this id was used for another text")
                return found
            meant = await _meant(c, article) if only is None else sorted(set(only))
            if len(meant) > MOST:
                raise Refused("too_long", _too_many(len(meant)))
            plan = Plan(text=digest, article=article, meant=meant)
            row = {"at": self._acts.now(), "staff_id": agent.id, "action": ACTION}
            made = insert(audit).values(about=_about(draft.id, plan), **row)
            return (await c.execute(made.returning(audit.c.id))).scalar_one(), plan

        return await self._acts.db.write(work)

    async def _say(self, agent: Agent, which: str, draft: Draft, article: int) -> bool:
        """Say it in one conversation; return whether it stands there now."""
        now = self._acts.now()

        async def work(c: AsyncConnection) -> Outcome | None:
            before = await register.by_id(c, which, lock=True)
            who = await self._acts.now_is(c, agent, lock=True)
            if before is None:
                return None
            if first := await transcript.repeated(c, before.id, draft):
                return Outcome(before, changed=False, answer=first)
            if not _asks(before, article):
                return None
            return await self._acts.write(c, who, before, _answered(before), draft, now)

        outcome = await self._acts.db.write(work)
        if outcome is not None and outcome.changed:
            self._acts.announce(outcome)
        return outcome is not None


def _too_many(count: int) -> str:
    return (
        f"These are {count:,} conversations, and {MOST:,} can be answered in one go. "
        "Nothing was sent."
    )


def _asks(c: Conversation, article: int) -> bool:
    return c.current and c.status is not Status.CLOSED and c.article == article and c.last_seq > 0


def _answered(c: Conversation) -> Move:
    """It waits no more; whose it is stays."""
    return Move(c.status, c.agent, None, None, snoozed_until=c.snoozed_until)


async def _meant(c: AsyncConnection, article: int) -> list[str]:
    row = table.c
    query = (
        select(row.id)
        .where(
            row.article_id == article,
            row.current,
            row.status != Status.CLOSED.value,
            row.last_seq > 0,
        )
        .order_by(row.created_at, row.id)
    )
    return list((await c.execute(query)).scalars())


async def _planned(c: AsyncConnection, agent: Agent, id: str) -> tuple[int, Plan] | None:
    query = select(audit.c.id, audit.c.about).where(
        audit.c.staff_id == agent.id,
        audit.c.action == ACTION,
        audit.c.about.startswith(f"{id} ", autoescape=True),
    )
    rows: Sequence[Any] = (await c.execute(query.order_by(audit.c.id))).all()
    if not rows:
        return None
    first = rows[0]
    return first.id, msgspec.json.decode(first.about.partition(" ")[2], type=Plan)


async def _keep(c: AsyncConnection, row: int, id: str, plan: Plan) -> None:
    await c.execute(update(audit).where(audit.c.id == row).values(about=_about(id, plan)))


def _about(id: str, plan: Plan) -> str:
    return f"{id} {msgspec.json.encode(plan).decode()}"
