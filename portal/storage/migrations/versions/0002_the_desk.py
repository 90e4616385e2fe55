"""What a desk needs: labels, files, hours, replies, blocks, ratings, letters."""

import sqlalchemy as sa
from alembic import op

from portal.storage.tables.schema import Id

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "block",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("whom", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), server_default="", nullable=False),
        sa.Column("reason", sa.String(length=300), server_default="", nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('visitor','network')", name=op.f("ck_block_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block")),
    )
    op.create_index("ix_block_kind_whom", "block", ["kind", "whom"], unique=False)
    op.create_table(
        "desk",
        sa.Column("id", Id, nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk")),
        sa.UniqueConstraint("slug", name=op.f("uq_desk_slug")),
    )
    op.create_table(
        "label",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("folded", sa.String(length=80), nullable=False),
        sa.Column("hue", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label")),
        sa.UniqueConstraint("folded", name=op.f("uq_label_folded")),
    )
    op.create_table(
        "reply",
        sa.Column("id", Id, nullable=False),
        sa.Column("shortcut", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=400), server_default="", nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("shortcut", name=op.f("uq_reply_shortcut")),
    )
    op.create_table(
        "desk_member",
        sa.Column("desk_id", Id, nullable=False),
        sa.Column("staff_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_desk_member_desk_id_desk")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_desk_member_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("desk_id", "staff_id", name=op.f("pk_desk_member")),
    )
    op.create_index(op.f("ix_desk_member_staff_id"), "desk_member", ["staff_id"], unique=False)
    op.create_table(
        "schedule",
        sa.Column("id", Id, nullable=False),
        sa.Column("desk_id", Id, nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("week", sa.JSON(), nullable=False),
        sa.Column("holidays", sa.JSON(), nullable=False),
        sa.Column("when_closed", sa.String(length=8), server_default="accept", nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "when_closed IN ('hide','form','accept')", name=op.f("ck_schedule_when_closed")
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_schedule_desk_id_desk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
        sa.UniqueConstraint("desk_id", name=op.f("uq_schedule_desk_id")),
    )
    op.create_table(
        "seat",
        sa.Column("staff_id", Id, nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("assigned_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_seat_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_seat")),
    )
    op.create_table(
        "visitor_key",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("visitor_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visitor_id"], ["visitor.id"], name=op.f("fk_visitor_key_visitor_id_visitor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visitor_key")),
    )
    op.create_index(op.f("ix_visitor_key_visitor_id"), "visitor_key", ["visitor_id"], unique=False)
    op.create_table(
        "conversation_label",
        sa.Column("conversation_id", sa.String(length=22), nullable=False),
        sa.Column("label_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_conversation_label_conversation_id_conversation"),
        ),
        sa.ForeignKeyConstraint(
            ["label_id"], ["label.id"], name=op.f("fk_conversation_label_label_id_label")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "label_id", name=op.f("pk_conversation_label")),
    )
    op.create_index(
        op.f("ix_conversation_label_label_id"), "conversation_label", ["label_id"], unique=False
    )
    op.create_table(
        "file",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("conversation_id", sa.String(length=22), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_file_conversation_id_conversation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file")),
    )
    op.create_index(op.f("ix_file_conversation_id"), "file", ["conversation_id"], unique=False)
    op.create_table(
        "letter",
        sa.Column("id", Id, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("conversation_id", sa.String(length=22), nullable=True),
        sa.Column("first_seq", sa.Integer(), nullable=True),
        sa.Column("last_seq", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.String(length=10), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=True),
        sa.Column("doubts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.String(length=300), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "status IN ('waiting','sent','failed','dropped')", name=op.f("ck_letter_status")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_letter_conversation_id_conversation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("key", name=op.f("uq_letter_key")),
    )
    op.create_index(op.f("ix_letter_conversation_id"), "letter", ["conversation_id"], unique=False)
    op.create_index("ix_letter_status_due_at", "letter", ["status", "due_at"], unique=False)
    op.create_index(
        "ix_letter_recipient_created_at", "letter", ["recipient", "created_at"], unique=False
    )
    op.create_table(
        "mention",
        sa.Column("staff_id", Id, nullable=False),
        sa.Column("conversation_id", sa.String(length=22), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_mention_conversation_id_conversation"),
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_mention_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", "conversation_id", name=op.f("pk_mention")),
    )
    op.create_index(
        op.f("ix_mention_conversation_id"), "mention", ["conversation_id"], unique=False
    )
    op.create_table(
        "rating",
        sa.Column("conversation_id", sa.String(length=22), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_rating_score")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_rating_conversation_id_conversation"),
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_rating")),
    )
    op.create_table(
        "visit",
        sa.Column("id", Id, nullable=False),
        sa.Column("conversation_id", sa.String(length=22), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("url", sa.String(length=2048), server_default="", nullable=False),
        sa.Column("title", sa.String(length=300), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_visit_conversation_id_conversation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    op.create_index(op.f("ix_visit_conversation_id"), "visit", ["conversation_id"], unique=False)
    op.create_table(
        "way_back",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("visitor_id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_way_back_conversation_id_conversation"),
        ),
        sa.ForeignKeyConstraint(
            ["visitor_id"], ["visitor.id"], name=op.f("fk_way_back_visitor_id_visitor")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_way_back")),
    )
    op.create_index(
        op.f("ix_way_back_conversation_id"), "way_back", ["conversation_id"], unique=False
    )
    op.create_index(op.f("ix_way_back_visitor_id"), "way_back", ["visitor_id"], unique=False)
    op.add_column("conversation", sa.Column("desk_id", sa.BigInteger(), nullable=True))
    op.add_column("conversation", sa.Column("assigned_at", sa.BigInteger(), nullable=True))
    op.add_column("conversation", sa.Column("snoozed_until", sa.BigInteger(), nullable=True))
    op.add_column("conversation", sa.Column("asked_at", sa.BigInteger(), nullable=True))
    op.add_column("conversation", sa.Column("answered_at", sa.BigInteger(), nullable=True))
    op.add_column("conversation", sa.Column("article_revision", sa.Integer(), nullable=True))
    op.create_index(
        op.f("ix_conversation_answered_at"), "conversation", ["answered_at"], unique=False
    )
    op.create_index(
        op.f("ix_conversation_article_id"), "conversation", ["article_id"], unique=False
    )
    op.create_index(op.f("ix_conversation_desk_id"), "conversation", ["desk_id"], unique=False)
    op.create_index(
        op.f("ix_conversation_snoozed_until"), "conversation", ["snoozed_until"], unique=False
    )
    op.add_column(
        "staff", sa.Column("picture", sa.String(length=255), server_default="", nullable=False)
    )
    op.add_column(
        "visitor", sa.Column("language", sa.String(length=35), server_default="", nullable=False)
    )
    op.add_column(
        "visitor", sa.Column("zone", sa.String(length=64), server_default="", nullable=False)
    )
    op.add_column(
        "visitor", sa.Column("device", sa.String(length=120), server_default="", nullable=False)
    )
    op.add_column(
        "visitor", sa.Column("network", sa.String(length=64), server_default="", nullable=False)
    )
    op.add_column("visitor", sa.Column("consented_at", sa.BigInteger(), nullable=True))
