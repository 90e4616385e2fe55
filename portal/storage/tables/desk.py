"""Tables of the desk: how it is staffed and when, and what its agents have at hand.

Written by `portal.chat` only.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from portal.storage.tables.schema import Id, Moment, metadata

desk = Table(
    "desk",
    metadata,
    Column("id", Id, primary_key=True),
    Column("slug", String(80), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("categories", JSON, nullable=False),  # paths; a chat begun below one comes to this desk
    Column("created_at", Moment, nullable=False),
)

desk_member = Table(
    "desk_member",
    metadata,
    Column("desk_id", ForeignKey("desk.id"), primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), primary_key=True, index=True),
)

# When a desk is open. The row without a desk holds for all that have none of their own.
schedule = Table(
    "schedule",
    metadata,
    Column("id", Id, primary_key=True),
    Column("desk_id", ForeignKey("desk.id"), unique=True),
    Column("zone", String(64), nullable=False),  # IANA
    # {"mon": [["09:00", "17:30"]], …}; a day that is absent is closed. None at all: always open.
    Column("week", JSON, nullable=False),
    Column("holidays", JSON, nullable=False),  # ["2026-12-25", …]
    Column("when_closed", String(8), nullable=False, server_default="accept"),
    Column("changed_at", Moment, nullable=False),
    CheckConstraint("when_closed IN ('hide','form','accept')", name="when_closed"),
)

# An agent's seat: how many at once, and since when he got none. Its row is locked to assign.
seat = Table(
    "seat",
    metadata,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("capacity", Integer),  # NULL: as the setting says
    Column("assigned_at", Moment),  # the last one he was given; NULL: none yet
)

reply = Table(
    "reply",
    metadata,
    Column("id", Id, primary_key=True),
    Column("shortcut", String(40), nullable=False, unique=True),  # without the slash, lower case
    Column("title", String(120), nullable=False),
    Column("text", Text, nullable=False),
    Column("category", String(400), nullable=False, server_default=""),  # only below this path
    Column("article_id", BigInteger),  # only where this is read
    Column("created_by", BigInteger),
    Column("changed_at", Moment, nullable=False),
)

block = Table(
    "block",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("whom", String(64), nullable=False),  # the visitor's id, or a keyed hash of a network
    Column("name", String(120), nullable=False, server_default=""),  # whom staff know by it
    Column("reason", String(300), nullable=False, server_default=""),
    Column("created_by", BigInteger),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),  # NULL: until it is lifted
    CheckConstraint("kind IN ('visitor','network')", name="kind"),
    Index("ix_block_kind_whom", "kind", "whom"),
)

mention = Table(
    "mention",
    metadata,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), primary_key=True, index=True),
    Column("seq", Integer, nullable=False),  # the newest note that names him
    Column("at", Moment, nullable=False),
    Column("seen_at", Moment),
)
