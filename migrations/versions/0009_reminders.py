"""The first tables of reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reminder_switches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "rule IN ('activity_starts', 'class_session_tomorrow')", name=op.f("ck_reminder_switches_rule")
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_reminder_switches_activity_id_activities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_switches")),
        sa.UniqueConstraint("activity_id", "rule", name="uq_reminder_switches_once"),
    )


def downgrade() -> None:
    op.drop_table("reminder_switches")
