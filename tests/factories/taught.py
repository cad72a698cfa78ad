"""An activity of a division with all that its desks hang on it: reports, exports, corrections, letters."""

from apiflask import APIFlask

from ilpes_lms.attendance import queries, service
from ilpes_lms.attendance.reports import Span
from tests.factories import announcements
from tests.factories.attendance import make_taught, mark
from tests.factories.enrolment import enrol
from tests.factories.exports import SPANISH, Learner, as_csv, grade_rows
from tests.factories.people import coordinator, person
from tests.factories.reports import VARIANTS, Guest, written_report

ZOOM = next(variant for variant in VARIANTS if variant.name == "zoom-a")
Values = dict[str, str]


def make_desk(app: APIFlask, *, division: str, email: str, title: str | None = None) -> Values:
    """Make the activity; return the reference of each thing that hangs on it, by the name that addresses give it.

    `report_ref` and `export_ref` are the two things that addresses call `import_ref`.
    """
    with app.app_context():
        staff = coordinator(email, division=division, language="en")
        taught = make_taught(participants=0, sessions=2, division=division, title=title)
        someone = person(f"participant.{email}")
        enrolment = enrol(taught.activity, someone)
        mark(taught.sessions[0], enrolment, "absent")
        appeal = service.ask_for_correction(
            enrolment_ref=enrolment.public_id, person_id=someone.id, text=title or "Estuve presente."
        )
        session, address = taught.sessions[0], someone.emails[0].address
        stay = (Span(session.starts_at, session.ends_at),)
        people = [Guest(someone.full_name, address, stay), Guest(title or "Desconocida", "", stay)]
        report = service.preview_report(
            class_session_ref=session.public_id, content=written_report(people, ZOOM, session.zone), least_minutes=30
        )
        service.apply_report(import_ref=report.public_id)
        (disagreement,) = queries.disagreements(session.id)
        learners = [Learner(title or "Desconocida", "Otra", "otra@example.com", 80, (True,))]
        export = service.preview_export(
            activity_ref=taught.activity.public_id, content=as_csv(grade_rows(learners, SPANISH))
        )
        letter = announcements.draft(taught.activity, staff)
        return {
            "activity_ref": taught.activity.public_id, "class_session_ref": session.public_id,
            "enrolment_ref": enrolment.public_id, "appeal_ref": appeal.public_id, "report_ref": report.public_id,
            "export_ref": export.public_id, "row_ref": queries.export_rows(export.id)[0].public_id,
            "person_ref": report.people[1].public_id, "disagreement_ref": disagreement.public_id,
            "ref": letter.public_id, "rule": "activity_starts",
        }  # fmt: skip
