"""Published figures against what is on record, or against another place of the same report: plain values only.

A measure takes a figure and says what it should be, None where that is not known.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from statistics import median_low
from typing import TypeAlias

from ilpes_lms.statistics.rules import TABLES, Line, share, totals_of_share
from ilpes_lms.statistics.transcription import Figure, Transcription, Value

CONTRADICTION, AMBIGUITY = "contradiction", "ambiguity"
# Words such as "almost double" are held to be right within a tenth.
_TOLERANCE = Fraction(1, 10)
_KIND_OF_TABLE = {table: kind for kind, table in TABLES.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """An activity on record as a published table has it: its row, and what only the text says of it."""

    line: Line
    row: int | None
    modality: str
    topics: Sequence[str]
    partners: Sequence[str]


@dataclass(frozen=True, slots=True)
class Record:
    """What is on record of the report's period."""

    entries: Sequence[Entry]
    persons: int | None


@dataclass(frozen=True, slots=True)
class Finding:
    """A figure that does not agree with what is on record or with another place, or that can be read in two ways."""

    type: str
    figure: Figure
    computed: Value | None
    title: str = ""


class Reconciliation:
    """One report held against one record."""

    def __init__(self, report: Transcription, record: Record) -> None:
        self.report, self.record = report, record

    def findings(self) -> list[Finding]:
        """Return the contradictions, then the ambiguities; what agrees is left out, and so is what stands alone."""
        checked = [figure for figure in self.report.figures.values() if not figure.alone and not figure.told_by]
        contradictions = [self._finding(CONTRADICTION, figure) for figure in checked]
        ambiguities = [self._finding(AMBIGUITY, doubt) for doubt in self.report.doubts.values()]
        return [finding for finding in (*contradictions, *ambiguities) if finding]

    def computed(self, figure: Figure) -> Value | Fraction | None:
        """Return what a figure should be, or what the other reading of a doubt makes it."""
        return MEASURES[figure.measure](self, figure) if figure.measure else figure.other

    def previous_totals(self, figure: Figure) -> range:
        """Return the totals of the previous period by which all shares beside a figure are as printed."""
        told = [self._totals_told_by(self.report.figures[name]) for name in figure.beside]
        return range(max(one.start for one in told), min(one.stop for one in told))

    def published(self, name: str | None) -> int:
        """Return the number that another figure of the report states."""
        return int(self.report.figures[name or ""].value)

    def chosen(self, figure: Figure) -> Iterator[Entry]:
        """Yield the activities on record that a figure is about."""
        for entry in self.record.entries:
            if all(asked(entry, figure) for asked in _ASKED):
                yield entry

    def _finding(self, kind: str, figure: Figure) -> Finding | None:
        computed = self.computed(figure)
        agrees = computed is not None and AGREEMENT[figure.unit](figure.value, computed)
        return None if agrees else Finding(kind, figure, _shown(computed), self._title(figure))

    def _title(self, figure: Figure) -> str:
        found = next(self.chosen(figure), None) if figure.row else None
        return found.line.title if found else ""

    def _totals_told_by(self, figure: Figure) -> range:
        return totals_of_share(self.published(figure.base), int(figure.value))


_Measure: TypeAlias = Callable[[Reconciliation, Figure], Value | Fraction | None]


def _place(entry: Entry) -> str:
    return f"{TABLES[entry.line.kind]}.{entry.row}"


_ASKED: tuple[Callable[[Entry, Figure], bool], ...] = (
    lambda entry, figure: figure.kind in (None, entry.line.kind),
    lambda entry, figure: figure.row in (None, _place(entry)),
    lambda entry, figure: figure.country in (None, entry.line.country),
    lambda entry, figure: figure.modality in (None, entry.modality),
    lambda entry, figure: not figure.topics or not set(figure.topics).isdisjoint(entry.topics),
    lambda entry, figure: figure.partner is None or figure.partner in entry.partners,
)


def _participations(one: Reconciliation, figure: Figure) -> int | None:
    counts = [entry.line.counts for entry in one.chosen(figure)]
    known = [each for each in counts if each]
    return sum(getattr(each, figure.sex or "total") for each in known) if known else None


def _everyone(one: Reconciliation, figure: Figure, kind: str | None) -> int | None:
    return _participations(one, Figure(figure.id, figure.value, figure.unit, figure.where, kind=kind))


def _share_of_sex(one: Reconciliation, figure: Figure) -> int | None:
    return share(_participations(one, figure), _everyone(one, figure, figure.kind))


def _share_of_participations(one: Reconciliation, figure: Figure) -> int | None:
    return share(_participations(one, figure), _everyone(one, figure, None))


def _activities(one: Reconciliation, figure: Figure) -> int:
    return sum(1 for _entry in one.chosen(figure))


def _more_women(one: Reconciliation, figure: Figure) -> int:
    counts = [entry.line.counts for entry in one.chosen(figure)]
    return int(sum(each.women - each.men for each in counts if each) > 0)


def _grew(one: Reconciliation, figure: Figure) -> int:
    return int((_participations(one, figure) or 0) > one.published(figure.base))


def _growth(one: Reconciliation, figure: Figure) -> int | None:
    now, before = _participations(one, figure), one.published(figure.base)
    return None if now is None else share(now - before, before)


def _multiple(one: Reconciliation, figure: Figure) -> Fraction | None:
    now = _participations(one, figure)
    return None if now is None else Fraction(now, one.published(figure.base))


def _multiple_of_implied(one: Reconciliation, figure: Figure) -> Fraction | None:
    now, totals = _participations(one, figure), one.previous_totals(figure)
    return Fraction(now, totals[len(totals) // 2]) if now is not None and totals else None


def _previous_share(one: Reconciliation, figure: Figure) -> int | None:
    """Return the share a previous number was; the printed one, if a total that the other shares allow makes it so."""
    number = one.published(figure.base)
    possible = {share(number, total) for total in one.previous_totals(figure)}
    if figure.value in possible:
        return int(figure.value)
    return next(iter(possible)) if len(possible) == 1 else None


def _dates(one: Reconciliation, figure: Figure) -> str | None:
    found = next(one.chosen(figure), None)
    if found is None:
        return None
    line = found.line
    first, last = _said(line.starts_on, line.start_precision), _said(line.ends_on, line.end_precision)
    return first if first == last else f"{first}/{last}"


def _hours(one: Reconciliation, figure: Figure) -> Value | None:
    found = next(one.chosen(figure), None)
    hours = found.line.hours if found else None
    return None if hours is None else float(hours)


def _usual_days(one: Reconciliation, figure: Figure) -> int | None:
    days = [(entry.line.ends_on - entry.line.starts_on).days + 1 for entry in one.chosen(figure)]
    return median_low(days) if days else None


def _most_activities(one: Reconciliation, figure: Figure) -> int:
    # Of courses: webinars are told apart from them.
    numbers = {kind: sum(entry.line.kind == kind for entry in one.record.entries) for kind in TABLES}
    return int(numbers[figure.kind or ""] == max(number for kind, number in numbers.items() if kind != "webinar"))


def _begun_within(one: Reconciliation, figure: Figure) -> int | None:
    counts = [e.line.counts for e in one.chosen(figure) if e.line.starts_on >= one.report.period.start]
    return sum(each.total for each in counts if each)


def _period(one: Reconciliation, _figure: Figure) -> str:
    return f"{one.report.period.start}/{one.report.period.end}"


MEASURES: Mapping[str, _Measure] = {
    "period": _period,
    "activities": _activities,
    "activities_counted": lambda one, figure: sum(1 for entry in one.chosen(figure) if entry.line.counts),
    # One row of a table stands for several courses.
    "activities_with": lambda one, figure: _activities(one, figure) - 1 + one.published(figure.base),
    "most_activities": _most_activities,
    "without_record": lambda one, figure: sum(1 for entry in one.chosen(figure) if not entry.line.counts),
    "kinds": lambda one, _figure: len({entry.line.kind for entry in one.record.entries}),
    "usual_days": _usual_days,
    "figure": lambda one, figure: one.published(figure.base),
    "participations": _participations,
    "participations_begun_within": _begun_within,
    "participations_besides": lambda one, figure: (_participations(one, figure) or 0) - one.published(figure.base),
    "persons": lambda one, _figure: one.record.persons,
    "share_of_sex": _share_of_sex,
    "share_of_participations": _share_of_participations,
    "share_of_activities": lambda one, figure: share(_activities(one, figure), len(one.record.entries)),
    "previous_share": _previous_share,
    "more_women": _more_women,
    "grew": _grew,
    "growth": _growth,
    "multiple": _multiple,
    "multiple_of_implied": _multiple_of_implied,
    "dates": _dates,
    "hours": _hours,
}


def _said(day: date, precision: str) -> str:
    return day.isoformat() if precision == "day" else f"{day:%Y-%m}"


def _same_dates(published: Value, computed: object) -> bool:
    """Compare dates as precisely as the less precise of each pair is known."""
    pairs = zip(_ends(str(published)), _ends(str(computed)), strict=True)
    return all(one[: len(other)] == other[: len(one)] for one, other in pairs)


def _ends(dates: str) -> tuple[str, str]:
    first, _slash, last = dates.partition("/")
    return first, last or first


def _about(published: Value, computed: object) -> bool:
    exact = Fraction(str(computed))
    return abs(exact - Fraction(published)) <= _TOLERANCE * Fraction(published)


def _equal(published: Value, computed: object) -> bool:
    return published == computed


AGREEMENT: Mapping[str, Callable[[Value, object], bool]] = {
    "count": _equal, "percent": _equal, "sign": _equal, "date": _same_dates, "multiple": _about,
}  # fmt: skip


def _shown(computed: Value | Fraction | None) -> Value | None:
    """Return a value as people read it: a multiple with two decimals."""
    return round(float(computed), 2) if isinstance(computed, Fraction) else computed
