"""Tables of what leaves the house. Written by `portal.chat.outreach` only.

A letter is written in the transaction of what it tells of, so it is sent if and only if that was
committed; it is sent later, by whichever process holds the lease.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from portal.storage.tables.schema import Id, Moment, metadata

letter = Table(
    "letter",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(120), nullable=False, unique=True),  # what it tells of: never two of it
    Column("kind", String(20), nullable=False),  # "answer", "transcript", …
    Column("conversation_id", ForeignKey("conversation.id"), index=True),
    Column("first_seq", Integer),  # of what an answer's letter tells, the first and
    Column("last_seq", Integer),  # the last; who has read that far needs no letter
    Column("recipient", String(254), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False, server_default=""),
    Column("status", String(10), nullable=False, server_default="waiting"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("begun_at", Moment),  # of a try that goes on, or that nobody came back from
    Column("doubts", Integer, nullable=False, server_default="0"),  # tries nobody knows the end of
    Column("error", String(300), nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),  # not before
    Column("sent_at", Moment),
    CheckConstraint("status IN ('waiting','sent','failed','dropped')", name="status"),
    Index("ix_letter_status_due_at", "status", "due_at"),
    Index("ix_letter_recipient_created_at", "recipient", "created_at"),
    Index("ix_letter_kind_created_at", "kind", "created_at"),
)

# A link in a mail that leads back into the thread, from whichever browser.
way_back = Table(
    "way_back",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("visitor_id", ForeignKey("visitor.id"), nullable=False, index=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)
