import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from ilpes_lms.attendance import errors, queries, service
from ilpes_lms.attendance.models import CompletionRule, Mark, Outcome
from ilpes_lms.attendance.rules import Rule
from ilpes_lms.attendance.service import Press
from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.errors import NotFound, Stale
from ilpes_lms.core.settings import institute_day
from ilpes_lms.enrolment import service as enrolment_service
from tests.factories.attendance import complete, make_taught, mark
from tests.factories.catalogue import make_class_session
from tests.factories.enrolment import enrol


def outcome_of(enrolment) -> Outcome | None:
    db.session.expire_all()
    return queries.outcome_of(enrolment.id)


def marks() -> list[Mark]:
    db.session.expire_all()
    return list(db.session.scalars(select(Mark)))


def test_a_mark_says_who_when_and_by_what_means(context) -> None:
    taught = make_taught()
    with actor.acting("teacher"):
        mark(taught.sessions[0], taught.enrolments[0], "late")
    (found,) = marks()
    assert (found.mark, found.marked_by, found.source) == ("late", "teacher", "hand")
    assert clock.now() - found.marked_at < timedelta(minutes=1)


def test_a_mark_may_be_made_in_the_name_of_a_person(context) -> None:
    taught = make_taught(instructor="teacher@example.org")
    assert taught.instructor is not None
    service.mark(
        class_session_ref=taught.sessions[0].public_id, enrolment_ref=taught.refs[0], mark="present",
        minutes=80, by_person=taught.instructor.id,
    )  # fmt: skip
    (found,) = marks()
    assert (found.marked_by, found.minutes) == (taught.instructor.public_id, 80)


def test_the_same_mark_again_changes_nothing(context) -> None:
    taught = make_taught()
    mark(taught.sessions[0], taught.enrolments[0])
    before = [(m.id, m.marked_at) for m in marks()]
    mark(taught.sessions[0], taught.enrolments[0])
    assert [(m.id, m.marked_at) for m in marks()] == before


def test_a_corrected_mark_leaves_a_trace_of_what_it_was(context) -> None:
    taught = make_taught()
    mark(taught.sessions[0], taught.enrolments[0], "absent")
    mark(taught.sessions[0], taught.enrolments[0], "excused")
    assert [m.mark for m in marks()] == ["excused"]
    (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "attendance.corrected"))
    assert (entry.details["before"], entry.details["after"]) == ("absent", "excused")


def test_outcomes_follow_marks(context) -> None:
    taught = make_taught(sessions=5)
    one = taught.enrolments[0]
    for session in taught.sessions[:3]:
        mark(session, one)
    found = outcome_of(one)
    assert found is not None
    assert (found.result, queries.standing_of(found)) == ("not_completed", "open")
    mark(taught.sessions[3], one)
    found = outcome_of(one)
    assert found is not None
    assert (found.result, found.rule_version, found.evidence["attended"]) == ("completed", 1, 4)
    mark(taught.sessions[3], one, "absent")
    mark(taught.sessions[4], one, "absent")
    assert queries.standing_of(outcome_of(one)) == "not_completed"


def test_who_has_no_marks_has_no_outcome(context) -> None:
    taught = make_taught()
    mark(taught.sessions[0], taught.enrolments[0])
    assert outcome_of(taught.enrolments[1]) is None
    service.recompute(activity_id=taught.activity.id)
    assert outcome_of(taught.enrolments[1]) is None


def test_a_mark_can_be_taken_back(context) -> None:
    taught = make_taught()
    mark(taught.sessions[0], taught.enrolments[0])
    for _ in range(2):
        service.clear_mark(class_session_ref=taught.sessions[0].public_id, enrolment_ref=taught.refs[0])
    assert marks() == []
    assert outcome_of(taught.enrolments[0]) is None


def test_all_present_leaves_the_marks_that_are_there(context) -> None:
    taught = make_taught(participants=3)
    mark(taught.sessions[0], taught.enrolments[0], "absent")
    session = taught.sessions[0].public_id
    assert service.mark_all_present(class_session_ref=session) == 2
    assert service.mark_all_present(class_session_ref=session) == 0
    assert sorted(m.mark for m in marks()) == ["absent", "present", "present"]
    assert outcome_of(taught.enrolments[1]) is not None


def test_all_present_is_for_participants_only(context) -> None:
    taught = make_taught(participants=1)
    enrol(taught.activity, state="waitlisted")
    assert service.mark_all_present(class_session_ref=taught.sessions[0].public_id) == 1


def test_a_participant_of_another_activity_does_not_exist_here(context) -> None:
    here, elsewhere = make_taught(), make_taught()
    with pytest.raises(NotFound):
        mark(here.sessions[0], elsewhere.enrolments[0])
    with pytest.raises(NotFound):
        service.clear_mark(class_session_ref=here.sessions[0].public_id, enrolment_ref=elsewhere.refs[0])
    assert marks() == []


def test_nobody_is_marked_at_a_class_session_of_the_future(context) -> None:
    taught = make_taught()
    tomorrow = make_class_session(taught.activity, starts_in=1)
    with pytest.raises(errors.NotBegun):
        mark(tomorrow, taught.enrolments[0])
    with pytest.raises(errors.NotBegun):
        service.mark_all_present(class_session_ref=tomorrow.public_id)
    assert marks() == []


def test_an_absence_that_was_announced_is_marked_before_and_taken_back(context) -> None:
    taught = make_taught()
    who = {
        "enrolment_ref": taught.refs[0],
        "class_session_ref": make_class_session(taught.activity, starts_in=1).public_id,
    }
    service.mark(**who, mark="excused", note="viaje de servicio")
    assert [(one.mark, one.note) for one in marks()] == [("excused", "viaje de servicio")]
    with pytest.raises(errors.NotBegun):
        service.press_mark(**who, mark="late", press=Press(marks()[0].version, "deed0001"))
    service.press_mark(**who, mark=None, press=Press(marks()[0].version, "deed0002"))
    assert marks() == []


def test_nobody_is_marked_without_a_confirmed_place(context) -> None:
    taught = make_taught()
    waiting = enrol(taught.activity, state="waitlisted")
    with pytest.raises(errors.NotAParticipant):
        mark(taught.sessions[0], waiting)


def test_a_class_session_that_does_not_exist_is_not_found(context) -> None:
    taught = make_taught()
    with pytest.raises(NotFound):
        service.mark(class_session_ref="nowhere", enrolment_ref=taught.refs[0], mark="present")
    with pytest.raises(NotFound):
        service.mark_all_present(class_session_ref="nowhere")


def test_a_cancelled_class_session_does_not_count(context) -> None:
    taught = make_taught(sessions=4)
    extra = make_class_session(taught.activity, starts_in=2)
    one = taught.enrolments[0]
    for session in taught.sessions[:3]:
        mark(session, one)
    mark(taught.sessions[3], one, "absent")
    assert queries.standing_of(outcome_of(one)) == "open"
    catalogue.cancel_class_session(class_session_ref=extra.public_id)
    service.recompute(activity_id=taught.activity.id)
    assert queries.standing_of(outcome_of(one)) == "not_completed"


def test_the_default_rule_is_on_record_from_the_first_mark(context) -> None:
    webinar = make_taught("webinar", sessions=1)
    mark(webinar.sessions[0], webinar.enrolments[0])
    rule = queries.latest_rule(webinar.activity.id)
    assert rule is not None
    assert (rule.version, rule.at_least_one, rule.minimum_share) == (1, True, Decimal(0))
    found = outcome_of(webinar.enrolments[0])
    assert found is not None
    assert found.result == "completed"


def test_a_new_rule_is_a_new_version_and_decides_all_outcomes_again(context) -> None:
    taught = make_taught(sessions=5)
    for session in taught.sessions[:3]:
        mark(session, taught.enrolments[0])
    for session in taught.sessions[3:]:
        mark(session, taught.enrolments[0], "absent")
    ref = taught.activity.public_id
    rule = service.set_rule(
        activity_ref=ref, rule=Rule(minimum_share=Decimal("0.6"), at_least_one=False), seen_version=1
    )
    assert rule.version == 2
    found = outcome_of(taught.enrolments[0])
    assert found is not None
    assert (found.result, found.rule_version, found.evidence["minimum_share"]) == ("completed", 2, "0.600")
    versions = db.session.scalars(select(CompletionRule.version).order_by(CompletionRule.version))
    assert list(versions) == [1, 2]


def test_the_same_rule_again_is_no_new_version(context) -> None:
    taught = make_taught()
    for _ in range(2):
        rule = service.set_rule(
            activity_ref=taught.activity.public_id, rule=Rule(minimum_share=Decimal("0.5"), at_least_one=True)
        )
        assert rule.version == 2


def test_a_rule_that_someone_changed_in_the_meantime_is_not_overwritten(context) -> None:
    taught = make_taught()
    ref = taught.activity.public_id
    service.set_rule(activity_ref=ref, rule=Rule(minimum_share=Decimal("0.5"), at_least_one=False), seen_version=1)
    with pytest.raises(Stale):
        service.set_rule(activity_ref=ref, rule=Rule(minimum_share=Decimal("0.9"), at_least_one=False), seen_version=1)


def test_recomputing_changes_nothing_when_nothing_changed(context) -> None:
    taught = make_taught()
    complete(taught)
    decided = {o.enrolment_id: o.decided_at for o in queries.outcomes(taught.activity.id)}
    assert len(decided) == 2
    assert service.recompute(activity_id=taught.activity.id) == 0
    db.session.expire_all()
    assert {o.enrolment_id: o.decided_at for o in queries.outcomes(taught.activity.id)} == decided


def test_who_left_is_no_longer_among_the_outcomes(context) -> None:
    taught = make_taught()
    complete(taught)
    with writing():
        taught.activity.ends_on = institute_day() + timedelta(days=1)
    left = taught.enrolments[0]
    enrolment_service.withdraw(enrolment_ref=left.public_id, person_id=left.person_id)
    assert [o.enrolment_id for o in queries.outcomes(taught.activity.id)] == [taught.enrolments[1].id]


def test_marking_two_class_sessions_at_once_loses_neither_in_the_outcome(app, database_kind) -> None:
    if database_kind == "sqlite":
        pytest.skip("SQLite lets one write at a time by itself")
    with app.app_context():
        taught = make_taught("webinar", sessions=4, participants=1)
        service.set_rule(activity_ref=taught.activity.public_id, rule=Rule(minimum_share=Decimal(1), at_least_one=True))
    failures: list[BaseException] = []
    barrier = threading.Barrier(4)

    def work(session_ref: str) -> None:
        try:
            with app.app_context():
                barrier.wait()
                service.mark(class_session_ref=session_ref, enrolment_ref=taught.refs[0], mark="present")
        except BaseException as error:  # noqa: BLE001 - shown below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(ref,)) for ref in taught.session_refs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with app.app_context():
        (found,) = db.session.scalars(select(Outcome))
        assert (found.result, found.evidence["attended"]) == ("completed", 4)


def test_a_mark_takes_few_statements(context, statements) -> None:
    taught = make_taught()
    mark(taught.sessions[0], taught.enrolments[0])
    del statements[:]
    service.mark(class_session_ref=taught.session_refs[1], enrolment_ref=taught.refs[0], mark="present")
    assert len(statements) <= 6, statements
