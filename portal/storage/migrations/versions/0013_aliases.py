"""The addresses articles had at another site, before they were brought here."""

import sqlalchemy as sa
from alembic import op

from portal.storage.tables.schema import Id

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alias",
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_alias_article_id_article")
        ),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_alias")),
    )
    op.create_index(op.f("ix_alias_article_id"), "alias", ["article_id"])


def downgrade() -> None:
    op.drop_table("alias")
