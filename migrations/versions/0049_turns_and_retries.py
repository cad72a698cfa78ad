"""Whose turn a job's is, and messages that are sent again together.

Works with the previous release running, which notes no turns and sends messages again one by one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_table(
        "job_turns",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_turns")),
        sa.UniqueConstraint("name", name=op.f("uq_job_turns_name")),
    )
    op.create_table(
        "message_retries",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("domain", sa.String(length=254), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'over')", name=op.f("ck_message_retries_state")),
        sa.CheckConstraint("(state = 'over') = (ended_at IS NOT NULL)", name=op.f("ck_message_retries_ended")),
        sa.CheckConstraint("done >= 0 AND done <= total", name=op.f("ck_message_retries_done")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_retries")),
        sa.UniqueConstraint("public_id", name=op.f("uq_message_retries_public_id")),
    )
    op.create_index(
        "uq_message_retries_open", "message_retries", ["state"], unique=True, postgresql_where=_OPEN,
        sqlite_where=_OPEN,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("message_retries")
    op.drop_table("job_turns")
