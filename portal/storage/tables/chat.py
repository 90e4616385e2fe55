"""Tables of what is said. Written by `portal.chat` only.

SQL is the truth of a conversation: `last_seq` is raised under the conversation's row lock in the
transaction that inserts the entry, so `seq` is dense and commits in order. What the desk is made of
stands in `tables.desk`, what goes out by mail in `tables.outreach`.
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

from portal.storage.tables.schema import Id, Moment, metadata

visitor = Table(
    "visitor",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of his secret, hex
    Column("name", String(80)),
    Column("email", String(254)),
    Column("language", String(35), nullable=False, server_default=""),  # of his browser, BCP 47
    Column("zone", String(64), nullable=False, server_default=""),  # IANA, as his browser says
    Column("device", String(120), nullable=False, server_default=""),  # "Firefox on Android"
    Column(
        "network", String(64), nullable=False, server_default=""
    ),  # keyed hash, never the address
    Column("consented_at", Moment),  # to the text that was shown then; NULL: none was asked for
    Column("created_at", Moment, nullable=False),
)

# Another secret of the same visitor: the browser in which he followed a link of a mail.
visitor_key = Table(
    "visitor_key",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of that secret, hex
    Column("visitor_id", ForeignKey("visitor.id"), nullable=False, index=True),
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
    Column("desk_id", BigInteger, index=True),  # the group of agents it belongs to; NULL: all
    Column("assigned_at", Moment),  # when its owner got it
    Column("snoozed_until", Moment, index=True),  # open, but out of its owner's way until then
    Column("asked_at", Moment),  # the first words of the visitor
    Column("answered_at", Moment, index=True),  # the first words of an agent after them
    Column("topic", String(120)),
    Column("article_id", BigInteger, index=True),  # what he reads, or read last
    Column("article_revision", Integer),  # of that article, as his page was served
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
    Index("ix_conversation_assigned_at", "assigned_at"),
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
    # What an event is about: {"event": "joined", …}; of a text also "quote", "files", "mentions".
    Column("data", JSON),
    Column("article_id", BigInteger),  # what the visitor read just then
    Column("at", Moment, nullable=False),
    UniqueConstraint("conversation_id", "author", "client_id"),
    CheckConstraint("kind IN ('text','file','event','note')", name="kind"),
)

label = Table(
    "label",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("folded", String(80), nullable=False, unique=True),  # of two that differ in case, one
    Column("hue", Integer, nullable=False, server_default="0"),  # 0–7, which colour of the palette
    Column("created_at", Moment, nullable=False),
)

conversation_label = Table(
    "conversation_label",
    metadata,
    Column("conversation_id", ForeignKey("conversation.id"), primary_key=True),
    Column("label_id", ForeignKey("label.id"), primary_key=True, index=True),
)

rating = Table(
    "rating",
    metadata,
    Column("conversation_id", ForeignKey("conversation.id"), primary_key=True),
    Column("score", Integer, nullable=False),  # 1–5
    Column("comment", Text, nullable=False, server_default=""),
    Column("agent_id", BigInteger),  # who answered then
    Column("at", Moment, nullable=False),
    CheckConstraint("score BETWEEN 1 AND 5", name="score"),
)

# His way through the site, from the moment he opened chat.
visit = Table(
    "visit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False, index=True),
    Column("article_id", BigInteger),
    Column("revision", Integer),
    Column("url", String(2048), nullable=False, server_default=""),
    Column("title", String(300), nullable=False, server_default=""),
    Column("at", Moment, nullable=False),
)

file = Table(
    "file",
    metadata,
    Column("id", String(22), primary_key=True),  # unguessable
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False, index=True),
    Column("seq", Integer),  # the entry that carries it; NULL: brought, not yet said
    Column("author", String(32), nullable=False),
    Column("name", String(255), nullable=False),
    Column("kind", String(100), nullable=False),  # media type, by content
    Column("size_bytes", BigInteger, nullable=False),
    Column("width", Integer),  # of a picture
    Column("height", Integer),
    Column("created_at", Moment, nullable=False),
)
