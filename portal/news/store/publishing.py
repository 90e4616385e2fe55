"""Publishing: a draft becomes a revision, and its article points at it.

A revision is never changed; the article row is. An address an article leaves stays in `old_path`
and leads straight to where the article is now: the row points at the article, not at the next
address, so a chain of renames is always one hop and never a loop. The caller raises the newsroom's
version, once a transaction.
"""

from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.identity import ArticleId
from portal.news.article import Change, Draft, Publication
from portal.news.store import words
from portal.storage.tables.news import (
    article,
    article_author,
    article_tag,
    old_path,
    revision,
)
from portal.storage.upsert import insert_for

ASIDE = "~"
"""Begins the path of an article that stands nowhere, within a transaction."""


async def publish(
    connection: AsyncConnection, draft: Draft, now: int, article_id: int | None = None
) -> Publication:
    """Insert `draft` as the newest revision of its article, inside the caller's transaction.

    Args:
        draft: its `status` decides whether readers see it.
        now: milliseconds.
        article_id: the article it belongs to; None makes one.
    """
    change: Change = "added"
    number, before = 1, None
    if article_id is None:
        article_id = await _add_article(connection, draft, now)
    else:
        change = "updated"
        before = await _article(connection, article_id)
        number = await _next_number(connection, article_id)
        await _unlink(connection, article_id)
    await _add_revision(connection, article_id, number, draft, now)
    await _point(connection, article_id, number, draft, now, before)
    await _link(connection, article_id, draft)
    if before is not None and before.path != draft.path and _was_seen(before):
        await _keep_old_path(connection, article_id, before.path, now)
    if draft.status == "published":
        await _free_path(connection, draft.path)
    await words.keep(connection, article_id, draft)
    if draft.status == "withdrawn":
        change = "withdrawn"
    return Publication(ArticleId(article_id), number, draft.path, change)


async def withdraw(connection: AsyncConnection, article_id: int, now: int) -> Publication | None:
    """Take a published article away from readers; None if there is no such article."""
    row = await _article(connection, article_id)
    if row is None:
        return None
    await connection.execute(
        update(article).where(article.c.id == article_id).values(status="withdrawn", updated_at=now)
    )
    await words.drop(connection, article_id)
    return Publication(ArticleId(article_id), row.published_revision or 0, row.path, "withdrawn")


async def step_aside(connection: AsyncConnection, article_id: int, now: int) -> None:
    """Leave an article's address to another that is about to be published there.

    Two that change places need it: an address is never two articles', not for a statement.
    """
    before = await _article(connection, article_id)
    if _was_seen(before):
        await _keep_old_path(connection, article_id, before.path, now)
    # No slug has such a sign, so nobody is ever led there.
    await connection.execute(
        update(article).where(article.c.id == article_id).values(path=f"{ASIDE}{article_id}")
    )


async def step_back(connection: AsyncConnection, article_id: int, path: str) -> None:
    """Put an article that stepped aside, and could go nowhere else, where it was.

    If the other one is there by now, readers are told that it is gone: better than an address
    that nobody can be led to.
    """
    before = await _article(connection, article_id)
    if before is None or not before.path.startswith(ASIDE):
        return
    taken = await connection.scalar(select(article.c.id).where(article.c.path == path))
    back = {"path": path} if taken is None else {"status": "withdrawn"}
    await connection.execute(update(article).where(article.c.id == article_id).values(**back))
    if taken is None:
        await _free_path(connection, path)
    else:
        await words.drop(connection, article_id)


def _was_seen(before: Any) -> bool:
    """Tell whether readers may know an article's address."""
    seen = before.published_revision is not None or before.status == "withdrawn"
    return seen and not before.path.startswith(ASIDE)


async def _article(connection: AsyncConnection, article_id: int) -> Any:
    found = await connection.execute(
        select(
            article.c.path,
            article.c.status,
            article.c.published_at,
            article.c.published_revision,
        ).where(article.c.id == article_id)
    )
    return found.first()


async def _add_article(connection: AsyncConnection, draft: Draft, now: int) -> int:
    found = await connection.scalar(
        insert(article)
        .values(
            kind=draft.kind,
            category_id=draft.category_id,
            slug=draft.slug,
            path=draft.path,
            status="draft",
            source=draft.source,
            created_at=now,
        )
        .returning(article.c.id)
    )
    return int(found)


async def _next_number(connection: AsyncConnection, article_id: int) -> int:
    last = await connection.scalar(
        select(func.max(revision.c.number)).where(revision.c.article_id == article_id)
    )
    return int(last or 0) + 1


async def _add_revision(
    connection: AsyncConnection, article_id: int, number: int, draft: Draft, now: int
) -> None:
    await connection.execute(
        insert(revision).values(
            article_id=article_id,
            number=number,
            title=draft.title,
            summary=draft.summary,
            body_markdown=draft.body_markdown,
            body_html=draft.body_html,
            lead_media_id=draft.lead_media_id,
            lead_alt=draft.lead_alt,
            lead_caption=draft.lead_caption,
            lead_credit=draft.lead_credit,
            lead_focus=draft.lead_focus.written,
            card=draft.card,
            authors=list(draft.authors),
            tags=list(draft.tags),
            media=list(draft.media),
            words=draft.words,
            digest=draft.digest,
            created_at=now,
            created_by=draft.created_by,
        )
    )


async def _point(
    connection: AsyncConnection, article_id: int, number: int, draft: Draft, now: int, before: Any
) -> None:
    """Point the article at its new revision; say when readers saw it first and changed last."""
    shown = draft.status == "published"
    seen_before = before is not None and before.published_revision is not None
    published_at = draft.published_at or (before.published_at if before else None)
    values = {
        "kind": draft.kind,
        "category_id": draft.category_id,
        "slug": draft.slug,
        "path": draft.path,
        "status": draft.status,
        "language": draft.language,
        "published_at": published_at or (now if shown else None),
    }
    if shown:
        values |= {"published_revision": number, "updated_at": now if seen_before else None}
    elif draft.status == "withdrawn":
        values |= {"updated_at": now}
    await connection.execute(update(article).where(article.c.id == article_id).values(**values))


async def _link(connection: AsyncConnection, article_id: int, draft: Draft) -> None:
    """Write who wrote it and what it is tagged with, for the lists that ask the other way round."""
    for table, column, ids in (
        (article_author, "author_id", draft.authors),
        (article_tag, "tag_id", draft.tags),
    ):
        if ids:
            await connection.execute(
                insert(table),
                [
                    {"article_id": article_id, column: each, "position": position}
                    for position, each in enumerate(dict.fromkeys(ids))
                ],
            )


async def _unlink(connection: AsyncConnection, article_id: int) -> None:
    for table in (article_author, article_tag):
        await connection.execute(delete(table).where(table.c.article_id == article_id))


async def _keep_old_path(connection: AsyncConnection, article_id: int, path: str, now: int) -> None:
    statement = insert_for(connection, old_path).values(
        path=path, article_id=article_id, created_at=now
    )
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[old_path.c.path], set_={"article_id": article_id, "created_at": now}
        )
    )


async def _free_path(connection: AsyncConnection, path: str) -> None:
    """A living article's address redirects nowhere; so renaming back leaves no loop."""
    await connection.execute(delete(old_path).where(old_path.c.path == path))
