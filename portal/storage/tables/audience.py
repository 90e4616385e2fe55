"""Tables of what is read: totals, totals by the hour, and the salts of two days.

Booking raises a total to what was counted and adds the difference to the hour: it may be repeated,
late, or done by several nodes, and changes nothing then.

Written by `portal.audience.ledger` only. No row is about a reader.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, String, Table

from portal.storage.tables.schema import Moment, metadata

click_total = Table(
    "click_total",
    metadata,
    Column("article_id", ForeignKey("article.id"), primary_key=True),
    Column("clicks", BigInteger, nullable=False, server_default="0"),
)

click_hour = Table(
    "click_hour",
    metadata,
    Column("article_id", ForeignKey("article.id"), primary_key=True),
    Column("hour", Moment, primary_key=True),  # the hour's first millisecond
    Column("clicks", BigInteger, nullable=False, server_default="0"),
)

daily_salt = Table(
    "daily_salt",
    metadata,
    Column("day", String(10), primary_key=True),  # "2026-01-31", UTC
    Column("salt", LargeBinary(32), nullable=False),
)
