"""Which letters were chosen for applications, so that those never sent are found and deleted.

Works with the previous release running: a letter that it keeps is entered when it is sent.
"""

import sqlalchemy as sa
from alembic import op

from ilpes_lms.core.database import UTCDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_letters",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_key", sa.String(length=64), nullable=False),
        sa.Column("kept_at", UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kept_letters"),
        sa.UniqueConstraint("file_key", name="uq_kept_letters_file_key"),
    )
    op.create_index("ix_kept_letters_kept_at", "kept_letters", ["kept_at"])


def downgrade() -> None:
    op.drop_index("ix_kept_letters_kept_at", table_name="kept_letters")
    op.drop_table("kept_letters")
