"""Tables of what is said. Written by `portal.chat` only.

SQL is the truth of a conversation: `last_seq` is raised under the conversation's row lock in the
transaction that inserts the entry, so `seq` is dense and commits in order.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
    true,
)

from portal.storage.tables.schema import Moment, metadata

visitor = Table(
    "visitor",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of his secret, hex
    Column("name", String(80)),
    Column("email", String(254)),
    Column("created_at", Moment, nullable=False),
)

conversation = Table(
    "conversation",
    metadata,
    Column("id", String(22), primary_key=True),
    Column("visitor_id", ForeignKey("visitor.id"), nullable=False),
    Column("current", Boolean, nullable=False, server_default=true()),  # the one he speaks in
    Column("status", String(16), nullable=False),
    Column("epoch", Integer, nullable=False, server_default="1"),
    Column("last_seq", Integer, nullable=False, server_default="0"),
    Column("agent_id", BigInteger, index=True),  # staff id of its owner
    Column("topic", String(120)),
    Column("article_id", BigInteger),  # what he reads, or read last
    Column("url", String(2048)),  # of that page, as his browser told it
    Column("title", String(300)),
    Column("last_text", String(200), nullable=False, server_default=""),  # for the list
    Column("last_by", String(16), nullable=False, server_default=""),  # "visitor" or "agent"
    Column("last_at", Moment, nullable=False),  # when it began, before anything is said
    Column("revision", Integer, nullable=False, server_default="0"),  # raised by every change
    Column("visitor_seen", Integer, nullable=False, server_default="0"),
    Column("staff_seen", Integer, nullable=False, server_default="0"),
    Column("waiting_since", Moment),  # he waits for an answer since then; NULL: for none
    Column("created_at", Moment, nullable=False),
    Column("closed_at", Moment),
    CheckConstraint("status IN ('waiting','open','closed')", name="status"),
    Index("ix_conversation_status_waiting_since", "status", "waiting_since"),
    Index("ix_conversation_last_at", "last_at"),
)

# One conversation a visitor speaks in, however many nodes he knocks at at once.
Index(
    "uq_conversation_visitor_current",
    conversation.c.visitor_id,
    unique=True,
    sqlite_where=text("current"),
    postgresql_where=text("current"),
)

entry = Table(
    "entry",
    metadata,
    Column("conversation_id", ForeignKey("conversation.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # 1, 2, 3 … without holes
    Column("kind", String(16), nullable=False),
    Column("author", String(32), nullable=False),  # "visitor", "agent:7", "portal"
    Column("author_name", String(120), nullable=False, server_default=""),
    Column("client_id", String(64), nullable=False),  # made by the author's client
    Column("text", Text, nullable=False, server_default=""),
    Column("data", JSON),  # what an event is about: {"event": "joined", …}
    Column("article_id", BigInteger),  # what the visitor read just then
    Column("at", Moment, nullable=False),
    UniqueConstraint("conversation_id", "author", "client_id"),
    CheckConstraint("kind IN ('text','file','event','note')", name="kind"),
)
