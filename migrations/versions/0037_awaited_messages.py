"""Messages that somebody waits for before they can go on leave before all others.

Works with the previous release running: what it writes is not marked, and leaves in its turn.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_SOME = sa.text("state = 'queued' AND awaited")


def upgrade() -> None:
    op.add_column("messages", sa.Column("awaited", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_messages_awaited", "messages", ["due_at", "id"], sqlite_where=_SOME, postgresql_where=_SOME)


def downgrade() -> None:
    op.drop_index("ix_messages_awaited", table_name="messages")
    with op.batch_alter_table("messages") as messages:
        messages.drop_column("awaited")
