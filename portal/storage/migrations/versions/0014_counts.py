"""What became of every view: held, refused, decided upon; how readers came and read; alerts."""

import sqlalchemy as sa
from alembic import op

from portal.storage.tables.schema import Id

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("click_total", "click_hour"):
        op.add_column(
            table, sa.Column("released", sa.BigInteger(), server_default="0", nullable=False)
        )
    op.create_table(
        "click_day",
        sa.Column("article_id", Id, nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("clicks", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("released", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_click_day_article_id_article")
        ),
        sa.PrimaryKeyConstraint("article_id", "day", name=op.f("pk_click_day")),
    )
    op.create_table(
        "click_refused",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("clicks", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("article_id", "hour", "reason", name=op.f("pk_click_refused")),
    )
    op.create_table(
        "click_held",
        sa.Column("article_id", Id, nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("network", sa.String(24), nullable=False),
        sa.Column("clicks", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_click_held_article_id_article")
        ),
        sa.PrimaryKeyConstraint("article_id", "hour", "network", name=op.f("pk_click_held")),
    )
    op.create_table(
        "click_decision",
        sa.Column("id", Id, nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.Column("staff_id", Id, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("clicks", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(300), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_click_decision_article_id_article")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_click_decision_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_click_decision")),
    )
    op.create_index(op.f("ix_click_decision_article_id"), "click_decision", ["article_id"])
    op.create_table(
        "click_decided",
        sa.Column("decision_id", Id, nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("clicks", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["click_decision.id"],
            name=op.f("fk_click_decided_decision_id_click_decision"),
        ),
        sa.PrimaryKeyConstraint("decision_id", "hour", name=op.f("pk_click_decided")),
    )
    op.create_table(
        "reading_fact",
        sa.Column("article_id", Id, nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("value", sa.String(40), nullable=False),
        sa.Column("n", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_reading_fact_article_id_article")
        ),
        sa.PrimaryKeyConstraint(
            "article_id", "hour", "kind", "value", name=op.f("pk_reading_fact")
        ),
    )
    op.create_index(op.f("ix_reading_fact_hour"), "reading_fact", ["hour"])
    op.create_index(op.f("ix_click_hour_hour"), "click_hour", ["hour"])
    op.create_table(
        "booking",
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_booking")),
    )
    op.create_index(op.f("ix_booking_at"), "booking", ["at"])
    op.create_table(
        "reading_alert",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("clicks", sa.BigInteger(), nullable=False),
        sa.Column("usual", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_alert")),
        sa.UniqueConstraint(
            "kind", "article_id", "slot", name=op.f("uq_reading_alert_kind_article_id_slot")
        ),
    )
    op.create_index(op.f("ix_reading_alert_began_at"), "reading_alert", ["began_at"])


def downgrade() -> None:
    for table in (
        "reading_alert",
        "booking",
        "reading_fact",
        "click_decided",
        "click_decision",
        "click_held",
        "click_refused",
        "click_day",
    ):
        op.drop_table(table)
    op.drop_index(op.f("ix_click_hour_hour"), "click_hour")
    for table in ("click_total", "click_hour"):
        op.drop_column(table, "released")
