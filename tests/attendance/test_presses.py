"""Presses of a page: done once however often they are sent, never over another's mark unseen, and taken back."""

import threading

import pytest
from sqlalchemy import func, select

from ilpes_lms.attendance import errors, queries, service
from ilpes_lms.attendance.models import Mark, MarkChange
from ilpes_lms.attendance.service import Press
from ilpes_lms.core import actor
from ilpes_lms.core.database import db, writing
from tests.factories.attendance import Taught, make_taught, mark


def press(taught: Taught, what: str | None, version: int = 0, deed: str = "deed0001", **more: object) -> Mark | None:
    follows = frozenset(more.pop("follows", ()))
    return service.press_mark(
        class_session_ref=taught.session_refs[0], enrolment_ref=taught.refs[0], mark=what,
        press=Press(version, deed, follows), **more,
    )  # fmt: skip


def now_of(taught: Taught) -> str | None:
    db.session.expire_all()
    return queries.roster_row(taught.sessions[0], taught.refs[0]).mark


def changes() -> int:
    return db.session.scalar(select(func.count()).select_from(MarkChange)) or 0


def test_a_press_that_is_sent_again_is_done_once(context) -> None:
    taught = make_taught()
    first = press(taught, "late")
    assert first is not None
    for _ in range(3):
        again = press(taught, "late")
        assert again is not None
        assert again.version == first.version
    assert (now_of(taught), changes()) == ("late", 1)


def test_a_press_that_comes_late_does_not_come_back_over_what_followed(context) -> None:
    """The first answer was lost; meanwhile another mark was set. The repeated press changes nothing."""
    taught = make_taught()
    press(taught, "late")
    with actor.acting("other"):
        mark(taught.sessions[0], taught.enrolments[0], "absent")
    found = press(taught, "late")
    assert found is not None
    assert (found.mark, now_of(taught)) == ("absent", "absent")


def test_a_press_follows_the_one_before_it_that_got_no_answer(context) -> None:
    taught = make_taught()
    press(taught, "late")
    with pytest.raises(errors.MarkChanged):
        press(taught, "absent", deed="deed0002")
    press(taught, "absent", deed="deed0002", follows=["deed0001"])
    assert now_of(taught) == "absent"


def test_what_somebody_else_set_or_cleared_in_the_meantime_is_not_overwritten(context) -> None:
    taught = make_taught()
    seen = press(taught, "present")
    assert seen is not None
    version = seen.version
    service.clear_mark(class_session_ref=taught.session_refs[0], enrolment_ref=taught.refs[0])
    with pytest.raises(errors.MarkChanged):
        press(taught, "late", version, "deed0002")
    mark(taught.sessions[0], taught.enrolments[0], "absent")
    for stale in (version, 0):
        with pytest.raises(errors.MarkChanged):
            press(taught, "late", stale, "deed0002")
    assert now_of(taught) == "absent"


def test_the_same_mark_by_two_people_is_no_conflict(context) -> None:
    taught = make_taught()
    press(taught, "present")
    with actor.acting("other"):
        press(taught, "present", deed="deed0002")
    assert changes() == 1


def test_every_source_counts_the_version(context) -> None:
    taught = make_taught()
    mark(taught.sessions[0], taught.enrolments[0], "present")
    version = queries.roster_row(taught.sessions[0], taught.refs[0]).version
    with writing() as session:
        for found in session.scalars(select(Mark)):
            found.mark, found.source = "absent", "import"
    with pytest.raises(errors.MarkChanged):
        press(taught, "late", version)


def test_a_press_keeps_minutes_and_note(context) -> None:
    taught = make_taught()
    who = {"class_session_ref": taught.session_refs[0], "enrolment_ref": taught.refs[0]}
    seen = service.mark(**who, mark="present", minutes=40, note="left early")
    press(taught, "late", seen.version)
    row = queries.roster_row(taught.sessions[0], taught.refs[0])
    assert (row.mark, row.minutes, row.note) == ("late", 40, "left early")
    with pytest.raises(errors.NoteTooLong):
        service.mark(**who, mark="present", note="x" * 401)


def test_taking_back_brings_the_mark_with_its_source_and_evidence(context) -> None:
    taught = make_taught()
    mark(taught.sessions[0], taught.enrolments[0], "present")
    with writing() as session:
        for found in session.scalars(select(Mark)):
            found.source, found.evidence, found.minutes = "import", {"platform": "zoom"}, 55
    press(taught, "absent", queries.roster_row(taught.sessions[0], taught.refs[0]).version, "deed0002")
    done = service.take_back(class_session_ref=taught.session_refs[0], deed="deed0002")
    assert (done.restored, done.left) == (1, 0)
    db.session.expire_all()
    (found,) = db.session.scalars(select(Mark))
    assert (found.mark, found.source, found.evidence, found.minutes) == ("present", "import", {"platform": "zoom"}, 55)
    with pytest.raises(errors.NothingToTakeBack):
        service.take_back(class_session_ref=taught.session_refs[0], deed="deed0002")


def test_all_present_is_taken_back_but_for_marks_that_were_changed_since(context) -> None:
    taught = make_taught(participants=3)
    ref = taught.session_refs[0]
    assert service.mark_all_present(class_session_ref=ref, deed="deed0003") == 3
    mark(taught.sessions[0], taught.enrolments[1], "late")
    done = service.take_back(class_session_ref=ref, deed="deed0003")
    assert (done.restored, done.left) == (2, 1)
    db.session.expire_all()
    assert [(found.enrolment_id, found.mark) for found in db.session.scalars(select(Mark))] == [
        (taught.enrolments[1].id, "late")
    ]
    assert queries.outcome_of(taught.enrolments[0].id) is None


def test_the_last_deed_is_one_s_own_and_still_to_be_taken_back(context) -> None:
    taught = make_taught(participants=3)
    session = taught.sessions[0]
    service.mark_all_present(class_session_ref=taught.session_refs[0], deed="deed0004")
    found = queries.last_deed(session, "test")
    assert found is not None
    assert (found.deed, found.number) == ("deed0004", 3)
    assert queries.last_deed(session, "other") is None
    service.take_back(class_session_ref=taught.session_refs[0], deed="deed0004")
    assert queries.last_deed(session, "test") is None


@pytest.mark.parametrize("checked", [True, False], ids=["with the version", "negative control: without it"])
def test_of_two_who_press_at_once_on_the_same_page_one_is_told(app, checked) -> None:
    with app.app_context():
        taught = make_taught(participants=1)
        mark(taught.sessions[1], taught.enrolments[0])
        session_id = taught.sessions[0].id
    barrier, told = threading.Barrier(2), []

    def work(what: str) -> None:
        who = {"class_session_ref": taught.session_refs[0], "enrolment_ref": taught.refs[0], "mark": what}
        with app.app_context(), actor.acting(what):
            barrier.wait()
            try:
                service.mark(**who, press=Press(0, f"deed{what}") if checked else None)
            except errors.MarkChanged:
                told.append(what)

    threads = [threading.Thread(target=work, args=(what,)) for what in ("present", "absent")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == int(checked)
    with app.app_context():
        marks = list(db.session.scalars(select(Mark).where(Mark.class_session_id == session_id)))
        assert [found.marked_by for found in marks if found.mark in told] == []
        assert len(marks) == 1
