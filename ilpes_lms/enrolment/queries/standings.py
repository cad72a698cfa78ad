"""How persons and places stand."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CompoundSelect, Select, and_, bindparam, func, literal, null, or_, select, union_all
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.core import clock
from ilpes_lms.core.database import UTCDateTime, db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment.models import ApplicationQuestion, Enrolment, EnrolmentChange, PlaceHold, PlaceRule
from ilpes_lms.enrolment.queries.links import kept_for_institutions
from ilpes_lms.enrolment.rules import HELD_BACK, HOLDING, LIVE, Places
from ilpes_lms.people.models import Person

# Asked with every registration, so made once: making a statement costs as much as asking it.
_OF_PERSON = (
    select(Enrolment)
    .where(Enrolment.person_id == bindparam("person"), Enrolment.activity_id == bindparam("activity"))
    .options(selectinload(Enrolment.changes))
    .execution_options(populate_existing=True)
)
_ACTIVITY = bindparam("activity", type_=BigInteger)
_PLACES: CompoundSelect[Any] = union_all(
    select(Enrolment.state, func.count(), func.max(Enrolment.place_number), func.max(Enrolment.waiting_position))
    .where(Enrolment.activity_id == _ACTIVITY, Enrolment.state.in_(LIVE))
    .group_by(Enrolment.state),
    select(literal("kept"), func.count(), null(), null()).where(
        PlaceHold.activity_id == _ACTIVITY, PlaceHold.expires_at > bindparam("now", type_=UTCDateTime)
    ),
    select(literal("ruled"), func.count(), null(), null()).where(PlaceRule.activity_id == _ACTIVITY),
    # Asked along with the rest, so that an activity without questions costs no statement more under the lock.
    select(literal("asking"), func.count(), null(), null()).where(
        ApplicationQuestion.activity_id == _ACTIVITY, ApplicationQuestion.asked
    ),
)


def activities_off_their_counts() -> int:
    """Return of how many activities the counts are not the numbers of rows; it should always be none."""
    counted = (
        select(
            Enrolment.activity_id,
            func.count().filter(Enrolment.state == "confirmed").label("confirmed"),
            func.count().filter(Enrolment.state == "waitlisted").label("waiting"),
        )
        .group_by(Enrolment.activity_id)
        .subquery()
    )
    off = or_(
        Activity.confirmed_count != func.coalesce(counted.c.confirmed, 0),
        Activity.waiting_count != func.coalesce(counted.c.waiting, 0),
    )
    found = select(func.count()).select_from(Activity).outerjoin(counted, counted.c.activity_id == Activity.id)
    return db.session.scalar(found.where(off)) or 0


def enrolment(ref: str) -> Enrolment:
    """Return an enrolment with its person, activity and history, whoever it belongs to."""
    return _one(_whole().where(Enrolment.public_id == ref))


def own(ref: str, person_id: int) -> Enrolment:
    """Return a person's own enrolment; that of someone else does not exist."""
    return _one(_whole().where(Enrolment.public_id == ref, Enrolment.person_id == person_id))


def enrolment_in(ref: str, activity_id: int) -> Enrolment:
    """Return an enrolment of one activity; one of another does not exist."""
    return _one(_whole().where(Enrolment.public_id == ref, Enrolment.activity_id == activity_id))


def enrolment_of(person_id: int, activity_id: int) -> Enrolment | None:
    """Return a person's standing in an activity, read afresh, with its history."""
    return db.session.scalar(_OF_PERSON, {"person": person_id, "activity": activity_id})


def of_person(person_id: int) -> list[Enrolment]:
    """Return all of a person's enrolments with their activities, the latest beginning first."""
    statement = (
        select(Enrolment)
        .join(Enrolment.activity)
        .options(contains_eager(Enrolment.activity))
        .where(Enrolment.person_id == person_id)
        .order_by(Activity.starts_on.desc(), Enrolment.id.desc())
    )
    return list(db.session.scalars(statement))


def confirmed(activity_id: int) -> list[Enrolment]:
    """Return the participants of an activity with their persons, by surname."""
    statement = (
        select(Enrolment)
        .join(Enrolment.person)
        .options(contains_eager(Enrolment.person))
        .where(Enrolment.activity_id == activity_id, Enrolment.state == "confirmed")
        .order_by(Person.name_key, Enrolment.id)
    )
    return list(db.session.scalars(statement))


def confirmed_between(start: date, end: date) -> list[Enrolment]:
    """Return the confirmed enrolments of the activities whose dates overlap a period, with their activities."""
    statement = (
        select(Enrolment)
        .join(Enrolment.activity)
        .options(contains_eager(Enrolment.activity))
        .where(Enrolment.state == "confirmed", Activity.starts_on <= end, Activity.ends_on >= start)
        .order_by(Enrolment.activity_id, Enrolment.id)
    )
    return list(db.session.scalars(statement))


def places(activity: Activity, *, for_nominee: bool = False) -> Places:
    """Return how an activity's places stand; true only as long as its row is locked.

    Places that institutions were given are kept for their nominees, and from everybody else.
    """
    counted = db.session.connection().execute(_PLACES, {"activity": activity.id, "now": clock.now()}).all()
    count = {state: number for state, number, _place, _position in counted}
    held = sum(count.get(state, 0) for state in HOLDING)
    highest = max((place or 0 for _state, _number, place, _position in counted), default=0)
    last = max((position or 0 for _state, _number, _place, position in counted), default=0)
    return Places(
        capacity=activity.capacity,
        held=held,
        confirmed=count.get("confirmed", 0),
        waiting=count.get("waitlisted", 0),
        undecided=count.get("applied", 0),
        kept=count["kept"] + (0 if for_nominee else _kept_for_nominees(activity)),
        ruled=count["ruled"] > 0,
        asking=count["asking"] > 0,
        free_number=held + 1 if highest == held else _lowest_gap(activity.id),
        next_position=last + 1,
    )


def _kept_for_nominees(activity: Activity) -> int:
    return kept_for_institutions(activity.id) if activity.admission == "nomination" else 0


def rank(waiting: Enrolment) -> int | None:
    """Return how many stand on the waiting list up to and with this person, None if they do not wait."""
    if waiting.waiting_position is None:
        return None
    statement = select(func.count()).where(
        Enrolment.activity_id == waiting.activity_id, Enrolment.waiting_position <= waiting.waiting_position
    )
    return db.session.scalar(statement)


def held_back(waiting: Enrolment) -> str:
    """Return for which place rule somebody had to wait when they came, empty if it was for none."""
    reason = waiting.changes[-1].reason if waiting.changes else ""
    return reason if reason in HELD_BACK.values() else ""


def ranks(enrolments: Sequence[Enrolment]) -> dict[int, int]:
    """Return the place in line of those among some enrolments who wait, in one statement."""
    ids = [enrolment.id for enrolment in enrolments if enrolment.waiting_position is not None]
    if not ids:
        return {}
    before = aliased(Enrolment)
    ahead = and_(before.activity_id == Enrolment.activity_id, before.waiting_position <= Enrolment.waiting_position)
    statement = select(Enrolment.id, func.count()).join(before, ahead).where(Enrolment.id.in_(ids))
    return {row[0]: row[1] for row in db.session.execute(statement.group_by(Enrolment.id))}


def first_waiting(activity_id: int, number: int) -> list[Enrolment]:
    """Return those who are next on a waiting list, read afresh, with their persons."""
    statement = (
        select(Enrolment)
        .options(joinedload(Enrolment.person))
        .where(Enrolment.activity_id == activity_id, Enrolment.state == "waitlisted")
        .order_by(Enrolment.waiting_position)
        .limit(number)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(statement))


def waiting_named(activity_id: int, refs: Sequence[str]) -> list[Enrolment]:
    """Return some of those who wait, read afresh, with their persons, in the order named."""
    statement = (
        select(Enrolment)
        .options(joinedload(Enrolment.person))
        .where(Enrolment.activity_id == activity_id, Enrolment.public_id.in_(refs), Enrolment.state == "waitlisted")
        .execution_options(populate_existing=True)
    )
    found = {enrolment.public_id: enrolment for enrolment in db.session.scalars(statement)}
    return [found[ref] for ref in refs]


def newest_change(ref: str) -> tuple[Enrolment, int] | None:
    """Return an enrolment as it is now, with the key of its last step."""
    statement = (
        select(Enrolment, func.max(EnrolmentChange.id))
        .join(EnrolmentChange, EnrolmentChange.enrolment_id == Enrolment.id)
        .where(Enrolment.public_id == ref)
        .group_by(Enrolment.id)
        .execution_options(populate_existing=True)
    )
    row = db.session.execute(statement).first()
    return None if row is None else (row[0], row[1])


def begins_at(activity: Activity) -> datetime:
    """Return when an activity begins: its first class session, else its first day where it takes place."""
    first = db.session.scalar(
        select(func.min(ClassSession.starts_at)).where(
            ClassSession.activity_id == activity.id, ClassSession.status == "scheduled"
        )
    )
    midnight = datetime(activity.starts_on.year, activity.starts_on.month, activity.starts_on.day)  # noqa: DTZ001 - wall time
    return first or clock.at_place(midnight, activity.zone)


def with_lapsed_offers(now: datetime) -> list[int]:
    """Return the activities where an offer's deadline has passed."""
    statement = select(Enrolment.activity_id).where(Enrolment.state == "offered", Enrolment.offer_expires_at <= now)
    return sorted(set(db.session.scalars(statement)))


def with_promotable(today: date) -> list[int]:
    """Return the running or coming activities where people wait and places may be free."""
    statement = select(Activity.id).where(
        Activity.status == "published",
        Activity.waiting_count > 0,
        Activity.ends_on >= today,
        or_(Activity.capacity.is_(None), Activity.confirmed_count < Activity.capacity),
    )
    return sorted(db.session.scalars(statement))


def _whole() -> Select[Enrolment]:
    return select(Enrolment).options(
        joinedload(Enrolment.person), joinedload(Enrolment.activity), selectinload(Enrolment.changes)
    )


def _one(statement: Select[Enrolment]) -> Enrolment:
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound
    return found


def _lowest_gap(activity_id: int) -> int:
    """Return the lowest place number nobody holds: 1, or the one after a held one whose next is free."""
    here = and_(Enrolment.activity_id == activity_id)
    if not db.session.scalar(select(Enrolment.id).where(here, Enrolment.place_number == 1)):
        return 1
    after = aliased(Enrolment)
    taken = select(after.id).where(after.activity_id == activity_id, after.place_number == Enrolment.place_number + 1)
    lowest = db.session.scalar(select(func.min(Enrolment.place_number)).where(here, ~taken.exists()))
    return (lowest or 0) + 1
