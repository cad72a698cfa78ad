"""The previous release works on the tables of the next one: each migration adds, and what it adds is not asked for."""

from pathlib import Path
from typing import Any

import pytest
from flask_migrate import upgrade
from sqlalchemy import inspect

from ilpes_lms import config
from ilpes_lms.app import create_backstage
from ilpes_lms.core import schema
from ilpes_lms.core.database import db

Shape = dict[str, dict[str, dict[str, Any]]]


def shape() -> Shape:
    inspector = inspect(db.engine)
    return {
        table: {column["name"]: dict(column) for column in inspector.get_columns(table)}
        for table in inspector.get_table_names()
    }


def breaches(before: Shape, after: Shape) -> list[str]:
    """Return what a release that knows only the earlier tables could not do with the later ones."""
    found = [f"{table} is gone" for table in before.keys() - after.keys()]
    for table in before.keys() & after.keys():
        old, new = before[table], after[table]
        found += [f"{table}.{name} is gone" for name in old.keys() - new.keys()]
        found += [f"{table}.{name} is asked for" for name in new.keys() - old.keys() if _needed(new[name])]
        found += [
            f"{table}.{name} is stricter"
            for name in old.keys() & new.keys()
            if (old[name]["nullable"] and _needed(new[name])) or _shorter(old[name]["type"], new[name]["type"])
        ]
    return sorted(found)


def _needed(column: dict[str, Any]) -> bool:
    return not column["nullable"] and column["default"] is None


def _shorter(old: Any, new: Any) -> bool:
    lengths = getattr(old, "length", None), getattr(new, "length", None)
    return None not in lengths and lengths[1] < lengths[0]


def test_each_migration_leaves_the_previous_release_working(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'growing.db'}"
    app = create_backstage(config.load({}, environment="test", database_url=url, var_folder=str(tmp_path)))
    found: dict[str, list[str]] = {}
    with app.app_context():
        schema.open_migrations(app)
        before: Shape = {}
        for number in range(1, int(schema.newest()) + 1):
            [*files] = (config.ROOT / "migrations" / "versions").glob(f"{number:04}_*.py")
            if not files:
                continue
            upgrade(revision=f"{number:04}")
            after = shape()
            if what := breaches(before, after):
                found[f"{number:04}"] = what
            before = after
        db.session.remove()
        db.engine.dispose()
    assert found == {}


@pytest.mark.parametrize(
    ("after", "what"),
    [
        ({}, "t is gone"),
        ({"t": {}}, "t.a is gone"),
        ({"t": {"a": {"nullable": False, "default": None, "type": None}}}, "t.a is stricter"),
        (
            {
                "t": {
                    "a": {"nullable": True, "default": None, "type": None},
                    "b": {"nullable": False, "default": None, "type": None},
                }
            },
            "t.b is asked for",
        ),
    ],
)
def test_what_the_previous_release_could_not_bear_is_found(after: Shape, what: str) -> None:
    assert breaches({"t": {"a": {"nullable": True, "default": None, "type": None}}}, after) == [what]
