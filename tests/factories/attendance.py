"""Activities with participants whose class sessions have begun, for tests; to be called inside an app context."""

from dataclasses import dataclass, field

from ilpes_lms.attendance import service
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.core.database import db, writing
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Person
from tests.factories.catalogue import make_activity, make_class_session
from tests.factories.enrolment import enrol
from tests.factories.people import person


@dataclass
class Taught:
    """An activity under way: its past class sessions, its participants, its instructor."""

    activity: Activity
    sessions: list[ClassSession]
    enrolments: list[Enrolment]
    instructor: Person | None = None
    refs: list[str] = field(default_factory=list)
    session_refs: list[str] = field(default_factory=list)


def make_taught(
    kind: str = "international_open",
    *,
    sessions: int = 5,
    participants: int = 2,
    instructor: str | None = None,
    division: str | None = None,
    **fields: object,
) -> Taught:
    """Add an activity with so many class sessions, one a day and all of them begun, and so many participants."""
    with writing():
        activity = make_activity(kind, starts_in=-sessions, days=sessions, division=division, **fields)
        held = [make_class_session(activity, starts_in=day - sessions) for day in range(sessions)]
        enrolments = [enrol(activity) for _ in range(participants)]
        teacher = person(instructor) if instructor else None
        if teacher:
            catalogue.assign(activity_id=activity.id, person_id=teacher.id, role="instructor")
    refs, session_refs = [e.public_id for e in enrolments], [s.public_id for s in held]
    return Taught(activity, held, enrolments, teacher, refs, session_refs)


def mark(session: ClassSession, enrolment: Enrolment, what: str = "present") -> None:
    """Mark one participant; what tests hold can be read on when the session is gone."""
    service.mark(class_session_ref=session.public_id, enrolment_ref=enrolment.public_id, mark=what)
    for held in [one for one in db.session if isinstance(one, Activity | ClassSession | Enrolment | Person)]:
        db.session.refresh(held)


def complete(taught: Taught) -> None:
    """Mark everyone present everywhere, so that all complete the activity."""
    for session in taught.sessions:
        service.mark_all_present(class_session_ref=session.public_id)
