"""Articles in several languages: which one, what it translates, and what categories are called."""

import sqlalchemy as sa
from alembic import op

from portal.storage.tables.schema import Id

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "category_name",
        sa.Column("category_id", Id, nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_category_name_category_id_category")
        ),
        sa.PrimaryKeyConstraint("category_id", "language", name=op.f("pk_category_name")),
    )
    with op.batch_alter_table("article") as batch:
        batch.add_column(sa.Column("language", sa.String(35), server_default="", nullable=False))
        batch.add_column(sa.Column("original_id", Id, nullable=True))
        batch.create_foreign_key(
            op.f("fk_article_original_id_article"), "article", ["original_id"], ["id"]
        )
        batch.create_index(op.f("ix_article_original_id"), ["original_id"])


def downgrade() -> None:
    with op.batch_alter_table("article") as batch:
        batch.drop_index(op.f("ix_article_original_id"))
        batch.drop_constraint(op.f("fk_article_original_id_article"), type_="foreignkey")
        batch.drop_column("original_id")
        batch.drop_column("language")
    op.drop_table("category_name")
