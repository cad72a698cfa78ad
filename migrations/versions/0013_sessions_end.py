"""When an activity's last class session ends, which is how long a webinar takes people."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sessions_end_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE activities SET sessions_end_at = (SELECT max(ends_at) FROM class_sessions "
        "WHERE class_sessions.activity_id = activities.id AND class_sessions.status = 'scheduled')"
    )


def downgrade() -> None:
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.drop_column("sessions_end_at")
