"""Credits, focal points and cards: what is said of a picture beside what it shows."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("rendition") as batch:
        # "share-62-30": a cut is named with the point it was cut around.
        batch.alter_column(
            "format", existing_type=sa.String(8), type_=sa.String(16), existing_nullable=False
        )
    op.add_column("media", sa.Column("recipe", sa.Integer(), nullable=False, server_default="0"))
    for name, kind in (
        ("lead_credit", sa.Text()),
        ("lead_focus", sa.String(16)),
        ("card", sa.String(255)),
    ):
        op.add_column("revision", sa.Column(name, kind, nullable=False, server_default=""))


def downgrade() -> None:
    for name in ("card", "lead_focus", "lead_credit"):
        op.drop_column("revision", name)
    op.drop_column("media", "recipe")
    op.execute(sa.text("DELETE FROM rendition WHERE length(format) > 8"))
    with op.batch_alter_table("rendition") as batch:
        batch.alter_column(
            "format", existing_type=sa.String(16), type_=sa.String(8), existing_nullable=False
        )
