"""The portal's few facts about itself: keys with one value each (epoch, the first link)."""

from sqlalchemy import Column, String, Table, Text

from portal.storage.tables.schema import metadata

fact = Table(
    "fact",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("value", Text, nullable=False),
)
