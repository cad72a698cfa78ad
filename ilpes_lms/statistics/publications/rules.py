"""Figures that are known only as a document printed them: plain values in, the tables of a release out."""

from collections.abc import Iterator, Mapping
from typing import Any

from ilpes_lms.core.text import N_
from ilpes_lms.statistics.publications.errors import (
    KindsExceedTotal,
    MoreThanPrinted,
    NothingPrinted,
    NumberNotPlausible,
    SymbolMissing,
)
from ilpes_lms.statistics.releases.rules import FIGURES
from ilpes_lms.statistics.rules import DEFINITIONS, KINDS, PRINTED, SEX_LABELS, SEXES, SHORT_TITLES, Period

NUMBERS = ("activities", "participations", *SEXES)
SHARE, TOTAL = "share", "total"
LABELS = {
    "activities": N_("Activities"),
    "participations": N_("Participants"),
    **SEX_LABELS,
    SHARE: N_("Share of all participants in per cent"),
}
ROW_LABELS = {**SHORT_TITLES, TOTAL: N_("Total")}
_MOST = 10_000_000
_ALL_PER_CENT = 100
Printed = Mapping[str, int]


def check(symbol: str, by_kind: Mapping[str, Printed], totals: Printed) -> None:
    """Refuse a publication without symbol or numbers, and numbers that contradict each other."""
    if not symbol:
        raise SymbolMissing(field="symbol")
    for of, figure, number in _numbers(by_kind, totals):
        most, fewest = (_ALL_PER_CENT, 1) if figure == SHARE else (_MOST, 0)
        if not fewest <= number <= most:
            raise NumberNotPlausible(**_blamed(of, figure))
    if not any(figure != SHARE for _of, figure, _number in _numbers(by_kind, totals)):
        raise NothingPrinted(field="symbol")
    for of, printed in {**by_kind, TOTAL: totals}.items():
        whole = printed.get("participations")
        if whole is not None and sum(printed.get(sex, 0) for sex in SEXES) > whole:
            raise MoreThanPrinted(**_blamed(of, "participations"))
    for figure in NUMBERS:
        if figure in totals and sum(printed.get(figure, 0) for printed in by_kind.values()) > totals[figure]:
            raise KindsExceedTotal(**_blamed(TOTAL, figure))


def field_of(of: str, figure: str) -> str:
    """Return where a number stands in a document that programs send: by_kind.webinar.women."""
    return f"totals.{figure}" if of == TOTAL else f"by_kind.{of}.{figure}"


def statistics(period: Period, by_kind: Mapping[str, Printed], totals: Printed) -> dict[str, Any]:
    """Return what was printed in the shape of a release's tables; null is what was not, and activities are not told."""
    return {
        "period": {"start": period.start.isoformat(), "end": period.end.isoformat()},
        "definition": {"code": PRINTED, "text": DEFINITIONS[PRINTED]},
        "totals": _figures(totals),
        "by_kind": {kind: _figures(by_kind.get(kind, {})) for kind in KINDS},
        "activities": None,
        "shares": {kind: printed[SHARE] for kind, printed in by_kind.items() if SHARE in printed},
    }


def _figures(printed: Printed) -> dict[str, int | None]:
    return {figure: printed.get(figure) for figure in FIGURES}


def _numbers(by_kind: Mapping[str, Printed], totals: Printed) -> Iterator[tuple[str, str, int]]:
    for of, printed in {**by_kind, TOTAL: totals}.items():
        for figure, number in printed.items():
            yield of, figure, number


def _blamed(of: str, figure: str) -> dict[str, Any]:
    return {"field": field_of(of, figure), "called": (ROW_LABELS[of], LABELS[figure])}
