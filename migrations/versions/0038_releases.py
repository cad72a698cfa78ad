"""Statistics frozen as published, which nothing changes or deletes.

Works with the previous release running, which publishes none. SQLite's way of changing a table makes it anew and
leaves its triggers behind: a later change of this one has to make them again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_TABLE = "statistics_releases"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_REFUSAL = "a release of statistics is neither changed nor deleted"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("revises_id", _ID, nullable=True),
        sa.Column("predecessor", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_statistics_releases_period")),
        sa.CheckConstraint("number >= 1 AND revision >= 1", name=op.f("ck_statistics_releases_numbers")),
        sa.CheckConstraint("(number = 1) = (predecessor = '')", name=op.f("ck_statistics_releases_chain")),
        sa.CheckConstraint("(revision = 1) = (revises_id IS NULL)", name=op.f("ck_statistics_releases_revision")),
        sa.ForeignKeyConstraint(
            ["revises_id"], [f"{_TABLE}.id"], name=op.f("fk_statistics_releases_revises_id_statistics_releases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statistics_releases")),
        sa.UniqueConstraint("public_id", name=op.f("uq_statistics_releases_public_id")),
        sa.UniqueConstraint("number", name=op.f("uq_statistics_releases_number")),
        sa.UniqueConstraint("starts_on", "ends_on", "revision", name=op.f("uq_statistics_releases_period")),
        sa.UniqueConstraint("predecessor", name=op.f("uq_statistics_releases_predecessor")),
        sa.UniqueConstraint("revises_id", name=op.f("uq_statistics_releases_revises_id")),
        sa.UniqueConstraint("digest", name=op.f("uq_statistics_releases_digest")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def downgrade() -> None:
    op.drop_table(_TABLE)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_release_change()")


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_release_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for deed, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER tr_statistics_releases_{each.lower()} BEFORE {deed} ON {_TABLE} "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_release_change()"
        )


def _guard_sqlite() -> None:
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER tr_statistics_releases_{deed.lower()} BEFORE {deed} ON {_TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )
