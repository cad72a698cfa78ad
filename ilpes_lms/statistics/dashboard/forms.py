"""The period and the filters that a page's address asks for."""

from collections.abc import Callable, Collection, Mapping

from werkzeug.datastructures import MultiDict

from ilpes_lms.statistics.dashboard.asking import FILTERS, Lists
from ilpes_lms.statistics.forms import PeriodForm
from ilpes_lms.statistics.rules import Period

_ADD = "add_"
# What the form adds to a list, under a name of its own, because in an address a name counts once.
ADDED = tuple(f"{_ADD}{name}" for name in FILTERS)
_PERIOD: Mapping[str, Collection[str] | None] = {"from": None, "to": None}
# All that the address of a page with filters may ask for.
KNOWN: Mapping[str, Collection[str] | None] = {**_PERIOD, **{name: Lists(codes) for name, codes in FILTERS.items()}}


def period_form(arguments: MultiDict[str, str], usual: Callable[[], Period]) -> PeriodForm:
    """Return the form of the period that is asked for, or of the usual one where none is."""
    if {"from", "to"} & set(arguments):
        return PeriodForm(arguments)
    period = usual()
    return PeriodForm(MultiDict({"from": period.start.isoformat(), "to": period.end.isoformat()}))


def joined(arguments: MultiDict[str, str]) -> dict[str, str] | None:
    """Return what an address asks for once values that a form adds are in their lists; None where it adds none."""
    if not any(name in arguments for name in ADDED):
        return None
    asked = {name: text for name, text in arguments.items() if name not in ADDED and text}
    for name in FILTERS:
        codes = [*asked.get(name, "").split(","), *arguments.getlist(f"{_ADD}{name}")]
        if text := ",".join(dict.fromkeys(filter(None, codes))):
            asked[name] = text
    return asked
