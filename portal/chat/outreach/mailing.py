"""Mailing: the periodic job that puts words into letters and hands them to the mail server.

One node does it at a time; where two do, because the lease was lost, each letter is begun by one
of them (`tries.begin`). Chat waits for none of this: without a mail server, or with a slow one,
letters wait.
"""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import register
from portal.chat.outreach import answers, outbox, tries, way_back
from portal.chat.outreach.articles import NO_PAGE
from portal.chat.outreach.house import House
from portal.chat.outreach.message import Unwritable, mailable, message
from portal.chat.outreach.outbox import Letter
from portal.chat.outreach.post import Declined, Doubtful, Later, Line
from portal.clock import MINUTE, Clock
from portal.storage.database import Database

log = structlog.get_logger("portal.chat.mail")

A_ROUND: Final = 20
"""Letters at once; the next round is seconds away."""
UNREAD_MS: Final = 3 * MINUTE
"""So long he has, with a page of ours open, to read an answer himself."""

Ending = Callable[[AsyncConnection], Awaitable[None]]


class Mailing:
    """Sends what is due. Keeps nothing between two rounds."""

    def __init__(
        self, db: Database, now: Clock, house: House, is_online: Callable[[str], bool]
    ) -> None:
        """Begin.

        Args:
            is_online: whether a conversation's visitor has a page of ours open.
        """
        self._db = db
        self._now = now
        self._house = house
        self._is_online = is_online

    async def run(self) -> None:
        """Do one round."""
        now = self._now()
        await self._db.write(lambda c: outbox.tidy(c, now))
        async with self._db.read() as c:
            owed = await outbox.due(c, now, A_ROUND, owed=True)
        for letter in owed:
            await self._put_words(letter, now)
        if self._house.post is not None:
            await self._send_all()

    # Words

    async def _put_words(self, letter: Letter, now: int) -> None:
        async with self._db.read() as c:
            row = await register.by_id(c, letter.conversation or "")
            said = await answers.said_since(c, row, letter) if row else []
            asked = await answers.question(c, row, letter.first_seq or 0) if row else None
        if row is None or not said:
            await self._db.write(lambda c: outbox.drop(c, letter.id))
            return
        patience = said[-1].at + UNREAD_MS
        if self._is_online(row.id) and now < patience:
            await self._db.write(lambda c: outbox.wait(c, letter.id, patience))
            return
        page = NO_PAGE
        if asked is not None and asked.article is not None:
            then = (asked.article, asked.at)
            page = (await self._house.as_read([then])).get(then, NO_PAGE)
        subject, text, html = answers.compose(self._house, row, said, asked, page)

        async def work(c: AsyncConnection) -> None:
            found = await outbox.by_id(c, letter.id, lock=True)
            # Somebody may have said more meanwhile: then it is put into words next time.
            if found is not None and found.owed and found.last_seq == letter.last_seq:
                await outbox.put_words(c, letter.id, subject=subject, text=text, html=html)

        await self._db.write(work)

    # The way out

    async def _send_all(self) -> None:
        async with self._db.read() as c:
            found = await outbox.due(c, self._now(), A_ROUND)
        async with AsyncExitStack() as stack:
            line: Line | None = None
            for each in found:
                letter, token = await self._begin(each.id)
                if letter is None:
                    continue
                try:
                    if line is None:
                        assert self._house.post is not None
                        line = await stack.enter_async_context(self._house.post.line())
                except Later as error:
                    await self._again(letter, error, doubtful=False)
                    return  # for the others it would be the same
                await self._send(line, letter, token)
                if not line.well:
                    return

    async def _begin(self, id: int) -> tuple[Letter | None, str]:
        """Note that a try begins; the token of its way back is kept nowhere but in the mail."""
        now = self._now()

        async def work(c: AsyncConnection) -> tuple[Letter | None, str]:
            letter = await tries.begin(c, id, now)
            if letter is None or letter.kind != outbox.ANSWER or letter.conversation is None:
                return letter, ""
            row = await register.by_id(c, letter.conversation)
            if row is None:
                return None, ""
            return letter, await way_back.make(c, row.visitor, row.id, now)

        return await self._db.write(work)

    async def _send(self, line: Line, letter: Letter, token: str) -> None:
        sender = self._house.sender
        try:
            made = message(letter, sender, token)
            await line.send(made, sender.addr_spec, mailable(letter.recipient))
        except (Unwritable, Declined) as error:
            words = str(error)
            log.warning("a letter was refused", letter=letter.id, reason=_unnamed(words, letter))
            await self._end(lambda c: tries.fail(c, letter, words))
        except (Later, Doubtful) as error:
            await self._again(letter, error, doubtful=isinstance(error, Doubtful))
        else:
            now = self._now()
            log.info("a letter was sent", letter=letter.id, kind=letter.kind)
            await self._end(lambda c: tries.sent(c, letter, now))

    async def _again(self, letter: Letter, error: Exception, *, doubtful: bool) -> None:
        now, words = self._now(), str(error)
        log.warning("a letter was not sent", letter=letter.id, reason=_unnamed(words, letter))
        await self._end(lambda c: tries.again(c, letter, now, words, doubtful=doubtful))

    async def _end(self, ending: Ending) -> None:
        await self._db.write(ending)


def _unnamed(words: str, letter: Letter) -> str:
    """Return what a server said without whom it said it of; that is for the log."""
    return words.replace(letter.recipient, "…")
