"""The people of a report: all joins of one address, or of one name where there is no address, are one person."""

from collections.abc import Iterable
from dataclasses import dataclass

from ilpes_lms.attendance.reports.intervals import Span, capped, clipped, minutes_within, united
from ilpes_lms.attendance.reports.reading import Stay
from ilpes_lms.core.text import fold


@dataclass(frozen=True, slots=True)
class PersonInReport:
    """Somebody in a report. `key` tells the same one in the next report; a telephone has none."""

    key: str
    name: str
    original: str
    email: str
    spans: tuple[Span, ...]
    most_seconds: int | None
    rows: tuple[int, ...]

    @property
    def telephone(self) -> bool:
        return not self.key

    def within(self, session: Span) -> list[Span]:
        """Return the presence within a class session, cut where the report says how long it was at most."""
        return capped(united(clipped(self.spans, session)), self.most_seconds)

    def minutes(self, session: Span) -> int:
        """Return the minutes of presence within a class session."""
        return minutes_within(self.within(session), session)


def people_of(stays: Iterable[Stay]) -> list[PersonInReport]:
    """Return the people of a report by name; each telephone that rang in is one of its own."""
    groups: dict[str, list[Stay]] = {}
    for stay in stays:
        groups.setdefault(_key(stay) or f"telephone {stay.row}", []).append(stay)
    return sorted((_person(group) for group in groups.values()), key=lambda one: (fold(one.name), one.key, one.rows))


def _key(stay: Stay) -> str:
    return stay.email.casefold() or fold(stay.name)


def _person(stays: list[Stay]) -> PersonInReport:
    # In the order of the file whatever order its rows came in: the first name shown is the one that is shown.
    ordered = sorted(stays, key=lambda stay: (stay.span, stay.name))
    first = next((stay for stay in ordered if stay.name), ordered[0])
    caps = [stay.most_seconds for stay in stays if stay.most_seconds is not None]
    return PersonInReport(
        key=_key(first),
        name=first.name,
        original=first.original,
        email=first.email,
        spans=tuple(united(stay.span for stay in stays)),
        most_seconds=sum(caps) if caps else None,
        rows=tuple(sorted(stay.row for stay in stays)),
    )
