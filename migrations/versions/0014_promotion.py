"""Those who wait go on to get free places as they did before this could be set; works with the previous release."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Until now only a selection made offers; everywhere else a free place was given at once.
    op.execute("UPDATE activities SET promotes_by = 'place' WHERE admission <> 'selection'")


def downgrade() -> None:
    # The previous release does not read the column; this is what it was everywhere.
    op.execute("UPDATE activities SET promotes_by = 'offer'")
