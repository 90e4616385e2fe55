"""What is asked again and again, by moment: how many were taken, how many letters went out."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_conversation_assigned_at": ("conversation", ["assigned_at"]),
    "ix_letter_kind_created_at": ("letter", ["kind", "created_at"]),
}


def upgrade() -> None:
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table)
