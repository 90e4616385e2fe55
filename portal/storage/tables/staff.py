"""Tables of who works here. Written by `portal.staff` only. No token is kept, only its SHA-256."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, Table, Text

from portal.storage.tables.schema import Id, Moment, metadata

staff = Table(
    "staff",
    metadata,
    Column("id", Id, primary_key=True),
    Column("email", String(254), nullable=False, unique=True),  # folded to lower case
    Column("name", String(80), nullable=False),
    Column("title", String(120), nullable=False, server_default=""),
    Column("picture", String(255), nullable=False, server_default=""),  # below /media/
    Column("role", String(16), nullable=False),
    Column("password_hash", String(255)),  # NULL: none chosen yet
    Column("version", Integer, nullable=False, server_default="1"),  # raised to end all sessions
    Column("disabled_at", Moment),
    Column("created_at", Moment, nullable=False),
    CheckConstraint("role IN ('admin','editor','agent')", name="role"),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),  # staff.version when it began
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("browser", String(200), nullable=False, server_default=""),
)

link = Table(
    "link",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), index=True),  # NULL: makes the first administrator
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("staff_id", Integer),  # NULL: the command line or the portal itself
    Column("action", String(80), nullable=False),
    Column("about", Text, nullable=False, server_default=""),
)
