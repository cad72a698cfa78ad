"""Roll-ups of participations, and the marks of activities that changed since they were made.

Works with the previous release running: it leaves marks, which cost a row each and are refreshed by this one. SQLite's
way of changing a table makes it anew and leaves its triggers behind: a later change of one of the tables watched here
has to make them again, which a test holds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SEXES = ("women", "men", "other", "not_stated")
_MEASURES = ("participations", "completed", "decided", "certificates")
_MARKED = ("enrolments", "outcomes", "certificates", "activities")

# What a change must touch to be marked: by table, for a row that is added or taken away, and for one that changes.
_PRESENT = {
    "enrolments": "{row}.state = 'confirmed'",
    "outcomes": "{row}.result IS NOT NULL",
    "certificates": "{row}.state = 'issued'",
    "activities": "{row}.id IS NOT NULL",
}
_COLUMNS = {
    "enrolments": ("activity_id", "state", "sex", "country", "sector", "organization_id"),
    "outcomes": ("enrolment_id", "result"),
    "certificates": ("enrolment_id", "state"),
    "activities": ("kind", "starts_on", "ends_on", "hours", "status", "published_at"),
}
_DEEDS = ("INSERT", "UPDATE", "DELETE")
# There is one writer, so what is marked and not yet refreshed will be refreshed with this change.
_UNLESS_MARKED = "WHERE NOT EXISTS (SELECT 1 FROM statistics_marks m WHERE m.activity_id = f.activity_id)"


def upgrade() -> None:
    _make_marks()
    _make_cells()
    _make_months()
    _make_counted()
    op.execute("INSERT INTO statistics_marks (activity_id) SELECT id FROM activities ORDER BY id")
    if op.get_bind().dialect.name == "postgresql":
        _watch_postgresql()
    else:
        _watch_sqlite()


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in _MARKED:
        for deed in _DEEDS:
            op.execute(f"DROP TRIGGER tr_{table}_marked_{deed.lower()}" + (f" ON {table}" if postgresql else ""))
        if postgresql:
            for deed in _DEEDS:
                op.execute(f"DROP FUNCTION mark_{table}_{deed.lower()}()")
    for name in ("statistics_counted", "statistics_months", "statistics_cells", "statistics_marks"):
        op.drop_table(name)


def _make_marks() -> None:
    op.create_table(
        "statistics_marks",
        sa.Column("id", _ID, nullable=False),
        sa.Column("activity_id", _ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statistics_marks")),
    )
    op.create_index("ix_statistics_marks_activity_id", "statistics_marks", ["activity_id"])


def _make_cells() -> None:
    op.create_table(
        "statistics_cells",
        sa.Column("id", _ID, nullable=False),
        sa.Column("dimension", sa.String(length=12), nullable=False),
        sa.Column("activity_id", _ID, nullable=False),
        *_key(),
        *_counts(),
        sa.CheckConstraint(
            "dimension IN ('all', 'country', 'sector', 'institution')", name=op.f("ck_statistics_cells_dimension")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statistics_cells")),
        sa.UniqueConstraint(
            "dimension", "activity_id", "country", "sector", "organization_id", name="uq_statistics_cells_place"
        ),
    )
    with_one = sa.text("organization_id > 0")
    op.create_index(
        "ix_statistics_cells_organization_id", "statistics_cells", ["organization_id"], sqlite_where=with_one,
        postgresql_where=with_one,
    )  # fmt: skip


def _make_months() -> None:
    op.create_table(
        "statistics_months",
        sa.Column("id", _ID, nullable=False),
        sa.Column("dimension", sa.String(length=20), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("carried", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        *_key(),
        sa.Column("activities", sa.Integer(), nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        sa.Column("without_hours", sa.Integer(), nullable=False),
        *[sa.Column(f"{sex}_hours", sa.BigInteger(), nullable=False) for sex in _SEXES],
        *_counts(),
        sa.CheckConstraint(
            "dimension IN ('country', 'sector', 'organization', 'country_sector')",
            name=op.f("ck_statistics_months_dimension"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statistics_months")),
        sa.UniqueConstraint(
            "dimension",
            "month",
            "carried",
            "kind",
            "country",
            "sector",
            "organization_id",
            name="uq_statistics_months_place",
        ),
    )


def _make_counted() -> None:
    op.create_table(
        "statistics_counted",
        sa.Column("id", _ID, nullable=False),
        sa.Column("activity_id", _ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statistics_counted")),
        sa.UniqueConstraint("activity_id", name=op.f("uq_statistics_counted_activity_id")),
    )


def _key() -> list[sa.Column]:
    return [
        sa.Column("country", sa.String(length=3), nullable=False),
        sa.Column("sector", sa.String(length=40), nullable=False),
        sa.Column("organization_id", _ID, nullable=False),
    ]


def _counts() -> list[sa.Column]:
    return [sa.Column(f"{sex}_{measure}", sa.Integer(), nullable=False) for measure in _MEASURES for sex in _SEXES]


def _watch_postgresql() -> None:
    for table in _MARKED:
        for deed in _DEEDS:
            name, trigger = f"mark_{table}_{deed.lower()}", f"tr_{table}_marked_{deed.lower()}"
            if deed == "INSERT":
                # A list of participants is many rows in one statement: one mark an activity is enough.
                marks = _marks_of_added(table)
                on = f"AFTER INSERT ON {table} REFERENCING NEW TABLE AS added FOR EACH STATEMENT"
            else:
                marks = _marks(table, deed)
                on = f"AFTER {deed} ON {table} FOR EACH ROW WHEN ({_condition(table, deed, 'IS DISTINCT FROM')})"
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {marks}; RETURN NULL; END $$"
            )
            op.execute(f"CREATE TRIGGER {trigger} {on} EXECUTE FUNCTION {name}()")


def _watch_sqlite() -> None:
    for table in _MARKED:
        for deed in _DEEDS:
            op.execute(
                f"CREATE TRIGGER tr_{table}_marked_{deed.lower()} AFTER {deed} ON {table} "
                f"WHEN {_condition(table, deed, 'IS NOT')} BEGIN {_marks(table, deed, _UNLESS_MARKED)}; END"
            )


def _marks(table: str, deed: str, unless: str = "") -> str:
    """Mark the activities of a changed row: of what it was and of what it is."""
    rows = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}[deed]
    own = {"enrolments": "activity_id", "activities": "id"}.get(table)
    if own:
        found = " UNION ".join(f"SELECT {row}.{own} AS activity_id" for row in rows)
    else:
        among = ", ".join(f"{row}.enrolment_id" for row in rows)
        found = f"SELECT DISTINCT activity_id FROM enrolments WHERE id IN ({among})"  # noqa: S608 - names from above  # nosec B608
    return f"INSERT INTO statistics_marks (activity_id) SELECT f.activity_id FROM ({found}) f {unless}"  # noqa: S608 - names from above  # nosec B608


def _condition(table: str, deed: str, differs: str) -> str:
    present = {row: _PRESENT[table].format(row=row) for row in ("OLD", "NEW")}
    if deed != "UPDATE":
        return present["NEW" if deed == "INSERT" else "OLD"]
    changed = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in _COLUMNS[table])
    return f"({present['OLD']} OR {present['NEW']}) AND ({changed})"


def _marks_of_added(table: str) -> str:
    own = {"enrolments": "one.activity_id", "activities": "one.id"}.get(table)
    joined = "" if own else "JOIN enrolments e ON e.id = one.enrolment_id"
    found = f"SELECT DISTINCT {own or 'e.activity_id'} FROM added one {joined}"  # noqa: S608 - names from above  # nosec B608
    return f"INSERT INTO statistics_marks (activity_id) {found} WHERE {_PRESENT[table].format(row='one')}"
