"""The first tables of attendance."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "completion_rules",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("minimum_share", sa.Numeric(precision=4, scale=3), nullable=False),
        sa.Column("at_least_one", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("minimum_share >= 0 AND minimum_share <= 1", name=op.f("ck_completion_rules_share")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_completion_rules_activity_id_activities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion_rules")),
        sa.UniqueConstraint("activity_id", "version", name="uq_completion_rules_version"),
    )
    op.create_table(
        "marks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("class_session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mark", sa.String(length=8), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("marked_by", sa.String(length=64), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("mark IN ('present', 'late', 'excused', 'absent')", name=op.f("ck_marks_mark")),
        sa.CheckConstraint("source IN ('hand', 'check_in', 'import')", name=op.f("ck_marks_source")),
        sa.CheckConstraint("minutes IS NULL OR minutes >= 0", name=op.f("ck_marks_minutes")),
        sa.ForeignKeyConstraint(
            ["class_session_id"], ["class_sessions.id"], name=op.f("fk_marks_class_session_id_class_sessions")
        ),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_marks_enrolment_id_enrolments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marks")),
        sa.UniqueConstraint("enrolment_id", "class_session_id", name="uq_marks_once"),
    )
    with op.batch_alter_table("marks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_marks_class_session_id"), ["class_session_id"], unique=False)

    op.create_table(
        "outcomes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("result", sa.String(length=14), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("result IN ('completed', 'not_completed')", name=op.f("ck_outcomes_result")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_outcomes_enrolment_id_enrolments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_outcomes_enrolment_id")),
    )


def downgrade() -> None:
    op.drop_table("outcomes")
    with op.batch_alter_table("marks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_marks_class_session_id"))

    op.drop_table("marks")
    op.drop_table("completion_rules")
