"""Where categories stood before, so that their old addresses lead to where they stand now."""

import sqlalchemy as sa
from alembic import op

from portal.storage.tables.schema import Id

revision = "0007"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "old_category_path",
        sa.Column("path", sa.String(400), nullable=False),
        sa.Column("category_id", Id, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["category.id"],
            name=op.f("fk_old_category_path_category_id_category"),
        ),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_old_category_path")),
    )
    op.create_index(op.f("ix_old_category_path_category_id"), "old_category_path", ["category_id"])


def downgrade() -> None:
    op.drop_table("old_category_path")
