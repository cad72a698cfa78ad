"""Class sessions count their changes, so that nobody overwrites another's, and keep why they were moved or cancelled.

Works with the previous release running: both columns have a default in the database.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("class_sessions") as table:
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("reason", sa.String(length=400), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("class_sessions") as table:
        table.drop_column("reason")
        table.drop_column("version")
