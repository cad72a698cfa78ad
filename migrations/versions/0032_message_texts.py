"""Texts of messages that people wrote in the place of the code's own.

Works with the previous release running, which goes on writing the code's texts.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message_texts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("original", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.String(length=150), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_message_texts_version")),
        sa.CheckConstraint("language IN ('es', 'en', 'pt', 'fr')", name=op.f("ck_message_texts_language")),
        sa.CheckConstraint("original = (subject = '' AND body = '')", name=op.f("ck_message_texts_original")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_texts")),
        sa.UniqueConstraint("kind", "language", "version", name=op.f("uq_message_texts_version")),
    )


def downgrade() -> None:
    op.drop_table("message_texts")
