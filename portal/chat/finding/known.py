"""The known: everything the desk knows of whoever speaks in a conversation.

What a page or an article is called, and where it stands, is the newsroom's word where it is ours.
"""

from typing import Any, Final

from msgspec import UNSET
from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.conversation import Conversation
from portal.chat.finding.messages import Earlier, Known, Visit
from portal.chat.lists import Titles
from portal.clock import Clock
from portal.storage.database import Database
from portal.storage.tables import chat as tables
from portal.storage.tables.desk import block

VISITS_MOST: Final = 100
EARLIER_MOST: Final = 50


class Knowledge:
    """Reads what is known of visitors. Keeps nothing."""

    def __init__(self, db: Database, titles: Titles, now: Clock) -> None:
        self._db = db
        self._titles = titles
        self._now = now

    async def of(self, conversation: Conversation) -> Known:
        """Return what is known of a conversation's visitor."""
        async with self._db.read() as c:
            visitor = await _visitor(c, conversation)
            visits = await _visits(c, conversation)
            earlier = await _earlier(c, conversation)
            blocked = await _blocked(c, conversation, visitor.network, self._now())
        articles = {row.article_id for row in visits if row.article_id is not None}
        titles = await self._titles(articles) if articles else {}
        known = Known(
            conversation=conversation.id,
            name=conversation.visitor_name,
            email=conversation.email,
            language=visitor.language,
            zone=visitor.zone,
            device=visitor.device,
            visits=[_visit(row, titles) for row in visits],
            earlier=[_of_old(row) for row in earlier],
        )
        if visitor.score is not None:
            known.rating, known.comment = visitor.score, visitor.comment
        if blocked is not None:
            known.blocked, known.block_reason = blocked.expires_at or 0, blocked.reason
        return known


async def _visitor(c: AsyncConnection, conversation: Conversation) -> Any:
    row, rating = tables.visitor.c, tables.rating.c
    query = (
        select(row.language, row.zone, row.device, row.network, rating.score, rating.comment)
        .select_from(tables.visitor)
        .outerjoin(tables.rating, rating.conversation_id == conversation.id)
        .where(row.id == conversation.visitor)
    )
    return (await c.execute(query)).one()


async def _visits(c: AsyncConnection, conversation: Conversation) -> list[Any]:
    row = tables.visit.c
    query = select(tables.visit).where(row.conversation_id == conversation.id)
    return list(await c.execute(query.order_by(row.id.desc()).limit(VISITS_MOST)))


async def _earlier(c: AsyncConnection, conversation: Conversation) -> list[Any]:
    row, rating = tables.conversation.c, tables.rating.c
    query = (
        select(row.id, row.status, row.last_text, row.last_at, row.created_at, rating.score)
        .select_from(tables.conversation)
        .outerjoin(tables.rating, rating.conversation_id == row.id)
        .where(row.visitor_id == conversation.visitor, row.id != conversation.id, row.last_seq > 0)
    )
    return list(await c.execute(query.order_by(row.last_at.desc()).limit(EARLIER_MOST)))


async def _blocked(c: AsyncConnection, conversation: Conversation, network: str, now: int) -> Any:
    row = block.c
    his = and_(row.kind == "visitor", row.whom == conversation.visitor)
    if network:
        his = or_(his, and_(row.kind == "network", row.whom == network))
    query = select(row.expires_at, row.reason).where(
        his, or_(row.expires_at.is_(None), row.expires_at > now)
    )
    # The one that holds longest; one without an end longer than any.
    order = [row.expires_at.is_(None).desc(), row.expires_at.desc(), row.id.desc()]
    return (await c.execute(query.order_by(*order).limit(1))).one_or_none()


def _visit(row: Any, titles: Any) -> Visit:
    if row.article_id is not None and row.article_id in titles:
        title, url = titles[row.article_id]
        return Visit(article=row.article_id, title=title, url=url, at=row.at)
    return Visit(title=row.title, url=row.url, at=row.at)


def _of_old(row: Any) -> Earlier:
    return Earlier(
        conversation=row.id,
        status=row.status,
        last_text=row.last_text,
        last_at=row.last_at,
        created_at=row.created_at,
        rating=UNSET if row.score is None else row.score,
    )
