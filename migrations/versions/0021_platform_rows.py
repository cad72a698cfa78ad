"""What each row of a learning platform's export says of whom, exports taken back, and one open appeal at a time.

Works with the previous release running, which writes none of these tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_STATE = "ck_platform_imports_state"
_ONE_OPEN = "uq_outcome_appeals_open"
# Of several that are open the newest stays so; there is no answer to the others but that.
_CLOSE_OLDER = """
UPDATE outcome_appeals SET state = 'upheld', answered_at = asked_at
WHERE state = 'open' AND EXISTS (
    SELECT 1 FROM outcome_appeals AS newer
    WHERE newer.enrolment_id = outcome_appeals.enrolment_id AND newer.state = 'open' AND newer.id > outcome_appeals.id
)
"""


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "platform_rows",
        sa.Column("id", big, nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("import_id", big, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("enrolment_id", big, nullable=True),
        sa.Column("grade", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("tasks_done", sa.Integer(), nullable=True),
        sa.Column("tasks_total", sa.Integer(), nullable=True),
        sa.Column("last_access_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("unread", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "standing IN ('matched', 'decided', 'open', 'not_enrolled', 'left_out')",
            name=op.f("ck_platform_rows_standing"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_platform_rows_enrolment_id_enrolments")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["platform_imports.id"], name=op.f("fk_platform_rows_import_id_platform_imports")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_rows")),
        sa.UniqueConstraint("import_id", "number", name="uq_platform_rows_number"),
        sa.UniqueConstraint("public_id", name=op.f("uq_platform_rows_public_id")),
    )
    op.create_index("ix_platform_rows_enrolment_id", "platform_rows", ["enrolment_id"], unique=False)
    with op.batch_alter_table("platform_imports", schema=None) as batch_op:
        batch_op.add_column(sa.Column("done", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(op.f(_STATE), type_="check")
        batch_op.create_check_constraint(op.f(_STATE), "state IN ('previewed', 'applying', 'applied', 'undone')")
    op.execute(_CLOSE_OLDER)
    op.create_index(
        _ONE_OPEN, "outcome_appeals", ["enrolment_id"], unique=True,
        sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index(_ONE_OPEN, table_name="outcome_appeals")
    # First, since SQLite makes the table anew to which these rows refer.
    op.drop_index("ix_platform_rows_enrolment_id", table_name="platform_rows")
    op.drop_table("platform_rows")
    op.execute("UPDATE platform_imports SET state = 'previewed' WHERE state IN ('applying', 'undone')")
    with op.batch_alter_table("platform_imports", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(_STATE), type_="check")
        batch_op.create_check_constraint(op.f(_STATE), "state IN ('previewed', 'applied')")
        batch_op.drop_column("undone_at")
        batch_op.drop_column("done")
