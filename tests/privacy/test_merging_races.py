"""Merges at the same moment as what they move: the locks, the guard of the database, and what happens without them."""

import threading
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from ilpes_lms.core.database import db, writing
from ilpes_lms.core.errors import DomainError, Stale
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.enrolment.errors import PersonWasMerged
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people import queries as people_queries
from ilpes_lms.people import service as people
from ilpes_lms.people.models import Person
from ilpes_lms.privacy import service as privacy
from ilpes_lms.privacy.merging import errors, service
from ilpes_lms.privacy.merging.models import Merge
from tests.enrolment.test_races import at_once, in_context
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_someone

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


def ask(app, *, enrolled: bool) -> dict[str, Any]:
    """Return what merging somebody is asked with, once it was seen."""
    with app.app_context():
        gone, stays = make_someone(), make_someone()
        if enrolled:
            enrol(make_activity(), gone)
        seen = service.preview_persons(gone_ref=gone.public_id, into=stays.public_id).seen
        return {"gone_ref": gone.public_id, "into": stays.public_id, "seen": seen, "reason": "One."}


@pytest.fixture
def asked(app) -> dict[str, Any]:
    return ask(app, enrolled=True)


def standing_merges(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).where(Merge.undone_at.is_(None))) or 0


def test_of_two_merges_of_one_person_at_once_one_is_told_that_the_other_came_first(app, asked) -> None:
    done = at_once([in_context(app, service.merge_persons, **asked)] * 2)
    assert sorted(type(one).__name__ for one in done) == ["Merge", "RecordMerged"]
    assert standing_merges(app) == 1


def test_without_the_locks_only_a_constraint_is_left_between_them(app, asked, monkeypatch) -> None:
    """The control: both see what they expect, meet, and one of them breaks."""
    meeting, agreed = threading.Barrier(2), service._agreed
    monkeypatch.setattr(enrolment, "lock_activities_of", lambda _ends: None)
    monkeypatch.setattr(people, "lock_persons", lambda _ends: [])

    def after_both_have_looked(*given: Any) -> str:
        why = agreed(*given)
        meeting.wait(20)
        return why

    monkeypatch.setattr(service, "_agreed", after_both_have_looked)
    done = at_once([in_context(app, service.merge_persons, **asked)] * 2)
    assert not [one for one in done if isinstance(one, DomainError)]
    assert sum(isinstance(one, IntegrityError) for one in done) == 1
    assert standing_merges(app) == 1


def _enrols_while_merged(app, asked) -> tuple[Any, int]:
    """Let somebody enrol as who is merged, after the activity was locked and before the merge ends."""
    with app.app_context():
        activity_ref = make_activity().public_id
        gone_id = db.session.scalar(select(Person.id).where(Person.public_id == asked["gone_ref"]))
    begun, results = threading.Event(), []

    def enrols() -> None:
        begun.wait(20)
        results.append(at_once([in_context(app, enrolment.apply, activity_ref=activity_ref, person_id=gone_id)])[0])

    thread = threading.Thread(target=enrols)
    thread.start()
    with app.app_context(), writing():
        service.merge_persons(**asked)
        begun.set()
        # Long enough for the other one to come to the row that is locked; it could not commit anyway.
        thread.join(0.5)
    thread.join(20)
    with app.app_context():
        of_gone = select(func.count()).where(Enrolment.person_id == gone_id, Enrolment.state == "confirmed")
        return results[0], db.session.scalar(of_gone) or 0


def test_who_enrols_while_they_are_merged_is_told_so(app, asked) -> None:
    answer, left = _enrols_while_merged(app, asked)
    assert isinstance(answer, PersonWasMerged)
    assert left == 0


def test_without_the_guard_of_the_database_an_enrolment_is_left_behind(app, asked) -> None:
    """The control."""
    with app.app_context():
        db.session.execute(text("ALTER TABLE enrolments DISABLE TRIGGER tr_enrolments_person_merged_insert"))
        db.session.commit()
    try:
        answer, left = _enrols_while_merged(app, asked)
    finally:
        with app.app_context():
            db.session.execute(text("ALTER TABLE enrolments ENABLE TRIGGER tr_enrolments_person_merged_insert"))
            db.session.commit()
    assert isinstance(answer, Enrolment)
    assert left == 1


def test_who_enrols_first_makes_the_merge_look_again(app, asked) -> None:
    with app.app_context():
        activity_ref = make_activity().public_id
        gone_id = db.session.scalar(select(Person.id).where(Person.public_id == asked["gone_ref"]))
    with app.app_context(), writing():
        enrolment.apply(activity_ref=activity_ref, person_id=gone_id)
        merging: list[Any] = []
        thread = threading.Thread(
            target=lambda: merging.extend(at_once([in_context(app, service.merge_persons, **asked)]))
        )
        thread.start()
        thread.join(0.5)
    thread.join(20)
    assert [type(one) for one in merging] == [errors.MergeMoved]


def _erased_while_merged(app, asked) -> tuple[Any, int]:
    """Let somebody be erased while they are merged; return the answer, and how many are left."""
    erasing: list[Any] = []
    erase = in_context(app, privacy.forget, person_ref=asked["gone_ref"], reason="Asked for in writing")
    thread = threading.Thread(target=lambda: erasing.extend(at_once([erase])))
    with app.app_context(), writing():
        service.merge_persons(**asked)
        thread.start()
        thread.join(0.5)
    thread.join(20)
    with app.app_context():
        left = select(func.count()).select_from(Person).where(Person.forgotten_at.is_(None))
        return erasing[0], db.session.scalar(left) or 0


def test_who_is_merged_meanwhile_is_not_erased_by_half(app, asked) -> None:
    answer, left = _erased_while_merged(app, asked)
    assert (type(answer), left) == (Stale, 2)
    with app.app_context():
        privacy.forget(person_ref=asked["gone_ref"], reason="Asked for in writing")
        assert db.session.scalar(select(func.count()).where(Person.forgotten_at.is_(None))) == 0


def test_without_the_locks_of_erasing_whom_they_were_merged_into_is_left(app, monkeypatch) -> None:
    """The control."""

    def unlocked(person_ref: str) -> list[int]:
        return people_queries.records_of(people_queries.person_by_ref(person_ref).id)

    monkeypatch.setattr(privacy, "_locked_records", unlocked)
    answer, left = _erased_while_merged(app, ask(app, enrolled=False))
    assert (type(answer), left) == (dict, 1)
