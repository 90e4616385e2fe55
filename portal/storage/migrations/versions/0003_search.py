"""What can be found: an index of what was said and of what is published, filled with all there is.

The index proper is each database's own: FTS5 beside a plain table, kept by triggers, so that a
row that goes (a conversation that is erased) takes its words along; a GIN index.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.storage.search import Words, cut, cut_article
from portal.storage.tables.schema import Id

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CONVERSATIONS_A_TURN = 200
ARTICLES_A_TURN = 50

# Nobody asks entries for places or lengths: half the work of a say.
FTS5 = {"entry_words": ("id", ", detail=none, columnsize=0"), "article_words": ("article_id", "")}


def upgrade() -> None:
    op.create_table(
        "entry_words",
        sa.Column("id", Id, nullable=False),
        sa.Column("conversation_id", sa.String(length=22), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("words", Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_entry_words_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_words")),
        sa.UniqueConstraint(
            "conversation_id", "seq", name=op.f("uq_entry_words_conversation_id_seq")
        ),
    )
    op.create_table(
        "article_words",
        sa.Column("article_id", Id, nullable=False),
        sa.Column("words", Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name=op.f("fk_article_words_article_id_article"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_article_words")),
    )
    for table, (key, options) in FTS5.items():
        if op.get_bind().dialect.name == "sqlite":
            _index_on_sqlite(table, key, options)
        else:
            op.create_index(f"ix_{table}_words", table, ["words"], postgresql_using="gin")
    _index_conversations()
    _index_articles()


def _index_on_sqlite(table: str, key: str, options: str) -> None:
    # No name here comes from outside.
    fts = f"{table}_fts"
    add = f"INSERT INTO {fts}(rowid, words) VALUES (new.{key}, new.words);"  # noqa: S608
    take = f"INSERT INTO {fts}({fts}, rowid, words) VALUES ('delete', old.{key}, old.words);"  # noqa: S608
    op.execute(
        f"CREATE VIRTUAL TABLE {fts} USING fts5("
        f"words, content='{table}', content_rowid='{key}', tokenize='ascii'{options})"
    )
    op.execute(f"CREATE TRIGGER {fts}_added AFTER INSERT ON {table} BEGIN {add} END")
    op.execute(f"CREATE TRIGGER {fts}_removed AFTER DELETE ON {table} BEGIN {take} END")
    op.execute(f"CREATE TRIGGER {fts}_changed AFTER UPDATE ON {table} BEGIN {take} {add} END")


# The tables as they are in this version; later ones may be others.

conversation = sa.table(
    "conversation",
    *map(sa.column, ("id", "visitor_id", "topic", "last_seq", "created_at")),
)
visitor = sa.table("visitor", *map(sa.column, ("id", "name", "email")))
entry = sa.table(
    "entry",
    *map(sa.column, ("conversation_id", "seq", "kind", "text", "at")),
    sa.column("data", sa.JSON()),
)
article = sa.table("article", *map(sa.column, ("id", "status", "published_revision")))
revision_ = sa.table(
    "revision",
    *map(sa.column, ("article_id", "number", "title", "summary", "body_html", "lead_caption")),
)
entry_words = sa.table(
    "entry_words", sa.column("conversation_id"), sa.column("seq"), sa.column("words", Words())
)
article_words = sa.table("article_words", sa.column("article_id"), sa.column("words", Words()))


def _index_conversations() -> None:
    bind = op.get_bind()
    spoken = sa.select(conversation.c.id).where(conversation.c.last_seq > 0)
    ids = list(bind.execute(spoken.order_by(conversation.c.created_at)).scalars())
    for some in _turns(ids, CONVERSATIONS_A_TURN):
        people = sa.select(
            conversation.c.id, visitor.c.name, visitor.c.email, conversation.c.topic
        ).where(visitor.c.id == conversation.c.visitor_id, conversation.c.id.in_(some))
        said = (
            sa.select(entry)
            .where(entry.c.conversation_id.in_(some), entry.c.kind != "event")
            .order_by(entry.c.at, entry.c.conversation_id, entry.c.seq)
        )
        rows = [
            _row(each.id, 0, " ".join(filter(None, [_called(each), each.email, each.topic])))
            for each in bind.execute(people)
        ]
        rows += [_row(e.conversation_id, e.seq, _spoken(e)) for e in bind.execute(said)]
        if rows := [row for row in rows if row["words"]]:
            bind.execute(entry_words.insert(), rows)


def _index_articles() -> None:
    bind = op.get_bind()
    shown = sa.select(article.c.id).where(article.c.status == "published").order_by(article.c.id)
    for some in _turns(list(bind.execute(shown).scalars()), ARTICLES_A_TURN):
        found = sa.select(revision_).where(
            revision_.c.article_id == article.c.id,
            revision_.c.number == article.c.published_revision,
            article.c.id.in_(some),
        )
        rows = [
            {
                "article_id": r.article_id,
                "words": cut_article(r.title, r.summary, r.body_html, r.lead_caption),
            }
            for r in bind.execute(found)
        ]
        if rows:
            bind.execute(article_words.insert(), rows)


def _row(conversation_id: str, seq: int, text: str) -> dict[str, object]:
    return {"conversation_id": conversation_id, "seq": seq, "words": cut(text)}


def _called(row: Any) -> str:
    return row.name or f"Visitor {sum(map(ord, row.id)) * 7919 % 9000 + 1000}"


def _spoken(row: Any) -> str:
    files = (row.data or {}).get("files", ())
    return " ".join([row.text, *(file["name"] for file in files)])


def _turns(ids: list[object], most: int) -> Iterable[list[object]]:
    return (ids[at : at + most] for at in range(0, len(ids), most))
