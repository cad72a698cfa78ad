"""Who writes to the people of an activity says whether it is about the activity; what is not can be declined.

Works with the previous release running: what it writes is about the activity, and nobody can decline it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("announcements", sa.Column("about_activity", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    with op.batch_alter_table("announcements") as announcements:
        announcements.drop_column("about_activity")
