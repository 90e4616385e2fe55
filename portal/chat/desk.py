"""The desk: who may do what in a conversation, and doing it.

Every change is one transaction: the row is read under its lock, the move is judged from it
(`conversation`), and row and entries are written together (`transcript`). Only what was committed
is announced, by the function handed in, which must not wait for anything.

An agent is judged by the rights he has in that transaction, whatever his socket knows of him: who
was signed out or disabled is refused there, so nothing of his is accepted after the commit that
ended him, however late his socket is closed; a new role holds from his next request on.
A visitor reaches his own conversation; any other is `not_found`, whether there is one or not.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import about as facts
from portal.chat import conversation as moves
from portal.chat import register, transcript, words
from portal.chat.about import About
from portal.chat.acts import Acts
from portal.chat.conditions import Conditions
from portal.chat.conversation import Conversation
from portal.chat.finding import index
from portal.chat.handling import mentions
from portal.chat.outcome import Outcome
from portal.chat.queue.capacity import Capacity
from portal.chat.requests import Quote
from portal.chat.standing import Held, by_account
from portal.chat.standing import visitor_id as visitor_id
from portal.chat.transcript import Draft, Entry
from portal.clock import Clock
from portal.errors import Refused
from portal.identity import Actor, Agent, Visitor, VisitorId
from portal.storage.database import Database


def _nobody(visitor: VisitorId | None, network: str) -> None:
    """Bar nobody."""


async def _all(connection: AsyncConnection, article: int | None) -> int | None:
    """Know no groups: all of them answer."""
    return None


DeskOf = Callable[[AsyncConnection, int | None], Awaitable[int | None]]


class Desk:
    """All conversations. Keeps nothing between two calls.

    Attributes:
        acts: how everything is done that happens in a conversation.
        bars: refuses a visitor who is not listened to, or whose network is not ("": unknown),
            without asking SQL.
        desk_of: which group of agents answers questions about an article.
        conditions: what a visitor must have said of himself before he speaks.
    """

    def __init__(
        self,
        db: Database,
        now: Clock,
        *,
        may: Callable[[Agent], bool] = lambda agent: True,
        held: Held = by_account,
        announce: Callable[[Outcome], None] = lambda outcome: None,
        capacity: Capacity = Capacity(),  # noqa: B008 - a value, never changed
    ) -> None:
        """Open the desk.

        Args:
            may: whether an agent is still one of ours, as far as this process knows.
            held: whether he is, and who he is now, as SQL knows.
            announce: tells the world what was committed; does not wait.
            capacity: how many conversations an agent answers at once.
        """
        self._db = db
        self._now = now
        self.acts = Acts(db, now, may, held, announce, capacity)
        self.bars: Callable[[VisitorId | None, str], None] = _nobody
        self.desk_of: DeskOf = _all
        self.conditions = Conditions()

    # The visitor's door

    async def open(
        self,
        visitor: VisitorId,
        *,
        name: str | None = None,
        email: str | None = None,
        topic: str | None = None,
        begins: Callable[[], None] = lambda: None,
        about: About = About(),  # noqa: B008 - a value, never changed
        article: int | None = None,
    ) -> Conversation:
        """Return the conversation the visitor speaks in; `begins` may refuse to begin one.

        Raises:
            Refused: `bad_field`, also for what is asked of everybody and he has not said.
        """
        self.bars(visitor, "")
        now = self._now()
        name, email, topic = words.name(name), words.email(email), words.topic(topic)
        async with self._db.read() as c:
            found = await register.current(c, visitor)
            news = await facts.news(c, visitor, about, now)
        self.conditions.hold_to_open(found, name, email, topic, about.consent)
        # The panel opens chat again on every page; only what is new is worth a transaction.
        same = found and name in (None, found.name) and email in (None, found.email)
        if found is None or moves.begins_anew(found, now):
            begins()
        elif same and not news:
            return found

        async def work(c: AsyncConnection) -> Outcome:
            await register.meet(c, visitor, now, name, email)
            await facts.write(c, visitor, news)
            latest = await register.current(c, visitor, lock=True)
            opened = await self._current(c, visitor, now, topic, latest, article)
            if name or email:
                await index.rename(c, visitor)
            if opened.changed or not (name or email or news):
                return opened
            await register.set_columns(c, opened.conversation)
            after = replace(opened.conversation, revision=opened.conversation.revision + 1)
            return replace(opened, conversation=after, changed=True)

        return (await self.acts.do(work)).conversation

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
        left = await self.acts.move(visitor, which, lambda c, _: moves.visitor_leaves(c, now))
        return left.conversation

    # Both doors

    async def of(self, actor: Actor, which: str | None = None) -> Conversation:
        """Return a conversation `actor` may see.

        Raises:
            Refused: `not_found`, `not_allowed`.
        """
        async with self._db.read() as c:
            await self.acts.now_is(c, actor)
            return await self.acts.find(c, actor, which)

    async def one_of_ours(self, agent: Agent) -> None:
        """Refuse an agent whose access has ended; for what is asked of no conversation.

        Raises:
            Refused: `not_allowed`.
        """
        async with self._db.read() as c:
            await self.acts.now_is(c, agent)

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
        if len(set(files)) != len(files):
            raise Refused("bad_field", "a file is named twice")
        kind = "file" if files else "text"
        draft = self._draft(actor, kind, id, words.said(text, files=bool(files)))
        draft = msgspec.structs.replace(draft, quote=quote)
        if isinstance(actor, Agent):
            outcome = await self.acts.move(actor, which, moves.agent_says, draft, files)
        else:
            outcome = await self._visitor_says(actor, which, draft, files)
        assert outcome.answer is not None
        return outcome.answer

    async def seen(self, actor: Agent | Visitor, which: str | None, seq: int) -> None:
        """Note how far one side has read; that never goes back.

        An agent who looks into a colleague's conversation has not read it for him.
        """
        staff_side = isinstance(actor, Agent)

        async def work(c: AsyncConnection) -> Outcome:
            found, _ = await self.acts.begin(c, actor, which)
            upto = min(seq, found.last_seq)
            if isinstance(actor, Agent):
                await mentions.seen(c, actor.id, found.id, upto, self._now())
                if found.owner is not None and not found.owned_by(actor):
                    return Outcome(found, changed=False)
            if upto <= (found.staff_seen if staff_side else found.visitor_seen):
                return Outcome(found, changed=False)
            column = "staff_seen" if staff_side else "visitor_seen"
            await register.set_columns(c, found, **{column: upto})
            seen_now = {column: upto, "revision": found.revision + 1}
            return Outcome(replace(found, **seen_now))  # type: ignore[arg-type]

        await self.acts.do(work)

    # The staff's door

    async def note(
        self, agent: Agent, which: str, id: str, text: str, named: Sequence[int] = ()
    ) -> Entry:
        """Store words for colleagues; `named` are the ids of those they are meant for."""
        draft = self._draft(agent, "note", id, words.said(text))
        draft = msgspec.structs.replace(draft, mentions=tuple(named))
        outcome = await self.acts.move(agent, which, lambda c, _: moves.stays(c), draft)
        assert outcome.answer is not None
        return outcome.answer

    async def claim(self, agent: Agent, which: str) -> Conversation:
        """Take a conversation.

        Raises:
            Refused: `taken` with the winner, `closed`.
        """
        return (await self.acts.move(agent, which, moves.claims)).conversation

    async def release(self, agent: Agent, which: str) -> None:
        """Put a conversation back among the waiting ones."""
        now = self._now()
        await self.acts.move(agent, which, lambda c, who: moves.releases(c, who, now))

    async def close(self, agent: Agent, which: str) -> None:
        """End a conversation."""
        now = self._now()
        await self.acts.move(agent, which, lambda c, who: moves.closes(c, who, now))

    # How it is done

    async def _visitor_says(
        self, visitor: Visitor, which: str | None, draft: Draft, files: Sequence[str]
    ) -> Outcome:
        self.bars(visitor.id, "")
        now = self._now()

        async def work(c: AsyncConnection) -> Outcome:
            if which is not None:
                await self.acts.find(c, visitor, which)
            latest = await register.current(c, visitor.id, lock=True)
            # Before a new one is begun: he may repeat what he said in the old one.
            if latest and (first := await transcript.repeated(c, latest.id, draft)):
                return Outcome(latest, changed=False, answer=first)
            if latest is None:  # swept away while he kept his page open
                await register.meet(c, visitor.id, now)
            reads = None if latest is None else latest.article
            begun = await self._current(c, visitor.id, now, None, latest, reads)
            self.conditions.hold_to_speak(begun.conversation)
            move = moves.visitor_says(begun.conversation, now)
            said = await self.acts.write(c, visitor, begun.conversation, move, draft, now, files)
            return replace(said, before=begun.before)

        return await self.acts.do(work)

    async def _current(
        self,
        c: AsyncConnection,
        visitor: VisitorId,
        now: int,
        topic: str | None,
        latest: Conversation | None,
        article: int | None,
    ) -> Outcome:
        if latest is not None and not moves.begins_anew(latest, now):
            return Outcome(latest, changed=False)
        if latest is not None:
            await register.retire(c, latest)
        desk = await self.desk_of(c, article)
        return Outcome(await register.begin(c, visitor, now, topic, desk), before=latest)

    def _draft(self, actor: Agent | Visitor, kind: str, id: str, text: str) -> Draft:
        return Draft(id=id, kind=kind, author=transcript.author_of(actor), who="", text=text)
