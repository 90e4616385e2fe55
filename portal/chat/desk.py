"""The desk: who may do what in a conversation, and doing it.

Every change is one transaction: the row is read under its lock, the move is judged from it
(`conversation`), and row and entries are written together (`transcript`). Only what was committed
is announced, by the function handed in, which must not wait for anything.

An agent is judged by the rights he has in that transaction, whatever his socket knows of him: who
was signed out or disabled is refused there, so nothing of his is accepted after the commit that
ended him, however late his socket is closed; a new role holds from his next request on.
A visitor reaches his own conversation; any other is `not_found`, whether there is one or not.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import conversation as moves
from portal.chat import register, transcript, words
from portal.chat.conversation import Conversation, Move
from portal.chat.files import shelf
from portal.chat.finding import index
from portal.chat.outcome import Outcome
from portal.chat.requests import Quote
from portal.chat.standing import Held, by_account
from portal.chat.standing import visitor_id as visitor_id
from portal.chat.transcript import Draft, Entry
from portal.clock import Clock
from portal.errors import Refused
from portal.identity import Actor, Agent, Visitor, VisitorId
from portal.storage.database import Database

Judge = Callable[[Conversation, Any], Move]
"""From the row and from who asks, as he is now."""


class Desk:
    """All conversations. Keeps nothing between two calls."""

    def __init__(
        self,
        db: Database,
        now: Clock,
        *,
        may: Callable[[Agent], bool] = lambda agent: True,
        held: Held = by_account,
        announce: Callable[[Outcome], None] = lambda outcome: None,
    ) -> None:
        """Open the desk.

        Args:
            may: whether an agent is still one of ours, as far as this process knows.
            held: whether he is, and who he is now, as SQL knows.
            announce: tells the world what was committed; does not wait.
        """
        self._db = db
        self._now = now
        self._may = may
        self._held = held
        self._announce = announce

    # The visitor's door

    async def open(
        self,
        visitor: VisitorId,
        *,
        name: str | None = None,
        email: str | None = None,
        topic: str | None = None,
        begins: Callable[[], None] = lambda: None,
    ) -> Conversation:
        """Return the conversation the visitor speaks in; `begins` may refuse to begin one."""
        now = self._now()
        name, email, topic = words.name(name), words.email(email), words.topic(topic)
        async with self._db.read() as c:
            found = await register.current(c, visitor)
        # The panel opens chat again on every page; only what is new is worth a transaction.
        same = found and name in (None, found.name) and email in (None, found.email)
        if found is None or moves.begins_anew(found, now):
            begins()
        elif same:
            return found

        async def work(c: AsyncConnection) -> Outcome:
            await register.meet(c, visitor, now, name, email)
            latest = await register.current(c, visitor, lock=True)
            opened = await self._current(c, visitor, now, topic, latest)
            if name or email:
                await index.rename(c, visitor)
            if opened.changed or not (name or email):
                return opened
            await register.set_columns(c, opened.conversation)
            after = replace(opened.conversation, revision=opened.conversation.revision + 1)
            return replace(opened, conversation=after, changed=True)

        outcome = await self._db.write(work)
        if outcome.changed:
            self._announce(outcome)
        return outcome.conversation

    async def known(self, secret: str) -> Conversation | None:
        """Return the conversation a secret opens, if it opens any."""
        async with self._db.read() as c:
            return await register.current(c, await register.who(c, visitor_id(secret)))

    async def who(self, secret: str) -> Visitor:
        """Return who brings a secret, whether or not he asked for chat before."""
        async with self._db.read() as c:
            return Visitor(await register.who(c, visitor_id(secret)))

    async def leave(self, visitor: Visitor, which: str | None = None) -> Conversation:
        """The visitor ends his conversation."""
        now = self._now()
        left = await self._move(visitor, which, lambda c, _: moves.visitor_leaves(c, now))
        return left.conversation

    # Both doors

    async def of(self, actor: Actor, which: str | None = None) -> Conversation:
        """Return a conversation `actor` may see.

        Raises:
            Refused: `not_found`, `not_allowed`.
        """
        async with self._db.read() as c:
            await self._now_is(c, actor)
            return await self._find(c, actor, which)

    async def one_of_ours(self, agent: Agent) -> None:
        """Refuse an agent whose access has ended; for what is asked of no conversation.

        Raises:
            Refused: `not_allowed`.
        """
        async with self._db.read() as c:
            await self._now_is(c, agent)

    async def say(
        self,
        actor: Agent | Visitor,
        which: str | None,
        id: str,
        text: str,
        *,
        quote: Quote | None = None,
        files: Sequence[str] = (),
    ) -> Entry:
        """Store what was said; the same id again returns what was stored first.

        Args:
            quote: the sentence of an article it is about.
            files: ids of files that were brought before.

        Raises:
            Refused: `bad_field`, `conflict`, `closed`, `not_found`, `not_allowed`.
        """
        now = self._now()
        if len(set(files)) != len(files):
            raise Refused("bad_field", "a file is named twice")
        kind = "file" if files else "text"
        draft = self._draft(actor, kind, id, words.said(text, files=bool(files)))
        draft = msgspec.structs.replace(draft, quote=quote)
        if isinstance(actor, Agent):
            outcome = await self._move(actor, which, moves.agent_says, draft, files)
        else:
            outcome = await self._visitor_says(actor, which, draft, now, files)
        assert outcome.answer is not None
        return outcome.answer

    async def seen(self, actor: Agent | Visitor, which: str | None, seq: int) -> None:
        """Note how far one side has read; that never goes back.

        An agent who looks into a colleague's conversation has not read it for him.
        """
        staff_side = isinstance(actor, Agent)

        async def work(c: AsyncConnection) -> Outcome | None:
            found = await self._find(c, actor, which, lock=True)
            await self._now_is(c, actor, lock=True)
            upto = min(seq, found.last_seq)
            if staff_side:
                assert isinstance(actor, Agent)
                if found.owner is not None and not found.owned_by(actor):
                    return None
            if upto <= (found.staff_seen if staff_side else found.visitor_seen):
                return None
            column = "staff_seen" if staff_side else "visitor_seen"
            await register.set_columns(c, found, **{column: upto})
            seen_now = {column: upto, "revision": found.revision + 1}
            return Outcome(replace(found, **seen_now))  # type: ignore[arg-type]

        outcome = await self._db.write(work)
        if outcome is not None:
            self._announce(outcome)

    # The staff's door

    async def note(
        self, agent: Agent, which: str, id: str, text: str, mentions: Sequence[int] = ()
    ) -> Entry:
        """Store words for colleagues; `mentions` are the ids of those they are meant for."""
        draft = self._draft(agent, "note", id, words.said(text))
        draft = msgspec.structs.replace(draft, mentions=tuple(mentions))
        outcome = await self._move(agent, which, lambda c, _: moves.stays(c), draft)
        assert outcome.answer is not None
        return outcome.answer

    async def claim(self, agent: Agent, which: str) -> Conversation:
        """Take a conversation.

        Raises:
            Refused: `taken` with the winner, `closed`.
        """
        return (await self._move(agent, which, moves.claims)).conversation

    async def release(self, agent: Agent, which: str) -> None:
        """Put a conversation back among the waiting ones."""
        now = self._now()
        await self._move(agent, which, lambda c, who: moves.releases(c, who, now))

    async def close(self, agent: Agent, which: str) -> None:
        """End a conversation."""
        now = self._now()
        await self._move(agent, which, lambda c, who: moves.closes(c, who, now))

    # How it is done

    async def _visitor_says(
        self, visitor: Visitor, which: str | None, draft: Draft, now: int, files: Sequence[str]
    ) -> Outcome:
        async def work(c: AsyncConnection) -> Outcome:
            if which is not None:
                await self._find(c, visitor, which)
            latest = await register.current(c, visitor.id, lock=True)
            # Before a new one is begun: he may repeat what he said in the old one.
            if latest and (first := await transcript.repeated(c, latest.id, draft)):
                return Outcome(latest, changed=False, answer=first)
            if latest is None:  # swept away while he kept his page open
                await register.meet(c, visitor.id, now)
            begun = await self._current(c, visitor.id, now, None, latest)
            move = moves.visitor_says(begun.conversation, now)
            said = await self._write(c, visitor, begun.conversation, move, draft, now, files)
            return replace(said, before=begun.before)

        outcome = await self._db.write(work)
        if outcome.changed:
            self._announce(outcome)
        return outcome

    async def _current(
        self,
        c: AsyncConnection,
        visitor: VisitorId,
        now: int,
        topic: str | None,
        latest: Conversation | None,
    ) -> Outcome:
        if latest is not None and not moves.begins_anew(latest, now):
            return Outcome(latest, changed=False)
        if latest is not None:
            await register.retire(c, latest)
        return Outcome(await register.begin(c, visitor, now, topic), before=latest)

    async def _move(
        self,
        actor: Agent | Visitor,
        which: str | None,
        judge: Judge,
        draft: Draft | None = None,
        files: Sequence[str] = (),
    ) -> Outcome:
        now = self._now()

        async def work(c: AsyncConnection) -> Outcome:
            before = await self._find(c, actor, which, lock=True)
            who = await self._now_is(c, actor, lock=True)
            if draft and (first := await transcript.repeated(c, before.id, draft)):
                return Outcome(before, changed=False, answer=first)
            return await self._write(c, who, before, judge(before, who), draft, now, files)

        outcome = await self._db.write(work)
        if outcome.changed:
            self._announce(outcome)
        return outcome

    async def _write(
        self,
        c: AsyncConnection,
        actor: Agent | Visitor,
        before: Conversation,
        move: Move,
        draft: Draft | None,
        now: int,
        files: Sequence[str] = (),
    ) -> Outcome:
        if draft is None and move == moves.stays(before):
            return Outcome(before, changed=False)
        author = transcript.author_of(actor)
        who = actor.name if isinstance(actor, Agent) else before.visitor_name
        drafts = [transcript.event(name, author, who, move.about) for name in move.events]
        if draft is not None:
            taken = await shelf.take(c, before, author, files)
            draft = msgspec.structs.replace(draft, who=who, article=before.article, files=taken)
            drafts.append(draft)
        after, entries = await transcript.append(c, before, move, drafts, now, who)
        for entry in entries:
            await shelf.say(c, entry.conversation, entry.seq, entry.files)
        return Outcome(after, entries, answer=entries[-1] if draft is not None else None)

    async def _find(
        self, c: AsyncConnection, actor: Actor, which: str | None, *, lock: bool = False
    ) -> Conversation:
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

    def _draft(self, actor: Agent | Visitor, kind: str, id: str, text: str) -> Draft:
        return Draft(id=id, kind=kind, author=transcript.author_of(actor), who="", text=text)

    async def _now_is(self, c: AsyncConnection, actor: Actor, *, lock: bool = False) -> Any:
        """Return who asks as he is now, judged in this transaction."""
        if not isinstance(actor, Agent):
            return actor
        who = await self._held(c, actor, lock=lock) if self._may(actor) else None
        if who is None:
            raise Refused("not_allowed", "your access has ended")
        return who
