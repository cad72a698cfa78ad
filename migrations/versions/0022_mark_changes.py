"""What people did to marks: each change kept, so that a deed sent twice is one and can be taken back.

Works with the previous release running, which writes marks without it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "mark_changes",
        sa.Column("id", number, nullable=False),
        sa.Column("class_session_id", number, nullable=False),
        sa.Column("enrolment_id", number, nullable=False),
        sa.Column("deed", sa.String(length=40), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["class_session_id"], ["class_sessions.id"], name=op.f("fk_mark_changes_class_session_id_class_sessions")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_mark_changes_enrolment_id_enrolments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark_changes")),
        sa.UniqueConstraint("class_session_id", "enrolment_id", "deed", name="uq_mark_changes_once"),
    )
    op.create_index("ix_mark_changes_actor", "mark_changes", ["class_session_id", "actor"])
    op.create_index(op.f("ix_mark_changes_enrolment_id"), "mark_changes", ["enrolment_id"])


def downgrade() -> None:
    op.drop_table("mark_changes")
