"""What is kept of letters to the invited, of their position, and the version of an institution's places.

Works with the previous release running: whatever is added has a default in the database.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("position", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("letters", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("written_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("link_seed", sa.String(length=26), server_default="", nullable=False))
    with op.batch_alter_table("nomination_quotas", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("nomination_quotas", schema=None) as batch_op:
        batch_op.drop_column("version")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_column("link_seed")
        batch_op.drop_column("written_at")
        batch_op.drop_column("letters")
        batch_op.drop_column("position")
