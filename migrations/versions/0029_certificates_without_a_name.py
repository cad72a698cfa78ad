"""Certificates that outlive their holder's erasure, and why one stands in the place of another.

Works with the previous release running, which erases nobody and keeps the reason in the note.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.String(length=400), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("file_deleted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_certificates_forgotten_at", ["forgotten_at"])
    # What waits to be made in the place of another has its reason in the note so far.
    op.execute("UPDATE certificates SET reason = note, note = '' WHERE replaces_id IS NOT NULL AND state = 'queued'")


def downgrade() -> None:
    op.execute("UPDATE certificates SET note = reason WHERE replaces_id IS NOT NULL AND state = 'queued' AND note = ''")
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.drop_index("ix_certificates_forgotten_at")
        batch_op.drop_column("file_deleted_at")
        batch_op.drop_column("forgotten_at")
        batch_op.drop_column("reason")
