"""Persons and organizations merged into others, with a journal by which that is undone; pairs who may be one.

Works with the previous release running: it merges nobody, and shows who was merged like everybody else. The trigger on
enrolments has to be made again by a later change of the table in SQLite, as those of 0039.
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_GUARD = "enrolments_person_merged"
_DEEDS = {"insert": "INSERT", "update": "UPDATE OF state"}
_STANDS = "undone_at IS NULL"
_ARRIVING = "('applied', 'waitlisted', 'offered', 'confirmed')"


def upgrade() -> None:
    for table in ("persons", "organizations"):
        _lead_on(table)
    _make_merges()
    _make_moves()
    _make_pairs()
    _guard_enrolments()


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for deed in _DEEDS:
        op.execute(f"DROP TRIGGER tr_{_GUARD}_{deed}" + (" ON enrolments" if postgresql else ""))
    if postgresql:
        op.execute(f"DROP FUNCTION {_GUARD}()")
    for name in ("twin_pairs", "merge_moves", "merges"):
        op.drop_table(name)
    for table in ("organizations", "persons"):
        if postgresql:
            op.drop_constraint(f"fk_{table}_merged_into_id_{table}", table, type_="foreignkey")
        op.drop_column(table, "merged_into_id")


def _lead_on(table: str) -> None:
    # In so many words: in a batch, SQLite would make the table anew, to which half of all others refer.
    number = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    refers = f"CONSTRAINT fk_{table}_merged_into_id_{table} REFERENCES {table} (id)"
    op.execute(f"ALTER TABLE {table} ADD COLUMN merged_into_id {number} {refers}")


def _make_merges() -> None:
    ends = ("gone_person_id", "stays_person_id", "gone_organization_id", "stays_organization_id")
    op.create_table(
        "merges",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        *[sa.Column(name, _ID, nullable=True) for name in ends],
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=64), nullable=False),
        sa.Column("undone_reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "(gone_person_id IS NULL) = (stays_person_id IS NULL) "
            "AND (gone_organization_id IS NULL) = (stays_organization_id IS NULL) "
            "AND (gone_person_id IS NULL) <> (gone_organization_id IS NULL)",
            name=op.f("ck_merges_ends"),
        ),
        *[
            sa.ForeignKeyConstraint([name], [f"{kind}.id"], name=op.f(f"fk_merges_{name}_{kind}"))
            for name, kind in zip(ends, ("persons", "persons", "organizations", "organizations"), strict=True)
        ],
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
        sa.UniqueConstraint("public_id", name=op.f("uq_merges_public_id")),
    )
    for name in ("stays_person_id", "stays_organization_id"):
        op.create_index(f"ix_merges_{name}", "merges", [name])
    for name in ("gone_person_id", "gone_organization_id"):
        op.create_index(
            f"uq_merges_{name}", "merges", [name], unique=True, sqlite_where=sa.text(_STANDS),
            postgresql_where=sa.text(_STANDS),
        )  # fmt: skip


def _make_moves() -> None:
    op.create_table(
        "merge_moves",
        sa.Column("id", _ID, nullable=False),
        sa.Column("merge_id", _ID, nullable=False),
        sa.Column("room", sa.String(length=40), nullable=False),
        sa.Column("table_name", sa.String(length=60), nullable=False),
        sa.Column("row_id", _ID, nullable=False),
        sa.Column("column_name", sa.String(length=60), nullable=False),
        sa.Column("was", sa.JSON(), nullable=True),
        sa.Column("became", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["merge_id"], ["merges.id"], name=op.f("fk_merge_moves_merge_id_merges")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_moves")),
    )
    op.create_index("ix_merge_moves_merge_id", "merge_moves", ["merge_id"])


def _make_pairs() -> None:
    op.create_table(
        "twin_pairs",
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("first_id", _ID, nullable=False),
        sa.Column("second_id", _ID, nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("strength", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dismissed_by", sa.String(length=64), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_twin_pairs_order")),
        sa.ForeignKeyConstraint(["first_id"], ["persons.id"], name=op.f("fk_twin_pairs_first_id_persons")),
        sa.ForeignKeyConstraint(["second_id"], ["persons.id"], name=op.f("fk_twin_pairs_second_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_twin_pairs")),
        sa.UniqueConstraint("public_id", name=op.f("uq_twin_pairs_public_id")),
        sa.UniqueConstraint("first_id", "second_id", name="uq_twin_pairs_once"),
    )
    op.create_index("ix_twin_pairs_second_id", "twin_pairs", ["second_id"])
    op.create_index("ix_twin_pairs_strength", "twin_pairs", ["strength", "id"])


def _guard_enrolments() -> None:
    """Let nobody arrive who was merged: whoever waited for the merge to end is told so by the database itself.

    Enrolments that were set aside stay with who was merged, and come back from a backup: those have ended.
    """
    arrives = f"NEW.state IN {_ARRIVING}"
    if op.get_bind().dialect.name == "postgresql":
        # The lock is the one that the foreign key takes a moment later: it waits for a merge, and sees what came of it.
        op.execute(
            f"CREATE FUNCTION {_GUARD}() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE led_on BIGINT; BEGIN "  # noqa: S608 - a name from above  # nosec B608
            "SELECT merged_into_id INTO led_on FROM persons WHERE id = NEW.person_id FOR KEY SHARE; "
            f"IF led_on IS NOT NULL THEN RAISE EXCEPTION '{_GUARD}' USING ERRCODE = 'check_violation'; END IF; "
            "RETURN NEW; END $$"
        )
    for deed, event in _DEEDS.items():
        _guard(deed, event, arrives)


def _guard(deed: str, event: str, arrives: str) -> None:
    trigger = f"CREATE TRIGGER tr_{_GUARD}_{deed} BEFORE {event} ON enrolments"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"{trigger} FOR EACH ROW WHEN ({arrives}) EXECUTE FUNCTION {_GUARD}()")
    else:
        led_on = "(SELECT merged_into_id FROM persons WHERE id = NEW.person_id) IS NOT NULL"
        op.execute(f"{trigger} WHEN {arrives} AND {led_on} BEGIN SELECT RAISE(ABORT, '{_GUARD}'); END")
