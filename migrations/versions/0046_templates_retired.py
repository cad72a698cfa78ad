"""Since when a template of certificates is retired.

Works with the previous release running, which retires none and goes on offering those that are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("certificate_templates", sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    # Not in a batch, which in SQLite would make the table anew and lose the condition of its index.
    op.drop_column("certificate_templates", "retired_at")
