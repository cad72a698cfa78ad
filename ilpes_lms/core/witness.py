"""Whose records were read: noted by the rooms that keep them whenever they read one, asked by whoever must know."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# By the person's number, the public id where it was read too.
People = dict[int, str | None]
_read: ContextVar[People | None] = ContextVar("people_read", default=None)


def note(person_id: int | None, person_ref: str | None = None) -> None:
    """Note that something about a person was read, if anybody wants to know."""
    people = _read.get()
    if people is not None and person_id is not None:
        people[person_id] = person_ref or people.get(person_id)


@contextmanager
def noting() -> Iterator[People]:
    """Collect the people whose records are read inside."""
    people: People = {}
    token = _read.set(people)
    try:
        yield people
    finally:
        _read.reset(token)
