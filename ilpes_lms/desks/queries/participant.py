"""What stands on a participant's own page."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from ilpes_lms.attendance import queries as attendance
from ilpes_lms.attendance import rules as attendance_rules
from ilpes_lms.attendance.models import Outcome
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.core.settings import institute_day
from ilpes_lms.enrolment import queries as enrolment
from ilpes_lms.enrolment.models import ApplicationDraft, Enrolment, Invitation, NominationQuota
from ilpes_lms.enrolment.rules import LIVE
from ilpes_lms.people.models import EmailAddress

_UNDECIDED = frozenset({"applied", "waitlisted", "offered"})
_MOST_MEETINGS = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """One of a person's enrolments with what follows from it.

    `held` counts the class sessions that are over, `to_come` those that are not; `attended` and `excused` are
    marks at any of them. `position` is the place in line of those who wait.
    """

    enrolment: Enrolment
    position: int | None = None
    held: int = 0
    to_come: int = 0
    attended: int = 0
    excused: int = 0
    outcome: Outcome | None = None
    certificates: list[Certificate] = field(default_factory=list)

    @property
    def activity(self) -> Activity:
        return self.enrolment.activity


@dataclass(frozen=True, slots=True)
class Meeting:
    """A class session of a participant that is under way or to come, with the link to join if there is one."""

    class_session: ClassSession
    standing: Standing
    link: str | None
    takes_check_ins: bool = False


@dataclass(frozen=True, slots=True)
class Nominating:
    """Places that a focal point fills, and how many are filled."""

    quota: NominationQuota
    filled: int


@dataclass(frozen=True, slots=True)
class Desk:
    """A participant's page: what waits for them, what they nominate for, and all they applied to or took part in."""

    offers: list[Standing]
    drafts: Sequence[ApplicationDraft]
    invitations: list[Invitation]
    meetings: list[Meeting]
    nominations: list[Nominating]
    applications: list[Standing]
    running: list[Standing]
    finished: list[Standing]
    cancelled: list[Standing]
    earlier: list[Standing]

    @property
    def is_empty(self) -> bool:
        waiting = (self.drafts, self.invitations, self.nominations)
        mine = (self.applications, self.running, self.finished, self.cancelled, self.earlier)
        return not any((*waiting, *mine))


@dataclass(frozen=True, slots=True)
class _Facts:
    """What other rooms know of a person's enrolments, by the enrolment's number; class sessions by the activity's."""

    positions: dict[int, int]
    sessions: dict[int, list[ClassSession]]
    marks: dict[int, dict[int, str]]
    outcomes: dict[int, Outcome]
    certificates: dict[int, list[Certificate]]


def participant_desk(person_id: int, now: datetime) -> Desk:
    """Return all that stands on a person's page, in ten statements at most."""
    mine = enrolment.of_person(person_id)
    sessions = _class_sessions([e.activity_id for e in mine if e.state == "confirmed"])
    facts = _facts(person_id, mine, sessions)
    standings = [_standing(each, facts, now) for each in mine]
    cancelled = [s for s in standings if s.enrolment.state in LIVE and _is_called_off(s) and not _is_over(s)]
    taking_place = [s for s in standings if not _is_called_off(s)]
    undecided = [s for s in taking_place if s.enrolment.state in _UNDECIDED and not _is_over(s)]
    confirmed = [s for s in taking_place if s.enrolment.state == "confirmed"]
    running = [s for s in confirmed if not _is_over(s)]
    return Desk(
        offers=sorted((s for s in undecided if _can_be_accepted(s, now)), key=_deadline),
        drafts=enrolment.drafts_of(person_id),
        invitations=_open_invitations(person_id, [e.activity_id for e in mine]),
        meetings=_with_check_in(_meetings(running, sessions, now), person_id, facts, now),
        nominations=_nominations(person_id),
        applications=undecided,
        running=sorted(running, key=lambda s: (s.activity.starts_on, s.activity.public_id)),
        finished=[s for s in confirmed if _is_over(s)],
        cancelled=cancelled,
        earlier=[s for s in standings if s not in undecided and s not in confirmed and s not in cancelled],
    )


def _facts(person_id: int, mine: list[Enrolment], sessions: dict[int, list[ClassSession]]) -> _Facts:
    outcomes, papers = _ends([e.id for e in mine if e.state == "confirmed"])
    return _Facts(
        positions=enrolment.ranks(mine),
        sessions=sessions,
        marks=_marks(person_id) if sessions else {},
        outcomes=outcomes,
        certificates=papers,
    )


def _standing(mine: Enrolment, facts: _Facts, now: datetime) -> Standing:
    sessions, marks = facts.sessions.get(mine.activity_id, []), facts.marks.get(mine.id, {})
    found = [marks[session.id] for session in sessions if session.id in marks]
    held = sum(session.ends_at <= now for session in sessions)
    return Standing(
        enrolment=mine,
        position=facts.positions.get(mine.id),
        held=held,
        to_come=len(sessions) - held,
        attended=sum(mark in attendance_rules.ATTENDED for mark in found),
        excused=found.count("excused"),
        outcome=facts.outcomes.get(mine.id),
        certificates=facts.certificates.get(mine.id, []),
    )


def _is_over(standing: Standing) -> bool:
    return standing.activity.ends_on < clock.today(standing.activity.zone)


def _is_called_off(standing: Standing) -> bool:
    return standing.activity.status == "cancelled"


def _can_be_accepted(standing: Standing, now: datetime) -> bool:
    deadline = standing.enrolment.offer_expires_at
    return standing.enrolment.state == "offered" and deadline is not None and deadline > now


def _deadline(standing: Standing) -> datetime:
    return standing.enrolment.offer_expires_at or standing.enrolment.applied_at


def _meetings(running: list[Standing], sessions: dict[int, list[ClassSession]], now: datetime) -> list[Meeting]:
    coming = [
        Meeting(session, standing, session.joining_link or standing.activity.joining_link)
        for standing in running
        for session in sessions.get(standing.enrolment.activity_id, [])
        if session.ends_at > now
    ]
    return sorted(coming, key=lambda m: (m.class_session.starts_at, m.class_session.public_id))[:_MOST_MEETINGS]


def _with_check_in(meetings: list[Meeting], person_id: int, facts: _Facts, now: datetime) -> list[Meeting]:
    """Say at which of a person's meetings they can check in now and have no mark yet; asked only when one is on."""
    if not any(meeting.class_session.starts_at <= now + attendance_rules.OPENS_BEFORE for meeting in meetings):
        return meetings
    takes = {
        session.id
        for session, enrolment_id, _screen in attendance.open_check_ins(person_id, now)
        if session.id not in facts.marks.get(enrolment_id, {})
    }
    return [replace(one, takes_check_ins=one.class_session.id in takes) for one in meetings]


def _class_sessions(activity_ids: Collection[int]) -> dict[int, list[ClassSession]]:
    found: dict[int, list[ClassSession]] = defaultdict(list)
    if not activity_ids:
        return found
    statement = select(ClassSession).where(
        ClassSession.activity_id.in_(activity_ids), ClassSession.status == "scheduled"
    )
    for session in db.session.scalars(statement.order_by(ClassSession.starts_at, ClassSession.id)):
        found[session.activity_id].append(session)
    return found


def _marks(person_id: int) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for mark in attendance.marks_of(person_id):
        found[mark.enrolment_id][mark.class_session_id] = mark.mark
    return found


def _ends(enrolment_ids: Collection[int]) -> tuple[dict[int, Outcome], dict[int, list[Certificate]]]:
    """Return how enrolments ended and what was issued for them, the newest first, in one statement."""
    outcomes: dict[int, Outcome] = {}
    papers: dict[int, list[Certificate]] = defaultdict(list)
    if not enrolment_ids:
        return outcomes, papers
    issued = (Certificate.enrolment_id == Enrolment.id) & (Certificate.state == "issued")
    statement = (
        select(Enrolment.id, Outcome, Certificate)
        .outerjoin(Outcome, Outcome.enrolment_id == Enrolment.id)
        .outerjoin(Certificate, issued)
        .where(Enrolment.id.in_(enrolment_ids))
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    )
    for number, outcome, certificate in db.session.execute(statement):
        if outcome:
            outcomes[number] = outcome
        if certificate:
            papers[number].append(certificate)
    return outcomes, papers


def _nominations(person_id: int) -> list[Nominating]:
    quotas = enrolment.quotas_of_focal_point(person_id)
    filled = enrolment.filled_of([quota.id for quota in quotas]) if quotas else {}
    return [Nominating(quota, filled.get(quota.id, 0)) for quota in quotas]


def _open_invitations(person_id: int, known: Collection[int]) -> list[Invitation]:
    """Return what someone is invited to under a confirmed address of theirs and has not answered."""
    own = select(EmailAddress.address_key).where(
        EmailAddress.person_id == person_id, EmailAddress.verified_at.is_not(None)
    )
    statement = (
        select(Invitation)
        .join(Invitation.activity)
        .options(joinedload(Invitation.activity))
        .where(
            Invitation.email_key.in_(own),
            Invitation.state == "sent",
            or_(Invitation.expires_at.is_(None), Invitation.expires_at > clock.now()),
            Invitation.activity_id.not_in(known),
            Activity.status == "published",
            Activity.ends_on >= institute_day(),
        )
        .order_by(Invitation.id.desc())
    )
    return list(db.session.scalars(statement))
