"""Whatever can hold something about a person is declared, and has a room that takes it out (TRUST 38)."""

import tomllib
from pathlib import Path

from sqlalchemy import JSON, Column, LargeBinary, String

from ilpes_lms.core.database import Model
from ilpes_lms.privacy import forgetters

DECLARED = tomllib.loads(Path(__file__).with_name("personal.toml").read_text())
CLASSES = ("opens", "confided", "personal", "plain")
LEADS_TO_A_PERSON = {"persons", "accounts", "enrolments"}


def may_be_personal(column: Column) -> bool:
    leads_to = {key.target_fullname.split(".")[0] for key in column.foreign_keys}
    return isinstance(column.type, String | JSON | LargeBinary) or bool(leads_to & LEADS_TO_A_PERSON)


def undeclared(declared: dict) -> set[str]:
    """Return the columns that stand nowhere, in two places, or are not there any more."""
    columns = (column for table in Model.metadata.tables.values() for column in table.columns)
    there = sorted(f"{column.table.name}.{column.name}" for column in columns if may_be_personal(column))
    said = sorted(
        f"{table}.{name}" for table, one in declared.items() for kind in CLASSES for name in one.get(kind, ())
    )
    return set(there) ^ set(said) | {name for name in said if said.count(name) > 1}


def test_trust_38_every_column_is_declared_personal_or_not(app) -> None:
    with app.app_context():
        assert sorted(undeclared(DECLARED)) == []


def test_a_column_that_nobody_declared_is_found(app) -> None:
    with app.app_context():
        without = {name: one for name, one in DECLARED.items() if name != "reviews"}
        assert "reviews.note" in undeclared(without)


def test_trust_38_every_personal_column_has_a_room_that_forgets(app) -> None:
    with app.app_context():
        rooms = {one["forgotten_by"] for one in DECLARED.values() if one.get("personal") or one.get("confided")}
        assert rooms <= set(forgetters.registered())
