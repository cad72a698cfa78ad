"""Headcounts remember what was said before, by whom and why it was corrected.

Works with the previous release running: it knows nothing of the new table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "headcount_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("women", sa.Integer(), nullable=False),
        sa.Column("men", sa.Integer(), nullable=False),
        sa.Column("other", sa.Integer(), nullable=False),
        sa.Column("not_stated", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "women >= 0 AND men >= 0 AND other >= 0 AND not_stated >= 0",
            name=op.f("ck_headcount_changes_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_headcount_changes_activity_id_activities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_headcount_changes")),
    )
    with op.batch_alter_table("headcount_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_headcount_changes_activity_id"), ["activity_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("headcount_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_headcount_changes_activity_id"))
    op.drop_table("headcount_changes")
