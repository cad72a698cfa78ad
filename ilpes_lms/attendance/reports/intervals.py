"""Presence is the union of intervals, clipped to the class session: rejoins and second devices count once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

_MINUTE = 60


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From a moment up to another, both aware UTC; the end is not before the start."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> int:
        return round((self.end - self.start).total_seconds())


def united(spans: Iterable[Span]) -> list[Span]:
    """Return the union of spans as spans that neither touch nor overlap, in the order of time."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def clipped(spans: Iterable[Span], bounds: Span) -> list[Span]:
    """Return what of spans lies within bounds."""
    cut = (Span(max(span.start, bounds.start), min(span.end, bounds.end)) for span in spans)
    return [span for span in cut if span.start < span.end]


def capped(spans: Iterable[Span], most_seconds: int | None) -> list[Span]:
    """Return the first so many seconds of spans; None is all of them."""
    if most_seconds is None:
        return list(spans)
    found, left = [], most_seconds
    for span in spans:
        taken = min(span.seconds, left)
        if taken > 0:
            found.append(Span(span.start, span.start + timedelta(seconds=taken)))
        left -= taken
    return found


def minutes_within(spans: Iterable[Span], bounds: Span) -> int:
    """Return the whole minutes, rounded half up, that the union of spans has within bounds."""
    seconds = sum(span.seconds for span in united(clipped(spans, bounds)))
    return (seconds + _MINUTE // 2) // _MINUTE
