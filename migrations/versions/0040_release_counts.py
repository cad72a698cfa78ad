"""The true numbers behind the tables across of each release, which nothing changes or deletes.

Works with the previous release running, whose releases have no such tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_TABLE = "statistics_release_counts"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_REFUSAL = "what a release of statistics was made from is neither changed nor deleted"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("release_id", _ID, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["statistics_releases.id"],
            name=op.f("fk_statistics_release_counts_release_id_statistics_releases"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statistics_release_counts")),
        sa.UniqueConstraint("release_id", name=op.f("uq_statistics_release_counts_release_id")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def downgrade() -> None:
    op.drop_table(_TABLE)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_release_counts_change()")


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_release_counts_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for deed, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER tr_statistics_release_counts_{each.lower()} BEFORE {deed} ON {_TABLE} "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_release_counts_change()"
        )


def _guard_sqlite() -> None:
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER tr_statistics_release_counts_{deed.lower()} BEFORE {deed} ON {_TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )
