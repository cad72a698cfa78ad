"""How long what is kept, what was let go when, who was told that their account is not used, and files to take along.

Works with the previous release running, which lets go of what it did before and knows nothing of these tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_UNDER_WAY = sa.text("state IN ('asked', 'making')")


def upgrade() -> None:
    op.create_table(
        "retention_periods",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days IS NULL OR days > 0", name=op.f("ck_retention_periods_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_periods")),
        sa.UniqueConstraint("kind", name=op.f("uq_retention_periods_kind")),
    )
    op.create_table(
        "retention_runs",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("let_go", sa.Integer(), nullable=False),
        sa.Column("left_over", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=100), nullable=False),
        sa.CheckConstraint("let_go >= 0 AND left_over >= 0", name=op.f("ck_retention_runs_numbers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_runs")),
        sa.UniqueConstraint("kind", name=op.f("uq_retention_runs_kind")),
    )
    op.create_table(
        "disuse_notices",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_disuse_notices_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disuse_notices")),
        sa.UniqueConstraint("person_id", name=op.f("uq_disuse_notices_person_id")),
    )
    _make_archives()


def _make_archives() -> None:
    op.create_table(
        "data_archives",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("file_key", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('asked', 'making', 'ready', 'failed')", name=op.f("ck_data_archives_state")),
        sa.CheckConstraint("(state = 'ready') = (file_key IS NOT NULL)", name=op.f("ck_data_archives_file")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_data_archives_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_archives")),
        sa.UniqueConstraint("public_id", name=op.f("uq_data_archives_public_id")),
    )
    op.create_index(
        "uq_data_archives_under_way", "data_archives", ["person_id"], unique=True, sqlite_where=_UNDER_WAY,
        postgresql_where=_UNDER_WAY,
    )  # fmt: skip
    op.create_index("ix_data_archives_person", "data_archives", ["person_id"])


def downgrade() -> None:
    op.drop_table("data_archives")
    op.drop_table("disuse_notices")
    op.drop_table("retention_runs")
    op.drop_table("retention_periods")
