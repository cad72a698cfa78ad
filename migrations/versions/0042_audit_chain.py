"""The record as a chain that only grows, whose data somebody saw, and roles that end by themselves.

Works with the previous release running: it writes entries as before, which are chained later, and gives roles without
an end. What was written before this is chained by the first sweep. SQLite's way of changing a table makes it anew and
leaves its triggers behind: a later change of an audit table has to make them again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ENTRIES, _LINKS, _SEEN = "audit_entries", "audit_links", "audit_seen_persons"
_REFUSAL = "the audit record only grows"
_KEPT = {
    _ENTRIES: ("id", "at", "verb", "object_type"),
    _LINKS: ("id", "number", "entry_id", "predecessor", "actor_seal", "object_seal", "digest"),
    _SEEN: ("id", "entry_id", "seal"),
}
# What erasing leaves, column by column; those of one group go together.
_ERASED = {
    _ENTRIES: ({"actor": ""}, {"object_id": "", "details": "{}"}),
    _LINKS: ({"actor_salt": ""}, {"object_salt": ""}),
    _SEEN: ({"person_ref": "", "salt": ""},),
}
_ROLES = "'administrator', 'coordinator', 'statistics_reader', 'focal_point'"


def upgrade() -> None:
    op.create_table(
        _LINKS,
        sa.Column("id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entry_id", _ID, nullable=False),
        sa.Column("predecessor", sa.String(length=64), nullable=False),
        sa.Column("actor_salt", sa.String(length=32), nullable=False),
        sa.Column("actor_seal", sa.String(length=64), nullable=False),
        sa.Column("object_salt", sa.String(length=32), nullable=False),
        sa.Column("object_seal", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_audit_links_number")),
        sa.CheckConstraint("(number = 1) = (predecessor = '')", name=op.f("ck_audit_links_chain")),
        sa.ForeignKeyConstraint(["entry_id"], [f"{_ENTRIES}.id"], name=op.f("fk_audit_links_entry_id_audit_entries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_links")),
        sa.UniqueConstraint("number", name=op.f("uq_audit_links_number")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_links_entry_id")),
        sa.UniqueConstraint("predecessor", name=op.f("uq_audit_links_predecessor")),
    )
    op.create_table(
        _SEEN,
        sa.Column("id", _ID, nullable=False),
        sa.Column("entry_id", _ID, nullable=False),
        sa.Column("person_ref", sa.String(length=26), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], [f"{_ENTRIES}.id"], name=op.f("fk_audit_seen_persons_entry_id_audit_entries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seen_persons")),
    )
    op.create_index("ix_audit_seen_persons_entry_id", _SEEN, ["entry_id"])
    op.create_index("ix_audit_seen_persons_person_ref", _SEEN, ["person_ref"])
    with op.batch_alter_table("role_grants") as table:
        table.add_column(sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("reason", sa.String(length=500), nullable=False, server_default=""))
        table.drop_constraint(op.f("ck_role_grants_role"), type_="check")
        table.create_check_constraint(op.f("ck_role_grants_role"), f"role IN ({_ROLES}, 'auditor')")
    for name in _KEPT:
        if op.get_bind().dialect.name == "postgresql":
            _guard_postgresql(name)
        else:
            _guard_sqlite(name)


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for deed in ("row", "statement") if postgresql else ("update", "delete"):
        op.execute(f"DROP TRIGGER tr_{_ENTRIES}_{deed}" + (f" ON {_ENTRIES}" if postgresql else ""))
    op.execute("DELETE FROM role_grants WHERE role = 'auditor'")
    with op.batch_alter_table("role_grants") as table:
        table.drop_constraint(op.f("ck_role_grants_role"), type_="check")
        table.create_check_constraint(op.f("ck_role_grants_role"), f"role IN ({_ROLES})")
        table.drop_column("reason")
        table.drop_column("ends_at")
    op.drop_table(_SEEN)
    op.drop_table(_LINKS)
    if postgresql:
        for name in _KEPT:
            op.execute(f"DROP FUNCTION refuse_{name}_change()")


def _allowed(table: str, text: str) -> str:
    """Return the condition that an update erases and does nothing else; `text` compares a column as text."""
    kept = [f"NEW.{name} = OLD.{name}" for name in _KEPT[table]]
    return " AND ".join([*kept, *(_same_or_erased(group, text) for group in _ERASED[table])])


def _same_or_erased(group: dict[str, str], text: str) -> str:
    same = " AND ".join(f"{text.format(f'NEW.{name}')} = {text.format(f'OLD.{name}')}" for name in group)
    erased = " AND ".join(f"{text.format(f'NEW.{name}')} = '{value}'" for name, value in group.items())
    return f"(({same}) OR ({erased}))"


def _guard_postgresql(table: str) -> None:
    allowed = _allowed(table, "{}::text")
    op.execute(
        f"CREATE FUNCTION refuse_{table}_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' THEN IF {allowed} THEN RETURN NEW; END IF; END IF; "
        f"RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for deed, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER tr_{table}_{each.lower()} BEFORE {deed} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_{table}_change()"
        )


def _guard_sqlite(table: str) -> None:
    for deed, when in (("UPDATE", f"WHEN NOT ({_allowed(table, '{}')}) "), ("DELETE", "")):
        op.execute(
            f"CREATE TRIGGER tr_{table}_{deed.lower()} BEFORE {deed} ON {table} {when}"
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )
