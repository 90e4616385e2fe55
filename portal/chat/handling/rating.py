"""The rating: what a visitor thinks of how he was answered. His last word counts."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import conversation as moves
from portal.chat.acts import Acts
from portal.chat.outcome import Outcome
from portal.errors import Refused
from portal.identity import Visitor
from portal.storage.tables.chat import rating as table
from portal.storage.upsert import insert_for


class Rating:
    """Writes it down. Keeps nothing."""

    def __init__(self, acts: Acts) -> None:
        self._acts = acts

    async def rate(self, visitor: Visitor, which: str | None, score: int, comment: str) -> None:
        """Note a visitor's opinion, with whoever answered him then; staff read that he has one.

        Raises:
            Refused: `not_found`; `conflict`, nothing was said yet.
        """
        now = self._acts.now()
        comment = comment.strip()

        async def work(c: AsyncConnection) -> Outcome:
            before, _ = await self._acts.begin(c, visitor, which)
            if not before.last_seq:
                raise Refused("conflict", "there is nothing to rate yet")
            row = {"score": score, "comment": comment, "agent_id": before.agent, "at": now}
            of = table.c.conversation_id == before.id
            found = (await c.execute(select(table).where(of))).mappings().one_or_none()
            if found and (found["score"], found["comment"]) == (score, comment):
                return Outcome(before, changed=False)
            insert = insert_for(c, table).values(conversation_id=before.id, **row)
            await c.execute(
                insert.on_conflict_do_update(index_elements=[table.c.conversation_id], set_=row)
            )
            move = replace(moves.stays(before), events=("rated",), about=str(score))
            return await self._acts.write(c, visitor, before, move, None, now)

        await self._acts.do(work)
