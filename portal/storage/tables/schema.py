"""What all tables share: one MetaData with named constraints, and the column kinds.

Times are integer milliseconds UTC. Names of constraints are fixed by convention, so that a
migration can speak of them on both databases.
"""

from sqlalchemy import BigInteger, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")
"""A key the database counts up. SQLite does that only for a column of type INTEGER."""

Moment = BigInteger
"""Milliseconds UTC."""
