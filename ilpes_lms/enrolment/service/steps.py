"""One step of an enrolment's life: checked, written, remembered, told (laws 3 and 5)."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, violates
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.errors import PersonWasMerged, PlaceTaken
from ilpes_lms.enrolment.models import Enrolment, EnrolmentChange
from ilpes_lms.enrolment.rules import Places, Standing
from ilpes_lms.enrolment.service import log, promotion
from ilpes_lms.notifications import service as notifications

# Which message a new state calls for; a withdrawal is the person's own deed and needs none.
_MESSAGES = {
    "applied": "enrolment.applied",
    "waitlisted": "enrolment.waitlisted",
    "offered": "enrolment.offered",
    "confirmed": "enrolment.confirmed",
    "declined": "enrolment.declined",
}


def take(
    enrolment: Enrolment,
    standing: Standing,
    *,
    activity: Activity,
    by: str,
    reason: str = "",
    message: str | None = None,
    at: datetime | None = None,
    silent: bool = False,
) -> None:
    """Take a step inside the transaction that holds the activity's lock; refuse one the table does not have.

    Each step is flushed alone, so that a number one person gives up is free before the next one gets it.
    """
    start = enrolment.state
    rules.check_step(start, standing.state, by)
    moment = at or clock.now()
    _stand(enrolment, standing, activity, moment)
    change = EnrolmentChange(
        from_state=start, to_state=standing.state, at=moment, actor=actor.current(), reason=reason[:400]
    )
    # Reading the earlier changes must not flush: a breach of a constraint is told below.
    with db.session.no_autoflush:
        enrolment.changes.append(change)
    _flush(enrolment)
    audit.record(
        f"enrolment.{standing.state}", "enrolment", enrolment.public_id, activity=activity.public_id, before=start
    )
    kind = message or _MESSAGES.get(standing.state)
    if kind and not silent:
        _tell(kind, enrolment, change, activity)


def settle(
    activity: Activity,
    *,
    freed: int = 0,
    silent: bool = False,
    places: Places | None = None,
    occasion: str = "change",
) -> None:
    """Pass free places on to those who wait, then write the activity's counts; the last act of every use case.

    `places` spares counting them again when the use case knows how they stand. `occasion` is what the log of
    places says about it (`wording.OCCASIONS`).
    """
    known = places
    places = known or queries.places(activity)
    if freed or (places.waiting and not places.full):
        places = _pass_on(
            activity, queries.places(activity) if known else places, freed=freed, occasion=occasion, silent=silent
        )
    catalogue.set_counts(activity, confirmed=places.confirmed, waiting=places.waiting)


def settle_edited(activity: Activity) -> None:
    """Pass on what an edit of the activity has freed."""
    settle(activity, occasion="edited")


def _pass_on(activity: Activity, places: Places, *, freed: int, occasion: str, silent: bool) -> Places:
    plan, before = promotion.plan(activity, places, freed=freed), places
    for waiting in plan.people:
        waiting.offer_expires_at = plan.offer_until
        standing = Standing(plan.state, place_number=places.free_number)
        message = "enrolment.promoted" if plan.state == "confirmed" else None
        take(
            waiting, standing, activity=activity, by=rules.SYSTEM, reason=rules.PROMOTED, message=message, silent=silent
        )
        places = queries.places(activity)
    promoted = [enrolment.public_id for enrolment in plan.people]
    details = log.named(plan.passed_over) | ({"promoted": promoted} if promoted else {})
    if freed or promoted:
        log.write(
            activity, before, occasion=occasion, outcome=plan.outcome, promoted=len(promoted), details=details
        )  # fmt: skip
    else:
        log.write_news(activity, before, occasion=occasion, outcome=plan.outcome, details=details)
    return places


def _stand(enrolment: Enrolment, standing: Standing, activity: Activity, now: datetime) -> None:
    if enrolment.state in rules.AGAIN:
        _copy_person(enrolment)
    if standing.state == "confirmed" and enrolment.state != "confirmed":
        _copy_person(enrolment)
        enrolment.confirmed_at = now
    if standing.state != "offered":
        enrolment.offer_expires_at = None
    # Whoever accepts an offer keeps the place that was held for them.
    kept = enrolment.place_number if standing.state in rules.HOLDING else None
    enrolment.place_number = kept or standing.place_number
    enrolment.waiting_position = standing.waiting_position
    enrolment.activity_record = activity.record
    enrolment.state = standing.state


def _copy_person(enrolment: Enrolment) -> None:
    """Copy what selection and statistics say of a person, as it is now (law 11); what was corrected stays."""
    person = enrolment.person
    organization = person.organization
    now = {
        "sex": person.sex,
        "country": person.residence_country,
        "sector": person.sector or (organization.sector if organization else None),
        "organization_name": (organization.name if organization else person.organization_text) or None,
        "organization_id": person.organization_id,
        "organization_country": organization.country if organization else None,
        "position_held": person.position or None,
    }
    kept = _corrected(enrolment)
    for field, value in now.items():
        if field not in kept:
            setattr(enrolment, field, value)


def _corrected(enrolment: Enrolment) -> frozenset[str]:
    if not enrolment.id:
        return frozenset()
    fields = queries.corrected_fields(enrolment.id)
    return fields | rules.INSTITUTION | {"organization_id"} if fields & rules.INSTITUTION else fields


def _flush(enrolment: Enrolment) -> None:
    db.session.add(enrolment)
    try:
        db.session.flush()
    except IntegrityError as error:
        if violates(error, "enrolments_person_merged"):
            raise PersonWasMerged from error
        # The lock makes this impossible; if it ever fails, the constraint refuses and nothing is oversold.
        raise PlaceTaken from error


def _tell(kind: str, enrolment: Enrolment, change: EnrolmentChange, activity: Activity) -> None:
    notifications.send(
        kind=kind,
        key=f"{kind}:{enrolment.public_id}:{change.id}",
        values={"enrolment": enrolment.public_id, "change": change.id},
        person_id=enrolment.person_id,
        activity_ref=activity.public_id,
    )
