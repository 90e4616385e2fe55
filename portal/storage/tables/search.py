"""Tables of what can be found: the words of what was said and of what is published.

Each row belongs to one text and goes with what it was cut from. SQLite looks words up in
`entry_words_fts` and `article_words_fts`, which triggers keep beside these; PostgreSQL in a GIN
index. Both are made by the migration, because neither kind is known to the other.
"""

from sqlalchemy import Column, ForeignKey, Integer, Table, UniqueConstraint

from portal.storage.search import Words
from portal.storage.tables.schema import Id, metadata

# Written by `portal.chat.finding` only.
entry_words = Table(
    "entry_words",
    metadata,
    Column("id", Id, primary_key=True),  # rises with time: the newest has the highest
    Column("conversation_id", ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False),
    Column("seq", Integer, nullable=False),  # 0: the visitor himself
    Column("words", Words, nullable=False),
    UniqueConstraint("conversation_id", "seq"),
)

# Written by `portal.news` only; only of what readers can see.
article_words = Table(
    "article_words",
    metadata,
    Column("article_id", ForeignKey("article.id", ondelete="CASCADE"), primary_key=True),
    Column("words", Words, nullable=False),
)

MADE_BY_HAND = (
    "entry_words_fts",
    "article_words_fts",
    "ix_entry_words_words",
    "ix_article_words_words",
)
"""What of the schema these tables cannot say, by the beginning of its name."""
