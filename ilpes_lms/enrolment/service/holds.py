"""Places held for addresses that nobody has confirmed yet; all of it under the activity's lock."""

from datetime import datetime

from sqlalchemy import delete

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.ids import digest
from ilpes_lms.core.settings import settings
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.models import PlaceHold
from ilpes_lms.enrolment.service import steps
from ilpes_lms.people import rules as people_rules
from ilpes_lms.people import service as people


def hold_place(activity: Activity, address: str, caller: str | None) -> datetime | None:
    """Hold a place for an address, or renew the one that is held for it; return until when, None if none is held.

    A held place is in nobody's name: only a digest of the address is kept.
    """
    now, key = clock.now(), digest_of(address)
    hold = queries.hold_of(activity.id, key)
    if hold is None or hold.expires_at <= now:
        if not _may_be_held(activity, address, caller):
            return None
        hold = hold or PlaceHold(activity_id=activity.id, address_digest=key)
        hold.created_at = now
        db.session.add(hold)
    hold.expires_at = rules.hold_until(now, clock.end_of_day(activity.ends_on, activity.zone))
    db.session.flush()
    return hold.expires_at


def release(activity: Activity, address: str) -> bool:
    """Let the place go that is held for an address, so that it can be given; tell whether one was still held."""
    hold = queries.hold_of(activity.id, digest_of(address))
    if hold is None:
        return False
    db.session.delete(hold)
    db.session.flush()
    return hold.expires_at > clock.now()


def lapse_holds() -> int:
    """End the holds that nobody confirmed in time and pass their places on; return how many ended."""
    return sum(_lapse_in(activity_id) for activity_id in queries.with_lapsed_holds(clock.now()))


@transaction
def _lapse_in(activity_id: int) -> int:
    activity = catalogue.lock(activity_id)
    lapsed = delete(PlaceHold).where(PlaceHold.activity_id == activity_id, PlaceHold.expires_at <= clock.now())
    ended: int = getattr(db.session.execute(lapsed), "rowcount", 0)
    steps.settle(activity, freed=ended, occasion="hold_ended")
    return ended


def digest_of(address: str) -> str:
    """Return under which digest a place is held for an address."""
    # Keyed by the application's secret, because addresses can be tried one by one against a plain digest.
    return digest(f"{settings().secret_key}:hold:{people_rules.address_key(address)}")


def _may_be_held(activity: Activity, address: str, caller: str | None) -> bool:
    if rules.prospect(queries.places(activity)) != rules.HELD:
        return False
    return people.allowed("hold", email=address, caller=caller)
