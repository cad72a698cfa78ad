"""Short and long texts among application questions, and what was corrected in a question that was answered.

Works with the previous release running: both columns have a default in the database.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("application_questions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("long", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("corrections", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("application_questions", schema=None) as batch_op:
        batch_op.drop_column("corrections")
        batch_op.drop_column("long")
