"""Whom occasions reach: one statement, however many activities, rules and people.

Every part of it answers with the same columns: which occasion, the recipient's part of the key, the person, an address
where it is not the person's own, their zone, the thing and its moment where they are their own, and when a letter last
told them the same.
"""

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from ilpes_lms.attendance.models import Mark, Outcome
from ilpes_lms.catalogue.models import Activity, Assignment, ClassSession
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core.database import UTCDateTime
from ilpes_lms.enrolment.models import ApplicationDraft, Enrolment, Invitation, NominationQuota
from ilpes_lms.notifications.models import Message
from ilpes_lms.people.models import EmailAddress, Person
from ilpes_lms.reminders import rules

_ABOUT_ALL = (rules.ACTIVITY_START, rules.CLASS_SESSION, rules.ACTIVITY_END)
_TELLING = {
    rules.ACTIVITY_START: ("enrolment.confirmed", "enrolment.promoted", "enrolment.listed"),
    rules.OFFER_DEADLINE: ("enrolment.offered",),
}
_LIVE = ("applied", "waitlisted", "offered", "confirmed")
_NOMINATED = ("sent", "accepted")
_A_DAY, _A_YEAR = 10, 4
_READY = "ready"


def recipients_of(o: CTE, anchors: set[str], *, subject: str | None = None) -> CompoundSelect[Any]:
    """Return the statement of all whom some occasions reach and for whom nothing is written down yet.

    With `subject` it is about that recipient alone, written down or not.
    """
    parts = [part for wanted, make in _PARTS for part in [make(o, subject)] if anchors & set(wanted)]
    return union_all(*parts)


def _part(o: CTE, subject: Any, wanted: str | None, *, name: Any = None, **columns: Any) -> Select[Any]:
    """Return the columns of a part of the statement, without those who have it already."""
    thing = o.c.name if name is None else name
    key = literal("reminder:") + o.c.code + literal(":") + subject + literal(":") + thing
    return (
        select(
            o.c.number,
            cast(subject, String).label("subject"),
            cast(columns.get("person", Person.id), Enrolment.person_id.type).label("person_id"),
            cast(columns.get("address", null()), String).label("address"),
            cast(columns.get("zone", Person.zone), String).label("zone"),
            cast(thing, String).label("name"),
            _moment(columns.get("about")).label("about"),
            _moment(columns.get("told")).label("told"),
        )
        .select_from(o)
        .where(subject == wanted if wanted else ~exists().where(Message.key == key))
    )


def _moment(found: Any) -> Any:
    # A cast of what is a moment already would cut its text on SQLite.
    return cast(null(), UTCDateTime) if found is None else found


def _participants(o: CTE, wanted: str | None) -> Select[Any]:
    told = case((o.c.anchor == rules.ACTIVITY_START, _told(rules.ACTIVITY_START)), else_=None)
    return (
        _part(o, Enrolment.public_id, wanted, told=told)
        .join(Enrolment, and_(Enrolment.activity_id == o.c.activity_id, Enrolment.state == o.c.standing))
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Outcome, Outcome.enrolment_id == Enrolment.id)
        .where(o.c.anchor.in_(_ABOUT_ALL), or_(o.c.outcome == "", Outcome.result == o.c.outcome))
    )


def _offered(o: CTE, wanted: str | None) -> Select[Any]:
    lapses = Enrolment.offer_expires_at
    part = _part(
        o, Enrolment.public_id, wanted, name=_written(lapses, _A_DAY), about=lapses, told=_told(rules.OFFER_DEADLINE)
    )
    return (
        part.join(Enrolment, and_(Enrolment.activity_id == o.c.activity_id, Enrolment.state == o.c.standing))
        .join(Person, Person.id == Enrolment.person_id)
        .where(o.c.anchor == rules.OFFER_DEADLINE, lapses.between(o.c.low, o.c.high))
    )


def _incomplete(o: CTE, wanted: str | None) -> Select[Any]:
    """Return those whose profile lacks what eligibility and statistics need: once a person and year."""
    applied = Enrolment.applied_at
    return (
        _part(o, Person.public_id, wanted, name=_written(applied, _A_YEAR), about=applied)
        .join(Enrolment, and_(Enrolment.activity_id == o.c.activity_id, Enrolment.state == o.c.standing))
        .join(Person, Person.id == Enrolment.person_id)
        .where(o.c.anchor == rules.PROFILE_INCOMPLETE, applied.between(o.c.low, o.c.high), incomplete())
    )


def incomplete() -> ColumnElement[bool]:
    """Return the condition that a person's profile lacks a country, an institution or its sector."""
    nowhere = and_(Person.organization_id.is_(None), Person.organization_text == "")
    return or_(Person.residence_country.is_(None), nowhere, Person.sector.is_(None))


def _drafting(o: CTE, wanted: str | None) -> Select[Any]:
    applied = exists().where(
        Enrolment.activity_id == ApplicationDraft.activity_id, Enrolment.person_id == ApplicationDraft.person_id,
        Enrolment.state.in_(_LIVE),
    )  # fmt: skip
    return (
        _part(o, _in_activity(), wanted)
        .join(Activity, Activity.id == o.c.activity_id)
        .join(ApplicationDraft, ApplicationDraft.activity_id == o.c.activity_id)
        .join(Person, Person.id == ApplicationDraft.person_id)
        .where(o.c.anchor == rules.APPLICATION_DEADLINE, ~applied)
    )


def _teaching(o: CTE, wanted: str | None) -> Select[Any]:
    in_charge = and_(
        Assignment.activity_id == o.c.activity_id, Assignment.role == "instructor",
        or_(Assignment.starts_on.is_(None), Assignment.starts_on <= o.c.day),
        or_(Assignment.ends_on.is_(None), Assignment.ends_on >= o.c.day),
    )  # fmt: skip
    return (
        _part(o, _in_activity(), wanted)
        .join(Activity, Activity.id == o.c.activity_id)
        .join(Assignment, in_charge)
        .join(Person, Person.id == Assignment.person_id)
        .where(o.c.standing == rules.INSTRUCTORS)
        .where(or_(o.c.anchor != rules.MARKS_MISSING, _unmarked(o)))
    )


def _unmarked(o: CTE) -> ColumnElement[bool]:
    """Return the condition that somebody has no mark at a class session of an occasion's day."""
    return exists().where(
        ClassSession.activity_id == o.c.activity_id, ClassSession.status == "scheduled",
        func.substr(ClassSession.wall_start, 1, _A_DAY) == o.c.name, Enrolment.activity_id == ClassSession.activity_id,
        Enrolment.state == "confirmed",
        ~exists().where(Mark.class_session_id == ClassSession.id, Mark.enrolment_id == Enrolment.id),
    )  # fmt: skip


def _nominating(o: CTE, wanted: str | None) -> Select[Any]:
    closes, known = NominationQuota.closes_at, EmailAddress
    filled = (
        select(func.count(Invitation.id))
        .where(Invitation.quota_id == NominationQuota.id, Invitation.state.in_(_NOMINATED))
        .correlate(NominationQuota)
        .scalar_subquery()
    )
    theirs = and_(known.address_key == func.lower(NominationQuota.focal_point_email), known.verified_at.is_not(None))
    part = _part(
        o, NominationQuota.public_id, wanted, name=_written(closes, _A_DAY), about=closes,
        address=NominationQuota.focal_point_email, zone=func.coalesce(Person.zone, Activity.zone),
    )  # fmt: skip
    return (
        part.join(Activity, Activity.id == o.c.activity_id)
        .join(NominationQuota, NominationQuota.activity_id == o.c.activity_id)
        .outerjoin(known, theirs)
        .outerjoin(Person, Person.id == known.person_id)
        .where(o.c.anchor == rules.NOMINATIONS_UNFILLED, closes.between(o.c.low, o.c.high))
        .where(NominationQuota.places > filled)
    )


def _certified(o: CTE, wanted: str | None) -> Select[Any]:
    """Return those who have taken none of the certificates of an activity that are ready for them."""
    other = aliased(Certificate)
    taken = exists().where(
        other.activity_ref == Certificate.activity_ref, other.person_id == Certificate.person_id,
        other.fetched_at.is_not(None),
    )  # fmt: skip
    return (
        _part(o, _in_activity(), wanted, name=literal(_READY), about=Certificate.issued_at)
        .join(Activity, Activity.id == o.c.activity_id)
        .join(Certificate, Certificate.activity_ref == Activity.public_id)
        .join(Person, Person.id == Certificate.person_id)
        .where(o.c.anchor == rules.CERTIFICATE_READY, Certificate.state == "issued", ~taken)
        .where(Certificate.issued_at.between(o.c.low, o.c.high))
    )


def _in_activity() -> ColumnElement[str]:
    return Activity.public_id + literal(".") + Person.public_id


def _written(moment: Any, letters: int) -> ColumnElement[str]:
    # UTC, by both databases, as they write it.
    return func.substr(cast(moment, String), 1, letters)


def _told(anchor: str) -> Any:
    letters = select(func.max(Message.created_at)).join(Activity, Activity.public_id == Message.activity_ref)
    return (
        letters.where(
            Message.person_id == Enrolment.person_id,
            Activity.id == Enrolment.activity_id,
            Message.kind.in_(_TELLING[anchor]),
        )
        .correlate(Enrolment)
        .scalar_subquery()
    )


_PARTS = (
    (_ABOUT_ALL, _participants),
    ((rules.OFFER_DEADLINE,), _offered),
    ((rules.PROFILE_INCOMPLETE,), _incomplete),
    ((rules.APPLICATION_DEADLINE,), _drafting),
    ((rules.ACTIVITY_START, rules.CLASS_SESSION, rules.MARKS_MISSING), _teaching),
    ((rules.NOMINATIONS_UNFILLED,), _nominating),
    ((rules.CERTIFICATE_READY,), _certified),
)
