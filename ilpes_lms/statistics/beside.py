"""A period beside the one before, in the reader's language."""

from datetime import date
from typing import Any

from flask_babel import gettext as _

from ilpes_lms.statistics import rules
from ilpes_lms.statistics.display import Table
from ilpes_lms.statistics.rules import KINDS
from ilpes_lms.web import i18n

_MINUS = "\u2212"


class Compared:
    """A comparison as a table and a sentence on where the earlier numbers come from; nothing if there is none."""

    def __init__(self, comparison: dict[str, Any] | None) -> None:
        self.known = comparison is not None
        self._compared = comparison or {}

    @property
    def table(self) -> Table:
        headers = [
            _("Type of course"), _("Period before"), _("This period"), _("Difference"), _("Change in per cent"),
            _("Share before"), _("Share"), _("Change in percentage points"),
        ]  # fmt: skip
        rows = [self._row(_(rules.SHORT_TITLES[kind]), self._compared["by_kind"][kind]) for kind in KINDS]
        caption = _("Participations beside those of %(period)s", period=self._period)
        return Table(caption, headers, rows, self._row(_("Total"), self._compared["totals"]))

    @property
    def note(self) -> str:
        previous = self._compared["previous"]
        if number := previous.get("release"):
            return str(_("The period before is as published here in release %(number)s.", number=number))
        if previous["published_in"] is None:
            return str(_("The period before is computed from the records of its activities."))
        known = _("The period before is known only as published in %(symbol)s.", symbol=previous["published_in"])
        if previous["total_from"] is None or previous["total_from"] == previous["total_to"]:
            return str(known)
        totals = {name: i18n.number(previous[name]) for name in ("total_from", "total_to")}
        implied = _(
            "Its total was not published; from the shares that were, it was between %(total_from)s and %(total_to)s.",
            **totals,
        )
        return f"{known} {implied}"

    @property
    def _period(self) -> str:
        previous = self._compared["previous"]
        return i18n.period(date.fromisoformat(previous["start"]), date.fromisoformat(previous["end"]))

    def _row(self, label: str, change: dict[str, Any]) -> list[str | None]:
        return [
            label, _known(change["before"]), _known(change["now"]), _signed(change["change"]),
            _signed(change["per_cent"], percent=True), _percent(change["share_before"]), _percent(change["share_now"]),
            _signed(change["share_change"]),
        ]  # fmt: skip


def _known(number: int | None) -> str:
    return _("not published") if number is None else i18n.number(number)


def _percent(number: int | None) -> str:
    return "" if number is None else str(_("%(number)s%%", number=i18n.number(number)))


def _signed(number: int | None, *, percent: bool = False) -> str:
    if number is None:
        return ""
    text = _percent(abs(number)) if percent else i18n.number(abs(number))
    return f"{'+' if number > 0 else _MINUS if number < 0 else ''}{text}"
