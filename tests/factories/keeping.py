"""Something of each kind of data that is kept for a time; each returns from when its days count. In an app context."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from ilpes_lms.attendance import service as attendance
from ilpes_lms.attendance.reports import Span
from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock, files
from ilpes_lms.core.database import Model, writing
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.enrolment.models import Enrolment, KeptLetter, Review
from ilpes_lms.notifications.models import BouncedAddress, BounceReport, Message
from ilpes_lms.people.models import Attempt, OneTimeToken, SignIn
from ilpes_lms.privacy.taking import service as archives
from ilpes_lms.privacy.taking.models import DataArchive
from ilpes_lms.web.models import RememberedAnswer
from tests.factories import exports, imports, people
from tests.factories.applications import make_question, pdf
from tests.factories.attendance import make_taught
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import make_someone
from tests.factories.reports import VARIANTS, Guest, written_report

STRANGER = "Xóchitl Desconocida"


def kept(*rows: Model) -> datetime:
    """Keep rows as they are."""
    with writing() as session:
        session.add_all(rows)
    return clock.now()


def attempts() -> datetime:
    return kept(Attempt(key="k", at=clock.now()))


def links() -> datetime:
    now = clock.now()
    return kept(OneTimeToken(purpose="confirm_email", address_key="a", values={}, created_at=now, expires_at=now))


def sign_ins() -> datetime:
    owner, now = people.person(), clock.now()
    account = people.account(owner.emails[0].address)
    later = now + timedelta(days=14)
    return kept(
        SignIn(account_id=account.id, kind="browser", secret_digest="x", created_at=now, expires_at=later, ended_at=now)
    )


def messages() -> datetime:
    now = clock.now()
    message = Message(
        key="k", kind="test", person_id=make_someone().id, values={"a": 1}, message_id="<1@example.org>", state="sent",
        due_at=now, created_at=now, sent_at=now, erased=False, subject="Asunto", text="Texto", sent_to="b@example.org",
    )  # fmt: skip
    return kept(message)


def bounces() -> datetime:
    return kept(BounceReport(key="k", source="server", status="5.1.1", reason="unknown", at=clock.now()))


def failing_addresses() -> datetime:
    return kept(BouncedAddress(address_key="nobody@example.org", reason="550 unknown", since=clock.now()))


def drafts() -> datetime:
    activity = make_activity("international_open", admission="selection", closes_in=5)
    enrolment.save_draft(activity_ref=activity.public_id, person_id=make_someone().id, motivation="Casi", said={})
    return clock.now()


def unsent_files() -> datetime:
    return kept(KeptLetter(file_key=files.keep(pdf()), kept_at=clock.now()))


def invitations() -> datetime:
    activity = make_activity("national_restricted", admission="invitation")
    enrolment.invite(
        activity_ref=activity.public_id, email="xochitl@example.org", given_names="Xóchitl", first_surname="Luna"
    )
    return _end_of(activity)


def applications() -> datetime:
    _applied, activity = application()
    return _end_of(activity)


def application() -> tuple[Enrolment, Activity]:
    """Apply with a letter, be reviewed, and get no place."""
    activity = make_activity("international_open", admission="selection", closes_in=5)
    letter = make_question(activity, "file")
    ask = {"activity_ref": activity.public_id, "person_id": make_someone().id}
    token = enrolment.keep_file(**ask, question_ref=letter.public_id, name="carta.pdf", content=pdf())
    made = enrolment.apply(**ask, motivation="Por esto", said={letter.public_id: token})
    kept(Review(enrolment_id=made.id, reviewer_id=make_someone().id, score=50, note="tibio", at=clock.now()))
    return made, activity


def participant_lists() -> datetime:
    imports.check(make_activity("webinar"), imports.as_csv(imports.rows(1)))
    return clock.now()


def unapplied_reports() -> datetime:
    session = make_taught(participants=1).sessions[0]
    span = Span(session.starts_at, session.starts_at + timedelta(minutes=50))
    zoom = next(variant for variant in VARIANTS if variant.name == "zoom-a")
    content = written_report([Guest(STRANGER, "x@example.org", (span,))], zoom, session.zone)
    attendance.preview_report(class_session_ref=session.public_id, content=content, least_minutes=30)
    return clock.now()


def unapplied_exports() -> datetime:
    learner = exports.Learner(*STRANGER.split(), "x@example.org", 80.0)
    content = exports.as_csv(exports.grade_rows([learner], exports.SPANISH))
    attendance.preview_export(activity_ref=make_taught(participants=1).activity.public_id, content=content)
    return clock.now()


def strangers() -> datetime:
    unapplied_reports()
    return unapplied_exports()


def remembered_answers() -> datetime:
    now = clock.now()
    return kept(RememberedAnswer(caller="c", endpoint="/x", key="k", body_digest="", status=201, answer=b"{}", at=now))


def sights() -> datetime:
    audit.record_seen("people.one_person", "person", "p", [make_someone().public_id])
    return clock.now()


def archive(person_id: int) -> DataArchive:
    """Have somebody's data put into a file."""
    asked = archives.ask(person_id=person_id)
    archives.make_waiting()
    return asked


def made_archives() -> datetime:
    archive(make_someone().id)
    return clock.now()


MAKERS: dict[str, Callable[[], datetime]] = {
    each.__name__: each
    for each in (
        attempts, links, sign_ins, messages, bounces, failing_addresses, drafts, unsent_files, invitations,
        applications, participant_lists, unapplied_reports, unapplied_exports, strangers, remembered_answers, sights,
    )
} | {"archives": made_archives}  # fmt: skip


def _end_of(activity: Activity) -> datetime:
    # The last day is kept in full.
    last: date = activity.ends_on
    return datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1)
