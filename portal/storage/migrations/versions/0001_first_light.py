"""What first light needs."""

import sqlalchemy as sa
from alembic import op

from portal.storage.tables.schema import Id

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)

    op.create_table(
        "category",
        sa.Column("id", Id, nullable=False),
        sa.Column("parent_id", Id, nullable=True),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["category.id"], name=op.f("fk_category_parent_id_category")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("path", name=op.f("uq_category_path")),
    )
    op.create_index(op.f("ix_category_parent_id"), "category", ["parent_id"], unique=False)

    op.create_table(
        "daily_salt",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_daily_salt")),
    )
    op.create_table(
        "fact",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_fact")),
    )
    op.create_table(
        "media",
        sa.Column("id", Id, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
        sa.UniqueConstraint("sha256", name=op.f("uq_media_sha256")),
    )
    op.create_table(
        "staff",
        sa.Column("id", Id, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=120), server_default="", nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("role IN ('admin','editor','agent')", name=op.f("ck_staff_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_email")),
    )
    op.create_table(
        "tag",
        sa.Column("id", Id, nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("slug", name=op.f("uq_tag_slug")),
    )
    op.create_table(
        "visitor",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visitor")),
    )
    op.create_table(
        "article",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(length=16), server_default="article", nullable=False),
        sa.Column("category_id", Id, nullable=True),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("status", sa.String(length=16), server_default="draft", nullable=False),
        sa.Column("published_revision", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=True),
        sa.CheckConstraint("kind IN ('article','page')", name=op.f("ck_article_kind")),
        sa.CheckConstraint(
            "status IN ('draft','scheduled','published','withdrawn')",
            name=op.f("ck_article_status"),
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_article_category_id_category")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("path", name=op.f("uq_article_path")),
        sa.UniqueConstraint("source", name=op.f("uq_article_source")),
    )
    op.create_index(op.f("ix_article_category_id"), "article", ["category_id"], unique=False)
    op.create_index(
        "ix_article_status_published_at", "article", ["status", "published_at"], unique=False
    )

    op.create_table(
        "author",
        sa.Column("id", Id, nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=120), server_default="", nullable=False),
        sa.Column("bio", sa.Text(), server_default="", nullable=False),
        sa.Column("portrait_id", Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["portrait_id"], ["media.id"], name=op.f("fk_author_portrait_id_media")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_author")),
        sa.UniqueConstraint("slug", name=op.f("uq_author_slug")),
    )
    op.create_table(
        "conversation",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("visitor_id", sa.String(length=64), nullable=False),
        sa.Column("current", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.Integer(), server_default="1", nullable=False),
        sa.Column("last_seq", sa.Integer(), server_default="0", nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("topic", sa.String(length=120), nullable=True),
        sa.Column("article_id", sa.BigInteger(), nullable=True),
        sa.Column("url", sa.String(length=2048), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=True),
        sa.Column("last_text", sa.String(length=200), server_default="", nullable=False),
        sa.Column("last_by", sa.String(length=16), server_default="", nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("visitor_seen", sa.Integer(), server_default="0", nullable=False),
        sa.Column("staff_seen", sa.Integer(), server_default="0", nullable=False),
        sa.Column("waiting_since", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "status IN ('waiting','open','closed')", name=op.f("ck_conversation_status")
        ),
        sa.ForeignKeyConstraint(
            ["visitor_id"], ["visitor.id"], name=op.f("fk_conversation_visitor_id_visitor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
    )
    op.create_index(op.f("ix_conversation_agent_id"), "conversation", ["agent_id"], unique=False)
    op.create_index("ix_conversation_last_at", "conversation", ["last_at"], unique=False)
    op.create_index(
        "ix_conversation_status_waiting_since",
        "conversation",
        ["status", "waiting_since"],
        unique=False,
    )
    op.create_index(
        "uq_conversation_visitor_current",
        "conversation",
        ["visitor_id"],
        unique=True,
        sqlite_where=sa.text("current"),
        postgresql_where=sa.text("current"),
    )

    op.create_table(
        "link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", Id, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_link_staff_id_staff")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_link")),
    )
    op.create_index(op.f("ix_link_staff_id"), "link", ["staff_id"], unique=False)

    op.create_table(
        "rendition",
        sa.Column("media_id", Id, nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["media_id"], ["media.id"], name=op.f("fk_rendition_media_id_media")
        ),
        sa.PrimaryKeyConstraint("media_id", "format", "width", name=op.f("pk_rendition")),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("browser", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_session_staff_id_staff")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_expires_at"), "session", ["expires_at"], unique=False)
    op.create_index(op.f("ix_session_staff_id"), "session", ["staff_id"], unique=False)

    op.create_table(
        "article_author",
        sa.Column("article_id", Id, nullable=False),
        sa.Column("author_id", Id, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_article_author_article_id_article")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["author.id"], name=op.f("fk_article_author_author_id_author")
        ),
        sa.PrimaryKeyConstraint("article_id", "author_id", name=op.f("pk_article_author")),
    )
    op.create_index(
        op.f("ix_article_author_author_id"), "article_author", ["author_id"], unique=False
    )

    op.create_table(
        "article_tag",
        sa.Column("article_id", Id, nullable=False),
        sa.Column("tag_id", Id, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_article_tag_article_id_article")
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_article_tag_tag_id_tag")),
        sa.PrimaryKeyConstraint("article_id", "tag_id", name=op.f("pk_article_tag")),
    )
    op.create_index(op.f("ix_article_tag_tag_id"), "article_tag", ["tag_id"], unique=False)

    op.create_table(
        "click_hour",
        sa.Column("article_id", Id, nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("clicks", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_click_hour_article_id_article")
        ),
        sa.PrimaryKeyConstraint("article_id", "hour", name=op.f("pk_click_hour")),
    )
    op.create_table(
        "click_total",
        sa.Column("article_id", Id, nullable=False),
        sa.Column("clicks", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_click_total_article_id_article")
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_click_total")),
    )
    op.create_table(
        "entry",
        sa.Column("conversation_id", sa.String(length=22), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("author", sa.String(length=32), nullable=False),
        sa.Column("author_name", sa.String(length=120), server_default="", nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("data", sa.JSON(), nullable=True),
        sa.Column("article_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('text','file','event','note')", name=op.f("ck_entry_kind")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_entry_conversation_id_conversation"),
        ),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name=op.f("pk_entry")),
        sa.UniqueConstraint(
            "conversation_id",
            "author",
            "client_id",
            name=op.f("uq_entry_conversation_id_author_client_id"),
        ),
    )
    op.create_table(
        "old_path",
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_old_path_article_id_article")
        ),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_old_path")),
    )
    op.create_index(op.f("ix_old_path_article_id"), "old_path", ["article_id"], unique=False)

    op.create_table(
        "revision",
        sa.Column("article_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("body_markdown", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("lead_media_id", Id, nullable=True),
        sa.Column("lead_alt", sa.Text(), server_default="", nullable=False),
        sa.Column("lead_caption", sa.Text(), server_default="", nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("media", sa.JSON(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_revision_article_id_article")
        ),
        sa.ForeignKeyConstraint(
            ["lead_media_id"], ["media.id"], name=op.f("fk_revision_lead_media_id_media")
        ),
        sa.PrimaryKeyConstraint("article_id", "number", name=op.f("pk_revision")),
    )
