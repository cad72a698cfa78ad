"""What time does: offers lapse, raised capacity lets people in. One transaction an activity."""

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core import clock
from ilpes_lms.core.database import transaction
from ilpes_lms.core.settings import institute_day
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.rules import Standing
from ilpes_lms.enrolment.service import steps
from ilpes_lms.enrolment.service.locking import fresh


def expire_offers() -> int:
    """End the offers whose deadline has passed and pass their places on; return how many ended."""
    return sum(_expire_in(activity_id) for activity_id in queries.with_lapsed_offers(clock.now()))


def promote_waiting() -> int:
    """Give places that became free otherwise (capacity was raised) to those who wait; return to how many."""
    return sum(_promote_in(activity_id) for activity_id in queries.with_promotable(institute_day()))


@transaction
def _expire_in(activity_id: int) -> int:
    activity = catalogue.lock(activity_id)
    lapsed = fresh(
        Enrolment.activity_id == activity_id,
        Enrolment.state == "offered",
        Enrolment.offer_expires_at <= clock.now(),
    )
    for offered in lapsed:
        steps.take(offered, Standing("expired"), activity=activity, by=rules.SYSTEM, reason=rules.LAPSED)
    steps.settle(activity, freed=len(lapsed), occasion="offer_lapsed")
    return len(lapsed)


@transaction
def _promote_in(activity_id: int) -> int:
    activity = catalogue.lock(activity_id)
    before = activity.waiting_count
    steps.settle(activity, occasion="sweep")
    return before - activity.waiting_count
