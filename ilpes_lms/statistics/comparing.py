"""A period beside the one before: each change on the base of the earlier number, none where that is not known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ilpes_lms.statistics.rules import KINDS, Period, share, totals_of_share


@dataclass(frozen=True, slots=True)
class Before:
    """What is known of an earlier period: participations by kind and in all, and the shares that were printed of them.

    `symbol` is the document that published them, `release` the number of the release that did; both None where they are
    computed from what is on record.
    """

    period: Period
    symbol: str | None
    participations: Mapping[str, int]
    shares: Mapping[str, int] = field(default_factory=dict)
    total: int | None = None
    release: int | None = None

    @property
    def totals(self) -> range:
        """Return the totals that what is known allows; one if it or every kind is known, none if nothing tells it."""
        if self.total is not None:
            return range(self.total, self.total + 1)
        if set(self.participations) == set(KINDS):
            total = sum(self.participations.values())
            return range(total, total + 1)
        told = [totals_of_share(self.participations[kind], percent) for kind, percent in self._printed_shares()]
        return range(max(one.start for one in told), min(one.stop for one in told)) if told else range(0)

    def _printed_shares(self) -> list[tuple[str, int]]:
        return [(kind, percent) for kind, percent in self.shares.items() if kind in self.participations]


def before(period: Period) -> Period | None:
    """Return the period of the same length that ends the day before; of a year, the same days a year earlier.

    None where the calendar ends before them, at one of its two ends.
    """
    day = timedelta(days=1)
    try:
        ends = period.start - day
        if period.end == _years_later(period.start, 1) - day:
            return Period(_years_later(period.start, -1), ends)
        return Period(ends - (period.end - period.start), ends)
    except (OverflowError, ValueError):
        return None


def comparison(result: Mapping[str, Any], earlier: Before) -> dict[str, Any]:
    """Return a compiled result beside an earlier period, by kind and for all; null where a base is not known."""
    total, totals = result["totals"]["participations"], earlier.totals
    by_kind = {kind: result["by_kind"][kind]["participations"] for kind in KINDS}
    return {
        "period": result["period"],
        "previous": {
            "start": earlier.period.start.isoformat(),
            "end": earlier.period.end.isoformat(),
            "published_in": earlier.symbol,
            "release": earlier.release,
            "total_from": totals[0] if totals else None,
            "total_to": totals[-1] if totals else None,
        },
        "totals": _change(total, totals, total, totals),
        "by_kind": {kind: _change(by_kind[kind], _known(earlier, kind), total, totals) for kind in KINDS},
    }


def _known(earlier: Before, kind: str) -> range:
    number = earlier.participations.get(kind)
    return range(0) if number is None else range(number, number + 1)


def _change(now: int | None, numbers: range, total: int | None, totals: range) -> dict[str, Any]:
    earlier = numbers[0] if len(numbers) == 1 else None
    share_before = _one({share(earlier, whole) for whole in totals}) if earlier is not None else None
    share_now = share(now, total)
    both = now is not None and earlier is not None
    return {
        "before": earlier,
        "now": now,
        "change": now - earlier if now is not None and earlier is not None else None,
        "per_cent": _one({share(now - one, one) for one in numbers}) if now is not None else None,
        "multiple": float(round(Decimal(now or 0) / Decimal(earlier), 2)) if both and earlier else None,
        "share_before": share_before,
        "share_now": share_now,
        "share_change": share_now - share_before if share_now is not None and share_before is not None else None,
    }


def _one(values: set[int | None]) -> int | None:
    """Return what all possible bases agree on."""
    return values.pop() if len(values) == 1 else None


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
