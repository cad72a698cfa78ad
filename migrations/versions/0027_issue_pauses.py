"""Activities whose certificates wait until somebody lets them go on.

Works with the previous release running, whose workers do not wait.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "issue_pauses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("activity_ref", sa.String(length=26), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_pauses")),
        sa.UniqueConstraint("activity_ref", name=op.f("uq_issue_pauses_activity_ref")),
    )


def downgrade() -> None:
    op.drop_table("issue_pauses")
