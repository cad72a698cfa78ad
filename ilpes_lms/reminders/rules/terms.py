"""The terms of a rule, and which make sense together."""

import zlib
from collections.abc import Collection
from dataclasses import dataclass

from ilpes_lms.reminders import errors
from ilpes_lms.reminders.rules.anchors import ANCHORS, OUTCOMES
from ilpes_lms.reminders.rules.quiet import Quiet

MOST_DAYS, MOST_HOURS = 60, 72
_MOST_QUIET, _LAST_HOUR = 16, 23
_VERSIONS = 10**9


@dataclass(frozen=True)
class Rule:
    """One reminder: so many days or hours before or after what it is about, to whom.

    Days end at an `hour` of the `clock` of the place or of the person; hours need neither.
    """

    code: str
    anchor: str
    side: str
    amount: int
    unit: str
    hour: int
    clock: str
    quiet: Quiet
    recipients: tuple[str, ...]
    enabled: bool = True

    @property
    def message(self) -> str:
        """Return which message says it."""
        return ANCHORS[self.anchor].messages[self.side]

    @property
    def version(self) -> int:
        """Return a number that tells these terms from others."""
        return zlib.crc32(repr(self).encode()) % _VERSIONS

    @property
    def reached(self) -> list[tuple[str, str]]:
        """Return whom it reaches as (standing, outcome), each person by one of them: "" is any outcome."""
        wanted = self.recipients
        states = [(name, "") for name in wanted if name not in OUTCOMES]
        return (
            states if "confirmed" in wanted else states + [("confirmed", name) for name in OUTCOMES if name in wanted]
        )

    def reaches(self, standing: str, outcome: str = "") -> bool:
        """Tell whether somebody is among its recipients."""
        return standing in self.recipients or bool(outcome and outcome in self.recipients)


def check(rule: Rule) -> None:
    """Refuse a rule that makes no sense, naming the field that is at fault."""
    anchor = ANCHORS.get(rule.anchor)
    if anchor is None or rule.side not in anchor.sides:
        raise errors.NoSuchAnchor(field="anchor")
    least, most = (0, MOST_DAYS) if rule.unit == "days" else (1, MOST_HOURS)
    if not least <= rule.amount <= most:
        raise errors.LeadNotPlausible(least=least, most=most, field="amount")
    if not 0 <= rule.hour <= _LAST_HOUR:
        raise errors.HourNotPlausible(field="hour")
    _check_quiet(rule)
    _check_recipients(rule.recipients, anchor.recipients)


def _check_quiet(rule: Rule) -> None:
    if not (0 <= rule.quiet.start <= _LAST_HOUR and 0 <= rule.quiet.end <= _LAST_HOUR):
        raise errors.HourNotPlausible(field="quiet_start")
    if rule.quiet.hours > _MOST_QUIET:
        raise errors.TooQuiet(most=_MOST_QUIET, field="quiet_end")


def _check_recipients(wanted: Collection[str], possible: Collection[str]) -> None:
    if not wanted:
        raise errors.NobodyReminded(field="recipients")
    if not set(wanted) <= set(possible):
        raise errors.RecipientsOutOfReach(field="recipients")
