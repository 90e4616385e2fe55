"""Short lists an administrator keeps in order: labels, blocks, letters."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.handling.labels import folded
from portal.chat.setup.ledger import Ledger
from portal.errors import Refused
from portal.identity import Agent
from portal.storage.tables.chat import conversation, conversation_label
from portal.storage.tables.chat import label as labels
from portal.storage.tables.desk import block as blocks
from portal.storage.tables.outreach import letter as letters
from portal.storage.tables.staff import staff

LABEL_LONGEST: Final = 40
SHOWN_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Label:
    """A label, and on how many conversations it hangs."""

    id: int
    name: str
    hue: int
    count: int


@dataclass(frozen=True, slots=True)
class Block:
    """Somebody who may not write, by whom, why, and until when (None: until it is lifted)."""

    id: int
    kind: str
    name: str
    reason: str
    by: str
    created_at: int
    expires_at: int | None


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that has not gone out."""

    id: int
    status: str
    recipient: str
    subject: str
    attempts: int
    error: str
    created_at: int
    due_at: int


class Lists:
    """All three."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def labels(self) -> list[Label]:
        """Return all labels by name."""
        hang = conversation_label.c
        query = (
            select(labels, func.count(hang.conversation_id).label("hung"))
            .outerjoin(conversation_label, hang.label_id == labels.c.id)
            .group_by(labels.c.id)
            .order_by(labels.c.folded)
        )
        async with self._ledger.db.read() as c:
            return [Label(r.id, r.name, r.hue, r.hung) for r in await c.execute(query)]

    async def rename_label(self, agent: Agent, id: int, name: str) -> None:
        """Call a label something else, wherever it hangs.

        Raises:
            Refused: `bad_field`, `conflict`, `not_found`, `not_allowed`.
        """
        called = " ".join(name.split())
        if not 1 <= len(called) <= LABEL_LONGEST or not called.isprintable():
            raise Refused("bad_field", f"A label has 1 to {LABEL_LONGEST} visible characters.")

        async def work(c: AsyncConnection) -> None:
            values = {"name": called, "folded": folded(called)}
            done = await c.execute(update(labels).where(labels.c.id == id).values(**values))
            if not done.rowcount:
                raise Refused("not_found", "This label is not there any more.")
            await _changed(c, id)

        try:
            await self._ledger.change(agent, "label.renamed", called, work)
        except IntegrityError:
            raise Refused("conflict", f"There is a label {called} already.") from None

    async def remove_label(self, agent: Agent, id: int) -> None:
        """Take a label off all conversations, and away."""

        async def work(c: AsyncConnection) -> None:
            await _changed(c, id)
            await c.execute(delete(conversation_label).where(conversation_label.c.label_id == id))
            await c.execute(delete(labels).where(labels.c.id == id))

        await self._ledger.change(agent, "label.removed", f"label {id}", work)

    async def blocks(self) -> list[Block]:
        """Return the blocks that hold now, newest first."""
        now = self._ledger.now()
        row = blocks.c
        query = (
            select(blocks, staff.c.name.label("by"))
            .outerjoin(staff, staff.c.id == row.created_by)
            .where(or_(row.expires_at.is_(None), row.expires_at > now))
            .order_by(row.created_at.desc(), row.id.desc())
            .limit(SHOWN_MOST)
        )
        async with self._ledger.db.read() as c:
            found = list(await c.execute(query))
        return [
            Block(r.id, r.kind, r.name, r.reason, r.by or "", r.created_at, r.expires_at)
            for r in found
        ]

    async def lift_block(self, agent: Agent, id: int) -> None:
        """Let somebody write again."""

        async def work(c: AsyncConnection) -> None:
            now = self._ledger.now()
            row = blocks.c
            live = or_(row.expires_at.is_(None), row.expires_at > now)
            await c.execute(update(blocks).where(row.id == id, live).values(expires_at=now))

        await self._ledger.change(agent, "block.lifted", f"block {id}", work)

    async def letters(self) -> tuple[list[Letter], int]:
        """Return mails that failed or wait, failed ones first, and how many there are."""
        row = letters.c
        open_ = row.status.in_(("waiting", "failed"))
        query = select(letters).where(open_).order_by(row.status, row.due_at).limit(SHOWN_MOST)
        count = select(func.count()).select_from(letters).where(open_)
        async with self._ledger.db.read() as c:
            total = int(await c.scalar(count) or 0)
            found = list(await c.execute(query))
        return [
            Letter(
                *(r.id, r.status, r.recipient, r.subject, r.attempts),
                *(r.error, r.created_at, r.due_at),
            )
            for r in found
        ], total

    async def retry_letter(self, agent: Agent, id: int) -> None:
        """Try a mail again now.

        Raises:
            Refused: `not_found`, it went out meanwhile or is being tried just now.
        """

        async def work(c: AsyncConnection) -> None:
            row = letters.c
            now = self._ledger.now()
            again = update(letters).where(
                row.id == id, row.status.in_(("waiting", "failed")), row.begun_at.is_(None)
            )
            # Its age counts from now on: one that has grown stale would be given up at once.
            fresh = {"status": "waiting", "due_at": now, "created_at": now, "error": ""}
            done = await c.execute(again.values(attempts=0, doubts=0, **fresh))
            if not done.rowcount:
                raise Refused("not_found", "This letter is on its way, or has gone.")

        await self._ledger.change(agent, "letter.retried", f"letter {id}", work)


async def _changed(c: AsyncConnection, label: int) -> None:
    hang = conversation_label.c
    wearing = select(hang.conversation_id).where(hang.label_id == label).scalar_subquery()
    revision = conversation.c.revision + 1
    row = conversation.c
    await c.execute(update(conversation).where(row.id.in_(wearing)).values(revision=revision))
