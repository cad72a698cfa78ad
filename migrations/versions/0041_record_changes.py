"""How an activity's people are on record is switched with a reason; releases may hold what only a document printed.

Works with the previous release running: it knows nothing of the table, and what it publishes comes from the records.
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLE = "record_changes"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("activity_id", _ID, nullable=False),
        sa.Column("before", sa.String(length=10), nullable=False),
        sa.Column("after", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "before IN ('people', 'headcount', 'no_record') AND after IN ('people', 'headcount', 'no_record')",
            name=op.f("ck_record_changes_records"),
        ),
        sa.CheckConstraint("before <> after", name=op.f("ck_record_changes_switched")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_record_changes_activity_id_activities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_changes")),
    )
    op.create_index(op.f("ix_record_changes_activity_id"), _TABLE, ["activity_id"])
    # Added in place on both databases: the table keeps its triggers.
    op.add_column("statistics_releases", sa.Column("published_in", sa.String(length=60), nullable=True))


def downgrade() -> None:
    op.execute("ALTER TABLE statistics_releases DROP COLUMN published_in")
    op.drop_index(op.f("ix_record_changes_activity_id"), table_name=_TABLE)
    op.drop_table(_TABLE)
