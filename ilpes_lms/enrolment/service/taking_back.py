"""A committee takes back confirmed places, of those named expressly and with a reason that they read."""

from collections.abc import Collection, Iterable, Mapping

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.errors import DomainError
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.errors import PlaceComesBack, ReasonToPersonMissing
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.service.locking import is_over

LETTER = "enrolment.place_taken_back"


def keeping(
    activity: Activity,
    people: Mapping[str, Enrolment],
    decision: str,
    *,
    reason: str = "",
    named_expressly: Collection[str] = (),
) -> dict[str, DomainError]:
    """Return who among some people keeps a confirmed place whatever is decided, and why.

    Raises ReasonToPersonMissing if somebody would lose it without being told why.
    """
    end = rules.DECISIONS[decision]
    holders = {ref: one for ref, one in people.items() if rules.place_taken_back(one.state, end)}
    if not holders:
        return {}
    nominees, over = queries.nominees_among([one.id for one in holders.values()]), is_over(activity)
    answers = {
        ref: rules.why_no_place_back(end, named=ref in named_expressly, over=over, by_institution=one.id in nominees)
        for ref, one in holders.items()
    }
    kept = {ref: why for ref, why in answers.items() if why}
    if len(kept) < len(holders) and not rules.reason(reason):
        raise ReasonToPersonMissing(field="reason")
    return kept


def check_stays(taken_from: Iterable[Enrolment]) -> None:
    """Refuse to put somebody on a waiting list that gives the place back to them at once."""
    for enrolment in taken_from:
        last = enrolment.changes[-2:]
        if len(last) > 1 and rules.place_taken_back(last[0].from_state, last[0].to_state):
            raise PlaceComesBack
