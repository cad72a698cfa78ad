"""What an imported list was found to hold, who asked to apply it, and how often a worker has tried.

Works with the previous release running: what is added has a default in the database.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("participant_imports", schema=None) as batch_op:
        batch_op.add_column(sa.Column("findings", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("tell", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("applied_by", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("participant_imports", schema=None) as batch_op:
        batch_op.drop_column("attempts")
        batch_op.drop_column("applied_by")
        batch_op.drop_column("tell")
        batch_op.drop_column("findings")
