"""What is breaking, and until when; what was stays, so that no later import says it again."""

import sqlalchemy as sa
from alembic import op

from portal.storage.tables.schema import Id

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "breaking",
        sa.Column("article_id", Id, nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_breaking_article_id_article")
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_breaking")),
    )


def downgrade() -> None:
    op.drop_table("breaking")
