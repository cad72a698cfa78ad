"""No two class sessions of an activity at one time, and their numbers in order of time.

Of those that were entered twice the later entry is called off; nothing that is on record of it is lost.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_TWICE = """
UPDATE class_sessions SET status = 'cancelled'
WHERE status = 'scheduled' AND EXISTS (
    SELECT 1 FROM class_sessions AS first
    WHERE first.activity_id = class_sessions.activity_id AND first.starts_at = class_sessions.starts_at
    AND first.status = 'scheduled' AND first.id < class_sessions.id
)
"""
# Negative first, so that no two of an activity have the same number in between.
_BY_TIME = """
UPDATE class_sessions SET number = -(
    SELECT count(*) FROM class_sessions AS earlier
    WHERE earlier.activity_id = class_sessions.activity_id AND (
        earlier.starts_at < class_sessions.starts_at
        OR (earlier.starts_at = class_sessions.starts_at AND earlier.id <= class_sessions.id)
    )
)
"""


def upgrade() -> None:
    op.execute(_TWICE)
    op.execute(_BY_TIME)
    op.execute("UPDATE class_sessions SET number = -number")
    op.create_index(
        "uq_class_sessions_scheduled", "class_sessions", ["activity_id", "starts_at"], unique=True,
        sqlite_where=sa.text("status = 'scheduled'"), postgresql_where=sa.text("status = 'scheduled'"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("uq_class_sessions_scheduled", table_name="class_sessions")
