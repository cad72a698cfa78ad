"""A person whose every word is like nobody else's, led through the whole house; to be called inside an app context."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ilpes_lms.attendance import service as attendance
from ilpes_lms.attendance.models import OutcomeAppeal
from ilpes_lms.attendance.reports import Span
from ilpes_lms.calendars import service as calendars
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.enrolment.models import AttributeCorrection, Enrolment, Review
from ilpes_lms.notifications import service as notifications
from ilpes_lms.notifications.models import BouncedAddress, BounceReport, Message
from ilpes_lms.people import service as people
from ilpes_lms.people.models import Consent, Person
from ilpes_lms.privacy.models import ErasureRequest
from ilpes_lms.privacy.retention.models import DisuseNotice
from ilpes_lms.privacy.taking import service as archives
from ilpes_lms.reminders.announcements.models import Announcement
from ilpes_lms.web.models import RememberedAnswer
from tests.factories import exports, imports
from tests.factories.applications import make_question, pdf
from tests.factories.attendance import Taught, make_taught
from tests.factories.catalogue import make_activity
from tests.factories.certificates import make_issued
from tests.factories.enrolment import make_quota, make_someone
from tests.factories.people import account
from tests.factories.reports import VARIANTS, Guest, written_report

ADDRESS = "Canaria@Nahuatl.example.org"
NAMES = {"given_names": "Zuriñe", "first_surname": "Quetzalcóatl", "second_surname": "Xochipilli"}
FULL_NAME = " ".join(NAMES.values())
# What she said of herself, and what others said of her.
SAID = ("tucanera", "Colibríes Asociados", "rampa para guacamayos", "motivo de obsidiana", "nota de jade", "carta-ónix")
WORDS = (*NAMES.values(), ADDRESS, *SAID)


@dataclass
class Canary:
    """Somebody who did and suffered everything; `words` are found nowhere once she is erased."""

    person_id: int
    person_ref: str
    account_ref: str
    enrolment_ids: list[int]

    @property
    def words(self) -> tuple[str, ...]:
        return *WORDS, self.person_ref, self.account_ref


def make_canary() -> Canary:
    """Lead her through applications, reports, certificates, messages, lists and links."""
    issued = make_issued(email=ADDRESS, **NAMES)
    person = issued.holder
    with writing():
        person.position, person.organization_text, person.accessibility_needs = SAID[0], SAID[1], SAID[2]
        person.nationality = person.residence_country = "MEX"
    _is_reported(issued.taught)
    _is_exported(issued.taught)
    _applies(person)
    _is_asked()
    _is_on_a_list()
    _teaches(person)
    _is_written_to(person)
    _is_kept_by_name(person, issued.enrolment.id)
    _takes_along(person)
    own = db.session.query(Enrolment.id).filter_by(person_id=person.id)
    return Canary(person.id, person.public_id, account(ADDRESS).public_id, [row[0] for row in own])


def _takes_along(person: Person) -> None:
    """Have all her data in a file, and be told that her account is not used."""
    archives.ask(person_id=person.id)
    archives.make_waiting()
    with writing() as session:
        session.add(DisuseNotice(person_id=person.id, told_at=clock.now()))


def _is_reported(taught: Taught) -> None:
    """Stand in reports: known by the address, and elsewhere by a name that nobody matched."""
    zoom = next(variant for variant in VARIANTS if variant.name == "zoom-a")
    for place, email in ((taught, ADDRESS), (make_taught(participants=1), "")):
        session = place.sessions[0]
        span = Span(session.starts_at, session.starts_at + timedelta(minutes=50))
        content = written_report([Guest(FULL_NAME, email, (span,))], zoom, session.zone)
        attendance.preview_report(class_session_ref=session.public_id, content=content, least_minutes=30)


def _is_exported(taught: Taught) -> None:
    learner = exports.Learner("Zuriñe", "Quetzalcóatl Xochipilli", ADDRESS, 80.0)
    content = exports.as_csv(exports.grade_rows([learner], exports.SPANISH))
    attendance.preview_export(activity_ref=taught.activity.public_id, content=content)


def _applies(person: Person) -> None:
    activity = make_activity("international_open", admission="selection", closes_in=5)
    text, letter = make_question(activity), make_question(activity, "file")
    ask: dict[str, Any] = {"activity_ref": activity.public_id, "person_id": person.id}
    token = enrolment.keep_file(**ask, question_ref=letter.public_id, name=f"{SAID[5]}.pdf", content=pdf())
    made = enrolment.apply(**ask, motivation=SAID[3], said={text.public_id: FULL_NAME, letter.public_id: token})
    now, judge = clock.now(), make_someone()
    with writing() as session:
        session.add(Review(enrolment_id=made.id, reviewer_id=judge.id, score=50, note=SAID[4], at=now))
        session.add(
            AttributeCorrection(
                enrolment_id=made.id,
                field="position_held",
                before=SAID[0],
                after=SAID[0],
                reason=SAID[4],
                actor="",
                at=now,
            )
        )
    draft = make_activity("international_open", admission="selection", closes_in=5)
    enrolment.save_draft(activity_ref=draft.public_id, person_id=person.id, motivation=SAID[3], said={})


def _is_asked() -> None:
    """Be invited, be nominated by one institution, nominate for another, and have a place held."""
    invited = make_activity("national_restricted", admission="invitation")
    enrolment.invite(
        activity_ref=invited.public_id, email=ADDRESS, given_names="Zuriñe", first_surname="Quetzalcóatl",
        position=SAID[0],
    )  # fmt: skip
    nominated = make_activity("national_restricted", admission="nomination")
    _quota, token = make_quota(nominated)
    enrolment.nominate(token=token, email=ADDRESS, given_names="Zuriñe", first_surname="Quetzalcóatl")
    make_quota(nominated, email=ADDRESS)


def _is_on_a_list() -> None:
    listed = imports.row(given="Zuriñe", first="Quetzalcóatl", second="Xochipilli", email=ADDRESS, institution=SAID[1])
    imports.check(make_activity("webinar"), imports.as_csv([imports.row(), listed]))


def _teaches(person: Person) -> None:
    taught = make_activity("webinar", contact=ADDRESS)
    catalogue.assign(activity_id=taught.id, person_id=person.id, role="instructor")


def _is_written_to(person: Person) -> None:
    """Get letters, be named in somebody else's, decline a kind, have a feed, and have an address that fails."""
    calendars.make_feed(person_id=person.id)
    people.set_password(account_id=account(ADDRESS).id, password="seven quiet rivers")
    people.request_reset(email=ADDRESS)
    notifications.deliver(for_seconds=60)
    activity = make_activity("webinar")
    with writing() as session:
        own = session.query(Message).filter_by(person_id=person.id).first()
        assert own is not None
        session.add(
            BounceReport(key="k", message_id=own.id, source="server", status="5.1.1", reason=ADDRESS, at=clock.now())
        )
        session.add(BouncedAddress(address_key=ADDRESS.casefold(), reason=f"<{ADDRESS}>: unknown", since=clock.now()))
        session.add(_to_somebody_else())
        session.add(
            Announcement(
                activity_id=activity.id,
                state="draft",
                audience={},
                words={"es": {"body": f"Viene {FULL_NAME}."}},
                by="",
                created_at=clock.now(),
            )
        )


def _to_somebody_else() -> Message:
    return Message(
        key="to somebody else", kind="test", person_id=make_someone().id, values={"name": FULL_NAME},
        message_id="<1@example.org>", state="sent", due_at=clock.now(), created_at=clock.now(), erased=True,
        subject=f"Para {FULL_NAME}", text=f"{FULL_NAME} ({ADDRESS}) fue postulada.", sent_to="b@example.org",
    )  # fmt: skip


def _is_kept_by_name(person: Person, enrolment_id: int) -> None:
    """Be what programs were answered, agree to a notice, complain, and want to be erased."""
    now = clock.now()
    with writing() as session:
        session.add(Consent(person_id=person.id, notice_version="2026-01", given_at=now))
        session.add(OutcomeAppeal(enrolment_id=enrolment_id, text=SAID[4], asked_at=now))
        session.add(ErasureRequest(person_id=person.id, asked_at=now, due_at=now))
        for caller, answer in ((account(ADDRESS).public_id, b"{}"), ("coordinator", f'"{ADDRESS}"'.encode())):
            session.add(
                RememberedAnswer(
                    caller=caller, endpoint="/api/v1/x", key="k", body_digest="", status=201, answer=answer, at=now
                )
            )
