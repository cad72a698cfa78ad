"""Entries of the record, and what somebody with all rights over the database does to them."""

from typing import Any

from sqlalchemy import Executable

from ilpes_lms.audit import service
from ilpes_lms.core import actor
from ilpes_lms.core.database import db
from tests.factories.guards import unguarded


def record(number: int = 1, *, by: str = "somebody", **details: Any) -> None:
    """Record so many deeds of one actor, each to another object."""
    with actor.acting(by):
        for count in range(number):
            service.record("thing.done", "thing", f"object{count}", **details)


def tamper(*statements: Executable) -> None:
    """Do to the database what its triggers refuse, and nothing in the application would."""
    db.session.rollback()
    with db.engine.begin() as connection, unguarded(connection):
        for statement in statements:
            connection.execute(statement)
    db.session.expire_all()
