"""The act: what somebody does in a conversation, as one transaction.

The row is read under its lock, who acts is judged by what he may do now, the move is judged from
the row, and row and entries are written together. Only what was committed is announced.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import conversation as moves
from portal.chat import register, transcript
from portal.chat.conversation import Conversation, Move
from portal.chat.files import shelf
from portal.chat.handling import mentions
from portal.chat.outcome import Outcome
from portal.chat.queue.capacity import Capacity, fills
from portal.chat.standing import Held
from portal.chat.transcript import Draft
from portal.clock import Clock
from portal.errors import Refused
from portal.identity import Actor, Agent, Visitor
from portal.storage.database import Database

Judge = Callable[[Conversation, Any], Move]
"""From the row and from who asks, as he is now."""


@dataclass(frozen=True)
class Acts:
    """Does what is asked of a conversation. Keeps nothing between two acts.

    Attributes:
        may: whether an agent is still one of ours, as far as this process knows.
        held: whether he is, and who he is now, as SQL knows.
        announce: tells the world what was committed; does not wait.
        capacity: how many conversations an agent answers at once.
    """

    db: Database
    now: Clock
    may: Callable[[Agent], bool]
    held: Held
    announce: Callable[[Outcome], None]
    capacity: Capacity = field(default_factory=Capacity)

    async def do(self, work: Callable[[AsyncConnection], Awaitable[Outcome]]) -> Outcome:
        """Commit `work` and announce what it came to."""
        outcome = await self.db.write(work)
        if outcome.changed:
            self.announce(outcome)
        return outcome

    async def move(
        self,
        actor: Agent | Visitor,
        which: str | None,
        judge: Judge,
        draft: Draft | None = None,
        files: Sequence[str] = (),
    ) -> Outcome:
        """Let `actor` do what `judge` makes of it, and say `draft` with it; an id once only."""
        now = self.now()

        async def work(c: AsyncConnection) -> Outcome:
            before, who = await self.begin(c, actor, which)
            if draft and (first := await transcript.repeated(c, before.id, draft)):
                return Outcome(before, changed=False, answer=first)
            return await self.write(c, who, before, judge(before, who), draft, now, files)

        return await self.do(work)

    async def begin(
        self, c: AsyncConnection, actor: Actor, which: str | None
    ) -> tuple[Conversation, Any]:
        """Return the row under its lock, and who asks as he is now."""
        before = await self.find(c, actor, which, lock=True)
        return before, await self.now_is(c, actor, lock=True)

    async def write(
        self,
        c: AsyncConnection,
        actor: Agent | Visitor,
        before: Conversation,
        move: Move,
        draft: Draft | None,
        now: int,
        files: Sequence[str] = (),
        *,
        owner_name: str | None = None,
    ) -> Outcome:
        """Write what a conversation becomes, with the events and the words that belong to it.

        Args:
            owner_name: of the agent `move` makes its owner, if that is not `actor`.
        """
        if draft is None and move == moves.stays(before):
            return Outcome(before, changed=False)
        author = transcript.author_of(actor)
        who = actor.name if isinstance(actor, Agent) else before.visitor_name
        drafts = [transcript.event(name, author, who, move.about) for name in move.events]
        if isinstance(actor, Agent):
            await self.capacity.take(c, before, move, now, owner_name)
        elif move.agent is not None and fills(before, move):
            room = await self.capacity.room_for(c, move.agent)
            if not room:
                # His visitor wakes it, and he has no room: whoever has may answer.
                move = moves.is_put_back(before, now, None)
                drafts.append(transcript.event("left", transcript.PORTAL, before.agent_name))
        if draft is not None:
            taken = await shelf.take(c, before, author, files)
            meant = await mentions.existing(c, draft.mentions)
            draft = msgspec.structs.replace(
                draft, who=who, article=before.article, files=taken, mentions=meant
            )
            drafts.append(draft)
        after, entries = await transcript.append(c, before, move, drafts, now, owner_name or who)
        for entry in entries:
            await shelf.say(c, entry.conversation, entry.seq, entry.files)
            await mentions.keep(c, entry)
        return Outcome(after, entries, answer=entries[-1] if draft is not None else None)

    async def find(
        self, c: AsyncConnection, actor: Actor, which: str | None, *, lock: bool = False
    ) -> Conversation:
        """Return a conversation `actor` may see; of a visitor, without `which`, his current one.

        Raises:
            Refused: `not_found`, `not_allowed`.
        """
        match actor:
            case Agent():
                found = await register.by_id(c, which or "", lock=lock)
            case Visitor() if which is None:
                found = await register.current(c, actor.id, lock=lock)
            case Visitor(id=visitor):
                found = await register.by_id(c, which or "", lock=lock)
                found = found if found and found.visitor == visitor else None
            case _:
                raise Refused("not_allowed", "ask for chat first (chat.open)")
        if found is None:
            raise Refused("not_found", "there is no such conversation")
        return found

    async def now_is(self, c: AsyncConnection, actor: Actor, *, lock: bool = False) -> Any:
        """Return who asks as he is now, judged in this transaction.

        Raises:
            Refused: `not_allowed`, his access has ended.
        """
        if not isinstance(actor, Agent):
            return actor
        who = await self.held(c, actor, lock=lock) if self.may(actor) else None
        if who is None:
            raise Refused("not_allowed", "your access has ended")
        return who
