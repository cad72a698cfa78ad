"""The first tables of statistics."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "compilations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("definition", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'done', 'failed')", name=op.f("ck_compilations_state")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_compilations_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compilations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_compilations_public_id")),
    )
    with op.batch_alter_table("compilations", schema=None) as batch_op:
        batch_op.create_index("ix_compilations_period", ["starts_on", "ends_on"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("compilations", schema=None) as batch_op:
        batch_op.drop_index("ix_compilations_period")

    op.drop_table("compilations")
