"""Reports applied to marks: by verified address or by a person's decision, never by a similar name."""

from collections import Counter
from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ilpes_lms.attendance import errors, queries, service
from ilpes_lms.attendance.models import AttendanceImport, Disagreement, Mark, ReportedPerson
from ilpes_lms.attendance.reports import Span
from ilpes_lms.attendance.service import reports
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.people.models import EmailAddress
from tests.factories.attendance import Taught, make_taught, mark
from tests.factories.enrolment import make_someone
from tests.factories.reports import VARIANTS, Guest, Writer, text_of, us, written_report, zoom_a

pytestmark = pytest.mark.usefixtures("context")
ZOOM = next(variant for variant in VARIANTS if variant.name == "zoom-a")


def stay(session: ClassSession, first: int, last: int) -> Span:
    return Span(session.starts_at + timedelta(minutes=first), session.starts_at + timedelta(minutes=last))


def address(enrolment_id: int) -> str:
    statement = select(EmailAddress.address).where(EmailAddress.person_id == enrolment_id)
    return str(db.session.scalars(statement).one())


def guest(taught: Taught, place: int, minutes: tuple[int, int] = (0, 60), **other: str) -> Guest:
    """Somebody in a report: the participant of a place by their address, unless another one is given."""
    enrolment = taught.enrolments[place]
    email = other.get("email", address(enrolment.person_id))
    return Guest(other.get("name", enrolment.person.full_name), email, (stay(taught.sessions[0], *minutes),))


def report(taught: Taught, *guests: Guest) -> bytes:
    return written_report(guests, ZOOM, taught.sessions[0].zone)


def previewed(taught: Taught, *guests: Guest, least: int = 30) -> AttendanceImport:
    return service.preview_report(
        class_session_ref=taught.session_refs[0], content=report(taught, *guests), least_minutes=least
    )


def applied(taught: Taught, *guests: Guest, least: int = 30) -> AttendanceImport:
    return service.apply_report(import_ref=previewed(taught, *guests, least=least).public_id)


def marks(taught: Taught) -> dict[int, tuple[str, int | None, str]]:
    rows = db.session.scalars(select(Mark).where(Mark.class_session_id == taught.sessions[0].id))
    by_enrolment = {row.enrolment_id: (row.mark, row.minutes, row.source) for row in rows}
    return {place: by_enrolment[e.id] for place, e in enumerate(taught.enrolments) if e.id in by_enrolment}


def line_of(found: AttendanceImport, name: str) -> ReportedPerson:
    return next(one for one in found.people if one.name == name)


def test_a_preview_says_who_is_known_and_changes_no_mark() -> None:
    taught = make_taught(participants=3)
    outsider = make_someone(email="outsider@example.org")
    found = previewed(
        taught, guest(taught, 0), guest(taught, 1, name="Ana", email=""),
        Guest(outsider.full_name, "outsider@example.org", (stay(taught.sessions[0], 0, 10),)),
    )  # fmt: skip
    assert queries.standings_in(found) == {"matched": 1, "open": 1, "not_enrolled": 1}
    assert marks(taught) == {}


def test_minutes_make_present_and_absent_with_where_it_is_known_from() -> None:
    taught = make_taught(participants=3)
    applied(taught, guest(taught, 0, (0, 60)), guest(taught, 1, (50, 60)))
    assert marks(taught) == {0: ("present", 60, "import"), 1: ("absent", 10, "import")}
    kept = db.session.scalars(select(Mark).where(Mark.mark == "present")).one()
    assert kept.evidence["platform"] == "Zoom"
    assert kept.evidence["joins"] == 1


def test_the_same_name_is_not_the_same_person() -> None:
    taught = make_taught(participants=1)
    found = applied(taught, guest(taught, 0, email=""), guest(taught, 0, email="someone.else@example.org"))
    assert queries.standings_in(found) == {"open": 2}
    assert marks(taught) == {}


def test_an_address_that_nobody_confirmed_proves_nothing() -> None:
    taught = make_taught(participants=1)
    row = db.session.scalars(select(EmailAddress).where(EmailAddress.person_id == taught.enrolments[0].person_id)).one()
    row.verified_at = None
    db.session.commit()
    assert queries.standings_in(previewed(taught, guest(taught, 0))) == {"open": 1}


def test_a_decision_marks_at_once_and_is_remembered_for_the_activity_only() -> None:
    taught, elsewhere = make_taught(participants=2), make_taught(participants=1)
    found = applied(taught, guest(taught, 0, name="iPad de Ana", email=""))
    service.decide_about(
        import_ref=found.public_id, person_ref=line_of(found, "iPad de Ana").public_id, enrolment_ref=taught.refs[0]
    )
    assert marks(taught) == {0: ("present", 60, "import")}
    again = previewed(taught, guest(taught, 0, (0, 40), name="iPad de Ana", email=""))
    assert queries.standings_in(again) == {"decided": 1}
    assert queries.standings_in(previewed(elsewhere, guest(elsewhere, 0, name="iPad de Ana", email=""))) == {"open": 1}


def test_a_decision_may_be_changed_and_the_marks_follow() -> None:
    taught = make_taught(participants=2)
    found = applied(taught, guest(taught, 0, name="iPad", email=""))
    line = line_of(found, "iPad").public_id
    service.decide_about(import_ref=found.public_id, person_ref=line, enrolment_ref=taught.refs[0])
    service.decide_about(import_ref=found.public_id, person_ref=line, enrolment_ref=taught.refs[1])
    assert marks(taught) == {1: ("present", 60, "import")}
    service.decide_about(import_ref=found.public_id, person_ref=line, enrolment_ref=None)
    assert marks(taught) == {}
    assert queries.standings_in(queries.attendance_import(found.public_id)) == {"left_out": 1}


def test_nobody_decides_against_a_verified_address_or_for_another_activity() -> None:
    taught, elsewhere = make_taught(participants=1), make_taught(participants=1)
    found = previewed(taught, guest(taught, 0), guest(taught, 0, name="iPad", email=""))
    known = next(one for one in found.people if one.standing == "matched")
    with pytest.raises(errors.NotOneToDecide):
        service.decide_about(import_ref=found.public_id, person_ref=known.public_id, enrolment_ref=None)
    with pytest.raises(NotFound):
        service.decide_about(
            import_ref=found.public_id, person_ref=line_of(found, "iPad").public_id, enrolment_ref=elsewhere.refs[0]
        )


def test_two_devices_and_two_names_of_one_person_count_once() -> None:
    taught = make_taught(participants=1)
    found = applied(taught, guest(taught, 0, (0, 40)), guest(taught, 0, (20, 60), name="iPad", email=""))
    service.decide_about(
        import_ref=found.public_id, person_ref=line_of(found, "iPad").public_id, enrolment_ref=taught.refs[0]
    )
    assert marks(taught) == {0: ("present", 60, "import")}


def test_the_same_file_again_changes_nothing() -> None:
    taught = make_taught(participants=2)
    first = applied(taught, guest(taught, 0), guest(taught, 1))
    before = marks(taught)
    second = applied(taught, guest(taught, 0), guest(taught, 1))
    assert second.id == first.id
    assert marks(taught) == before
    assert len(db.session.scalars(select(AttendanceImport)).all()) == 1


def test_a_meeting_that_was_restarted_has_two_reports_and_their_minutes_are_united() -> None:
    taught = make_taught(participants=1)
    applied(taught, guest(taught, 0, (0, 25)))
    assert marks(taught) == {0: ("absent", 25, "import")}
    applied(taught, guest(taught, 0, (20, 60)))
    assert marks(taught) == {0: ("present", 60, "import")}


def test_a_mark_by_hand_stands_and_the_report_s_word_is_kept_beside_it() -> None:
    taught = make_taught(participants=2)
    mark(taught.sessions[0], taught.enrolments[0], "absent")
    mark(taught.sessions[0], taught.enrolments[1], "late")
    applied(taught, guest(taught, 0), guest(taught, 1))
    assert marks(taught) == {0: ("absent", None, "hand"), 1: ("late", None, "hand")}
    (said,) = queries.disagreements(taught.sessions[0].id)
    assert (said.enrolment_id, said.mark, said.minutes) == (taught.enrolments[0].id, "present", 60)


@pytest.mark.parametrize(("take", "mark_then"), [(True, ("present", 60, "hand")), (False, ("absent", None, "hand"))])
def test_a_person_settles_what_a_report_disputes(take: bool, mark_then: tuple[str, int | None, str]) -> None:
    taught = make_taught(participants=1)
    mark(taught.sessions[0], taught.enrolments[0], "absent")
    applied(taught, guest(taught, 0))
    (said,) = queries.disagreements(taught.sessions[0].id)
    with pytest.raises(NotFound):
        service.settle_disagreement(
            disagreement_ref=said.public_id, class_session_ref=taught.session_refs[1], take=take
        )
    service.settle_disagreement(disagreement_ref=said.public_id, class_session_ref=taught.session_refs[0], take=take)
    assert marks(taught) == {0: mark_then}
    assert queries.disagreements(taught.sessions[0].id) == []


def test_an_import_taken_back_leaves_everything_as_it_was() -> None:
    taught = make_taught(participants=3)
    mark(taught.sessions[0], taught.enrolments[0], "absent")
    mark(taught.sessions[0], taught.enrolments[1], "excused")
    before, outcomes = marks(taught), Counter(queries.standings(taught.activity.id))
    found = applied(taught, guest(taught, 0), guest(taught, 2))
    assert marks(taught) != before
    service.undo_report(import_ref=found.public_id)
    assert marks(taught) == before
    assert queries.standings(taught.activity.id) == outcomes
    assert db.session.scalars(select(Disagreement)).all() == []
    with pytest.raises(errors.ImportNotApplied):
        service.undo_report(import_ref=found.public_id)
    with pytest.raises(errors.ImportUndone):
        service.apply_report(import_ref=found.public_id)


def test_taking_back_spares_what_a_person_marked_since_and_what_another_report_says() -> None:
    taught = make_taught(participants=2)
    first = applied(taught, guest(taught, 0), guest(taught, 1, (0, 25)))
    applied(taught, guest(taught, 1, (20, 60)))
    mark(taught.sessions[0], taught.enrolments[0], "late")
    service.undo_report(import_ref=first.public_id)
    assert marks(taught) == {0: ("late", None, "hand"), 1: ("present", 40, "import")}


def test_a_file_uploaded_again_after_it_was_taken_back_begins_anew() -> None:
    taught = make_taught(participants=1)
    found = applied(taught, guest(taught, 0))
    service.undo_report(import_ref=found.public_id)
    again = applied(taught, guest(taught, 0))
    assert (again.id, again.state) == (found.id, "applied")
    assert marks(taught) == {0: ("present", 60, "import")}


def test_the_report_of_another_place_is_read_by_its_clocks() -> None:
    taught = make_taught(participants=1)
    content = text_of(zoom_a([guest(taught, 0)], Writer("America/Mexico_City", us)), ",").encode()
    found = service.preview_report(
        class_session_ref=taught.session_refs[0], content=content, zone="America/Mexico_City"
    )
    assert [one.minutes for one in found.people] == [60]
    with pytest.raises(errors.ZoneUnknown):
        service.preview_report(class_session_ref=taught.session_refs[0], content=content, zone="Mars/Olympus")


@pytest.mark.parametrize("least", [0, -5, 1441])
def test_from_how_many_minutes_is_a_sensible_number(least: int) -> None:
    taught = make_taught(participants=1)
    with pytest.raises(errors.LeastMinutesOutOfRange):
        previewed(taught, guest(taught, 0), least=least)


def test_a_telephone_is_neither_kept_nor_decided_about() -> None:
    taught = make_taught(participants=1)
    found = previewed(taught, guest(taught, 0, name="+56 9 8765 4321", email=""))
    (line,) = found.people
    assert (line.name, line.key, line.standing) == ("", "", "left_out")
    with pytest.raises(errors.NotOneToDecide):
        service.decide_about(import_ref=found.public_id, person_ref=line.public_id, enrolment_ref=taught.refs[0])


def test_a_large_report_is_applied_by_the_worker_in_parts(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch, notes: list[tuple[str, tuple[str, ...]]]
) -> None:
    monkeypatch.setattr(reports, "AT_ONCE", 2)
    taught = make_taught(participants=5, sessions=1)
    found = applied(taught, *(guest(taught, place) for place in range(5)))
    assert (found.state, marks(taught)) == ("applying", {})
    assert (service.JOB, ()) in notes
    assert service.apply_waiting() == 3
    assert queries.attendance_import(found.public_id).state == "applied"
    assert Counter(mark for mark, _minutes, _source in marks(taught).values()) == {"present": 5}
    assert service.apply_waiting() == 0


def test_names_are_suggested_and_never_taken() -> None:
    taught = make_taught(participants=1)
    ana = taught.enrolments[0]
    known = queries.participants_known(taught.activity.id)
    from ilpes_lms.attendance.rules import suggestions

    assert [one.enrolment_id for one in suggestions([ana.person.full_name.upper()], known)] == [ana.id]
    assert suggestions(["Zoe Xavier"], known) == []
