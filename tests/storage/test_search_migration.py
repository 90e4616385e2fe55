"""What was said and published before there was an index is found once there is one."""

from pathlib import Path
from typing import Any

from alembic import command
from blockbuster import BlockBuster
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from portal.storage import search
from portal.storage.database import address
from portal.storage.migrate import _config, migrate
from portal.storage.tables.chat import conversation, entry, visitor
from portal.storage.tables.news import article, revision
from portal.storage.tables.search import article_words, entry_words


def before(connection: Connection) -> None:
    """Make the schema of the version before, with a conversation and two articles."""
    if connection.dialect.name == "postgresql":  # made from one that has the newest schema
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
        connection.commit()
    command.upgrade(_config(connection), "0002")

    def add(table: Any, **row: Any) -> None:
        connection.execute(insert(table).values(row))

    add(visitor, id="v", name="Ana", email="ana@example.com", created_at=0)
    talk = {"visitor_id": "v", "status": "closed", "last_at": 0, "current": False}
    add(conversation, id="a", last_seq=3, topic="Prices", created_at=2, **talk)
    add(conversation, id="b", last_seq=1, created_at=1, **talk)
    add(conversation, id="quiet", last_seq=0, created_at=0, **talk)
    said = {"author": "visitor", "at": 0}
    files = {"files": [{"id": "f", "name": "invoice.pdf", "kind": "x", "size": 1}]}
    for which, seq, kind, words, data in (
        ("a", 1, "text", "我想问一下港口", None),
        ("a", 2, "file", "", files),
        ("a", 3, "event", "Ana closed the conversation", None),
        ("b", 1, "note", "the harbour", None),
    ):
        add(
            entry,
            conversation_id=which,
            seq=seq,
            kind=kind,
            text=words,
            data=data,
            client_id=f"{which}{seq}",
            **said,
        )
    for id, status in ((1, "published"), (2, "draft")):
        shown = {"published_revision": 1} if status == "published" else {}
        add(article, id=id, slug=f"s{id}", path=f"p{id}", status=status, created_at=0, **shown)
        add(
            revision,
            article_id=id,
            number=1,
            title="Harbour reopens",
            body_markdown="",
            body_html="<p>Ships &amp; boats</p>",
            lead_caption="A gannet",
            authors=[],
            tags=[],
            media=[],
            words=1,
            digest="",
            created_at=0,
        )
    connection.commit()


async def test_what_was_there_before_is_found(
    database_url: str, tmp_path: Path, blocked_loop_fails: BlockBuster
) -> None:
    """Words, notes, files' names, people; published articles; nothing else."""
    for function in blocked_loop_fails.functions.values():
        function.can_block_in("tests/storage/test_search_migration.py", {"before"})
    url = address(database_url, tmp_path)
    sqlite = {"isolation_level": None, "migrating": True}
    engine = create_async_engine(
        url, connect_args=sqlite if url.get_backend_name() == "sqlite" else {}
    )
    async with engine.connect() as connection:
        await connection.run_sync(before)
    await migrate(url)

    async with engine.connect() as c:

        async def finds(typed: str) -> list[tuple[str, int]]:
            asked = search.query(typed)
            assert asked is not None
            ids = search.newest(entry_words, asked, c.dialect.name, 10).subquery()
            query = select(entry_words.c.conversation_id, entry_words.c.seq)
            found = query.join(ids, ids.c.id == entry_words.c.id).order_by(entry_words.c.id)
            return [tuple(row) for row in await c.execute(found)]

        spoken = {
            typed: sorted(await finds(typed))
            for typed in ("港口", "invoice", "harbour", "ana", "prices", "closed", "visitor")
        }
        boats = search.Query(("boats", "harbour", "gannet"))
        fits = search.best(article_words, boats, c.dialect.name, 9, any_of=False)
        articles = list((await c.execute(fits)).scalars())
    await engine.dispose()

    assert spoken == {
        "港口": [("a", 1)],
        "invoice": [("a", 2)],
        "harbour": [("b", 1)],
        "ana": [("a", 0), ("b", 0)],
        "prices": [("a", 0)],
        "closed": [],
        "visitor": [],
    }
    assert articles == [1]
