"""Two letters to one person leave at the same moment: each thing is told by one of them."""

from collections.abc import Callable
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ilpes_lms.calendars import service, tasks
from ilpes_lms.calendars.models import CalendarBook
from ilpes_lms.calendars.service import telling
from ilpes_lms.core.database import db, writing
from ilpes_lms.enrolment import service as enrolment
from tests.enrolment.racing import in_processes
from tests.factories.calendars import give_place, make_course
from tests.factories.notifications import deliver_all, messages

ROUNDS = 15


@pytest.fixture
def database_kind() -> str:
    """Writers take turns on SQLite: only PostgreSQL lets them meet."""
    return "postgresql"


def told_at_once(app: APIFlask) -> list[list[str]]:
    """Let four letters to one person begin to leave at once, round after round; return what each round told."""
    rounds = []
    for _ in range(ROUNDS):
        with app.app_context():
            found = give_place(make_course("2032-04-06T10:00", "2032-04-13T10:00"))
            ref, person_id = found.public_id, found.person_id
            with writing() as session:
                # That there is one already is the usual case; to begin one keeps others waiting by itself.
                session.add(CalendarBook(enrolment_id=found.id, standing=True, rounds=0))
        answers = in_processes(app, [_telling(app, ref, person_id, f"<{number}@{ref}>") for number in range(4)])
        rounds.append(sorted(uid for answer in answers for uid in answer))
    return rounds


def _telling(app: APIFlask, ref: str, person_id: int, message_id: str) -> Callable[[Any], list[str]]:
    def tell(barrier: Any) -> list[str]:
        with app.app_context():
            barrier.wait()
            told = service.tell(enrolment_ref=ref, person_id=person_id, message_id=message_id)
            return [one.slot.uid for one in told]

    return tell


def test_of_letters_that_leave_at_once_only_one_tells_each_thing(app: APIFlask) -> None:
    for told in told_at_once(app):
        assert len(told) == len(set(told)) == 2


def test_without_the_lock_they_would_get_in_each_other_s_way(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the database would refuse the second one."""

    def unlocked(enrolment_id: int) -> CalendarBook | None:
        return db.session.scalar(select(CalendarBook).where(CalendarBook.enrolment_id == enrolment_id))

    monkeypatch.setattr(telling, "_book", unlocked)
    with pytest.raises(AssertionError, match="uq_calendar_entries_uid"):
        told_at_once(app)


def test_two_sweeps_at_once_write_once(app: APIFlask) -> None:
    with app.app_context():
        found = give_place(make_course("2032-04-06T10:00"))
        ref, person_id = found.public_id, found.person_id
    # While it is under way, the calendar's own letter would wait for it.
    deliver_all(app)
    with app.app_context():
        enrolment.withdraw(enrolment_ref=ref, person_id=person_id)

    def sweep(barrier: Any) -> None:
        with app.app_context():
            barrier.wait()
            tasks.collect()

    in_processes(app, [sweep] * 4)
    assert [one.kind for one in messages(app)] == ["enrolment.confirmed", "calendars.update"]
