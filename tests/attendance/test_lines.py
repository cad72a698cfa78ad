"""One participant's mark by columns: what is read under the lock, and what nobody else may have changed since."""

import pytest
from sqlalchemy import select, update

from ilpes_lms.attendance import errors, queries, service
from ilpes_lms.attendance.models import Mark
from ilpes_lms.attendance.queries import Viewer
from ilpes_lms.attendance.service.lines import KeptMark, lock_line, put
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.errors import NotFound
from tests.factories.attendance import make_taught, mark

TEACHER = "profe@example.org"


def test_what_somebody_without_the_lock_changed_is_not_overwritten(context) -> None:
    taught = make_taught()
    mark(taught.sessions[0], taught.enrolments[0], "late")
    with writing():
        line = lock_line(taught.session_refs[0], taught.refs[0], None)
        assert line is not None
        db.session.execute(update(Mark).values(version=Mark.version + 1))
        new = KeptMark.by_hand(("absent", None, ""), line.found, "test", clock.now())
        with pytest.raises(errors.MarkChanged):
            put(line, new)
    assert db.session.scalars(select(Mark.mark)).all() == ["late"]


def test_who_has_read_a_mark_before_reads_what_it_became(context) -> None:
    taught = make_taught()
    mark(taught.sessions[0], taught.enrolments[0], "late")
    who = {"class_session_ref": taught.session_refs[0], "enrolment_ref": taught.refs[0]}
    with writing():
        read = db.session.scalars(select(Mark)).one()
        service.mark(**who, mark="absent")
        assert (read.mark, read.source) == ("absent", "hand")


def test_a_mark_at_a_cancelled_class_session_is_taken_back_and_counts_for_nothing(context) -> None:
    taught = make_taught(sessions=2)
    for session in taught.sessions:
        mark(session, taught.enrolments[0])
    with writing():
        taught.sessions[0].status = "cancelled"
    service.clear_mark(class_session_ref=taught.session_refs[0], enrolment_ref=taught.refs[0])
    found = queries.outcome_of(taught.enrolments[0].id)
    assert found is not None
    assert (found.evidence["class_sessions"], found.evidence["attended"]) == (1, 1)
    service.clear_mark(class_session_ref=taught.session_refs[1], enrolment_ref=taught.refs[0])
    assert queries.outcome_of(taught.enrolments[0].id) is None


def test_what_a_viewer_may_not_see_does_not_exist_for_them(context) -> None:
    taught, other = make_taught(instructor=TEACHER), make_taught(instructor="otra@example.org")
    who = {"class_session_ref": taught.session_refs[0], "enrolment_ref": taught.refs[0], "mark": "present"}
    for stranger in (Viewer(other.instructor.id), Viewer(None), Viewer(None, True, frozenset({"no such"}))):
        with pytest.raises(NotFound):
            service.mark(**who, viewer=stranger)
    assert db.session.scalars(select(Mark)).all() == []
    assert queries.latest_rule(taught.activity.id) is None
    assert service.mark(**who, viewer=Viewer(taught.instructor.id)).mark == "present"
    assert service.mark(**who, viewer=Viewer(None, True)).version
