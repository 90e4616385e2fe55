"""Tables of what is read: what was counted, held, refused and decided, how it was read, alerts.

Totals and hours are raised to what was counted (`portal.audience.ledger`): that may be repeated,
late, or done by several nodes, and changes nothing then. All else is added up, in batches of which
each has a token in `booking`, so that none is added twice (`portal.audience.record`).

The number shown is `clicks + released`. An hour or a day is its first millisecond. No row is about
a reader.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from portal.storage.tables.schema import Id, Moment, metadata

VALUE_LONGEST = 40
"""Characters of a fact's value."""

click_total = Table(
    "click_total",
    metadata,
    Column("article_id", ForeignKey("article.id"), primary_key=True),
    Column("clicks", BigInteger, nullable=False, server_default="0"),
    Column("released", BigInteger, nullable=False, server_default="0"),  # held before
)

click_hour = Table(
    "click_hour",
    metadata,
    Column("article_id", ForeignKey("article.id"), primary_key=True),
    Column("hour", Moment, primary_key=True),
    Column("clicks", BigInteger, nullable=False, server_default="0"),
    Column("released", BigInteger, nullable=False, server_default="0"),  # of those held in it
    Index(None, "hour"),
)

click_day = Table(  # hours that are long over, each day's in one row
    "click_day",
    metadata,
    Column("article_id", ForeignKey("article.id"), primary_key=True),
    Column("day", Moment, primary_key=True),  # UTC
    Column("clicks", BigInteger, nullable=False, server_default="0"),
    Column("released", BigInteger, nullable=False, server_default="0"),
)

click_refused = Table(
    "click_refused",
    metadata,
    Column("article_id", BigInteger, primary_key=True, autoincrement=False),  # 0: there is none
    Column("hour", Moment, primary_key=True),
    Column("reason", String(20), primary_key=True),  # portal.audience.reasons
    Column("clicks", BigInteger, nullable=False, server_default="0"),
)

click_held = Table(  # beyond a network's budget, until somebody decides
    "click_held",
    metadata,
    Column("article_id", ForeignKey("article.id"), primary_key=True),
    Column("hour", Moment, primary_key=True),
    Column("network", String(24), primary_key=True),  # a hash under the salt of the day
    Column("clicks", BigInteger, nullable=False, server_default="0"),
)

click_decision = Table(  # the audit line; never changed
    "click_decision",
    metadata,
    Column("id", Id, primary_key=True),
    Column("article_id", ForeignKey("article.id"), nullable=False, index=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("verdict", String(10), nullable=False),  # released, discarded
    Column("clicks", BigInteger, nullable=False),
    Column("note", String(300), nullable=False, server_default=""),
)

click_decided = Table(  # of which hours they were
    "click_decided",
    metadata,
    Column("decision_id", ForeignKey("click_decision.id"), primary_key=True),
    Column("hour", Moment, primary_key=True),
    Column("clicks", BigInteger, nullable=False),
)

reading_fact = Table(  # how the counted ones came and read
    "reading_fact",
    metadata,
    Column("article_id", ForeignKey("article.id"), primary_key=True),
    Column("hour", Moment, primary_key=True),
    Column("kind", String(12), primary_key=True),  # portal.audience.facts
    Column("value", String(VALUE_LONGEST), primary_key=True),
    Column("n", BigInteger, nullable=False, server_default="0"),
    Index(None, "hour"),
)

booking = Table(  # batches that were added up; a day old they are forgotten
    "booking",
    metadata,
    Column("token", String(32), primary_key=True),
    Column("at", Moment, nullable=False, index=True),
)

reading_alert = Table(
    "reading_alert",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(8), nullable=False),  # spike, drop
    Column("article_id", BigInteger, nullable=False),  # 0: the whole site
    Column("began_at", Moment, nullable=False, index=True),
    Column("ended_at", Moment),
    Column("slot", Moment, nullable=False),  # of several nodes one raises it
    Column("clicks", BigInteger, nullable=False),
    Column("usual", BigInteger, nullable=False),
    UniqueConstraint("kind", "article_id", "slot"),
)

daily_salt = Table(
    "daily_salt",
    metadata,
    Column("day", String(10), primary_key=True),  # "2026-01-31", UTC
    Column("salt", LargeBinary(32), nullable=False),
)
