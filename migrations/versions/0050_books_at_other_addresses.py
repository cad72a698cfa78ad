"""Where a calendar was told whose person goes by another address by now.

Works with the previous release running, which writes to nobody under it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("calendar_books", sa.Column("address", sa.String(length=254), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("calendar_books") as table:
        table.drop_column("address")
