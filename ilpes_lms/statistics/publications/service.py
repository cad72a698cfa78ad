"""The verbs of publications: look at how printed figures would stand as a release, and enter them as one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ilpes_lms.core.database import transaction
from ilpes_lms.core.settings import institute_day
from ilpes_lms.people import rules as people_rules
from ilpes_lms.statistics.publications import rules
from ilpes_lms.statistics.publications.errors import FiguresFromRecords
from ilpes_lms.statistics.publications.rules import Printed
from ilpes_lms.statistics.releases import queries
from ilpes_lms.statistics.releases import rules as release_rules
from ilpes_lms.statistics.releases import service as releases
from ilpes_lms.statistics.releases.errors import NothingRevised, PeriodNotOver, ReleasesOfAll
from ilpes_lms.statistics.releases.models import Release
from ilpes_lms.statistics.releases.service import LONGEST_REASON, Explained, Preview
from ilpes_lms.statistics.rules import period_between

ANYWHERE: frozenset[str] = frozenset()
LONGEST_SYMBOL = 60


@dataclass(frozen=True, slots=True)
class Publication:
    """What a document printed of a period: numbers by kind and in all; what it did not print is left out."""

    start: date
    end: date
    symbol: str
    by_kind: Mapping[str, Printed]
    totals: Printed


def foresee(found: Publication, *, reason: str = "") -> Preview:
    """Return how a publication would stand as a release, and what it changes of the one that stands.

    Raises DateNotPlausible, PeriodReversed, PeriodNotOver, what `rules.check` does, FiguresFromRecords where the
    period's figures are published from the records, NothingRevised, and RevisionUnexplained.
    """
    period = period_between(found.start, found.end)
    by_kind = {kind: said for kind, said in found.by_kind.items() if said}
    if period.end >= institute_day():
        raise PeriodNotOver(field="to")
    rules.check(_symbol(found), by_kind, found.totals)
    now, standing = rules.statistics(period, by_kind, found.totals), queries.latest_of(period)
    changes = _changes(found, now, standing) if standing else []
    release_rules.check_reason(_why(reason), revising=standing is not None)
    return Preview(now, None, None, {}, queries.last_digest(), standing, Explained(changes))


@transaction
def enter(found: Publication, *, reason: str = "", divisions: frozenset[str] = ANYWHERE) -> Release:
    """Enter a publication as a release, which nothing moves; one that corrects what was entered needs a reason."""
    if divisions:
        raise ReleasesOfAll
    last = queries.last_of_chain()
    foreseen = foresee(found, reason=reason)
    return releases.freeze(foreseen, last, foreseen.revises, _why(reason), published_in=_symbol(found))


def _why(reason: str) -> str:
    return people_rules.lines(reason, longest=LONGEST_REASON, field="reason")


def _symbol(found: Publication) -> str:
    return people_rules.one_line(found.symbol, longest=LONGEST_SYMBOL, field="symbol")


def _changes(found: Publication, now: dict[str, Any], standing: Release) -> list[dict[str, Any]]:
    if standing.published_in is None:
        raise FiguresFromRecords(field="from")
    changes = release_rules.changes(standing.statistics, now)
    if not changes and standing.published_in == _symbol(found) and standing.statistics == now:
        raise NothingRevised
    return changes
