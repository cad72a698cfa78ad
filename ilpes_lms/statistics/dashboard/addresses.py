"""Where a question's other views are: the same filters elsewhere, one more, one less."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from ilpes_lms.statistics.dashboard.asking import FIELDS, values_of
from ilpes_lms.statistics.dashboard.rules import UNKNOWN, Question
from ilpes_lms.statistics.rules import Period


@dataclass(frozen=True, slots=True)
class Address:
    """A question and the breakdown that is shown with it, as addresses hold them; `here` is the page that holds it."""

    question: Question
    breakdown: str
    here: str = "dashboard.overview"

    def of(self, endpoint: str, **more: Any) -> str:
        """Return the address of a page about the same question."""
        asked: dict[str, Any] = values_of(self.question) | more
        return url_for(endpoint, **asked)

    def narrowed(self, name: str, code: str | None) -> str:
        """Return where the activities are of one value of a filter, in place of those that it has."""
        return self._about({FIELDS[name]: (code or UNKNOWN,)}, "dashboard.activities")

    def filtered(self, name: str, code: str | None) -> str:
        """Return this page with one more value of a filter."""
        values = getattr(self.question, FIELDS[name])
        return self._about({FIELDS[name]: (*values, code or UNKNOWN)}, self.here)

    def without(self, name: str, code: str) -> str:
        """Return this page with one value of a filter less."""
        kept = tuple(one for one in getattr(self.question, FIELDS[name]) if one != code)
        return self._about({FIELDS[name]: kept}, self.here)

    def unfiltered(self) -> str:
        """Return this page without any filter."""
        return self._about(dict.fromkeys(FIELDS.values(), ()), self.here)

    def of_period(self, period: Period, here: str | None = None) -> str:
        """Return this page, or another, about another period."""
        return self._about({"period": period}, here or self.here)

    def broken_down(self, breakdown: str) -> str:
        """Return the dashboard with another breakdown."""
        return replace(self, breakdown=breakdown).of("dashboard.overview", by=breakdown)

    def _about(self, changes: Mapping[str, Any], endpoint: str) -> str:
        changed = replace(self, question=replace(self.question, **changes))
        return changed.of(endpoint, **({"by": self.breakdown} if endpoint == "dashboard.overview" else {}))
