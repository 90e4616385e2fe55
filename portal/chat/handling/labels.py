"""Labels: what staff write on conversations, to find them again.

A label is made when it is first used. Two that differ in case or in how a letter is composed are
one; its colour follows from its name, so that it is the same on every screen.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import conversation as moves
from portal.chat import words
from portal.chat.acts import Acts
from portal.chat.handling.messages import Label
from portal.chat.outcome import Outcome
from portal.errors import Refused
from portal.identity import Agent
from portal.storage.tables.chat import conversation_label as links
from portal.storage.tables.chat import label as table
from portal.storage.upsert import insert_for

HUES: Final = 8
FOLDED_LONGEST: Final = 80
MOST: Final = 500
"""Labels in all: every console is told all of them, in one frame."""


class Labels:
    """Writes and reads them. Keeps nothing."""

    def __init__(self, acts: Acts) -> None:
        self._acts = acts

    async def set(self, agent: Agent, which: str, names: Sequence[str]) -> bool:
        """Let a conversation carry these and no others; return whether one was made for it.

        Raises:
            Refused: `bad_field`, `not_found`, `not_allowed`; `conflict`, there are too many labels.
        """
        wanted = _wanted(names)
        now = self._acts.now()
        made = False

        async def work(c: AsyncConnection) -> Outcome:
            nonlocal made
            before, who = await self._acts.begin(c, agent, which)
            known = await _known(c, list(wanted))
            missing = {folded: name for folded, name in wanted.items() if folded not in known}
            made = bool(missing)
            if missing:
                if await _count(c) + len(missing) > MOST:
                    raise Refused("conflict", f"there are {MOST} labels at most; use one of them")
                await _make(c, missing, now)
                known = await _known(c, list(wanted))
            of = links.c.conversation_id == before.id
            carried = set((await c.execute(select(links.c.label_id).where(of))).scalars())
            ids = {label.id for label in known.values()}
            if ids == carried:
                return Outcome(before, changed=False)
            await c.execute(delete(links).where(of))
            if ids:
                rows = [{"conversation_id": before.id, "label_id": id} for id in sorted(ids)]
                await c.execute(insert(links), rows)
            about = ", ".join(known[folded].name for folded in wanted)
            move = replace(moves.stays(before), events=("labelled",), about=about)
            return await self._acts.write(c, who, before, move, None, now)

        await self._acts.do(work)
        return made

    async def all(self) -> list[Label]:
        """Return every label there is, by name."""
        async with self._acts.db.read() as c:
            rows = (await c.execute(select(table).order_by(table.c.folded))).all()
        return [Label(id=row.id, name=row.name, hue=row.hue) for row in rows]


def folded(name: str) -> str:
    """Return what of a name makes it another label than others."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())[
        :FOLDED_LONGEST
    ]


def hue(name: str) -> int:
    """Return a label's colour."""
    return sha256(folded(name).encode()).digest()[0] % HUES


def _wanted(names: Sequence[str]) -> dict[str, str]:
    wanted: dict[str, str] = {}
    for given in names:
        name = words.line(given)
        if name is None:
            raise Refused("bad_field", "a label without a name")
        wanted.setdefault(folded(name), unicodedata.normalize("NFC", name))
    return wanted


async def _known(c: AsyncConnection, names: list[str]) -> dict[str, Label]:
    rows = (await c.execute(select(table).where(table.c.folded.in_(names)))).all()
    return {row.folded: Label(id=row.id, name=row.name, hue=row.hue) for row in rows}


async def _count(c: AsyncConnection) -> int:
    return await c.scalar(select(func.count()).select_from(table)) or 0


async def _make(c: AsyncConnection, missing: dict[str, str], now: int) -> None:
    # In one order everywhere: two who make the same ones at once must not wait for each other.
    for key, name in sorted(missing.items()):
        row = {"name": name, "folded": key, "hue": hue(name), "created_at": now}
        insert_ = insert_for(c, table).values(row)
        await c.execute(insert_.on_conflict_do_nothing(index_elements=[table.c.folded]))
