"""Who judges applications, and what of the others' judgement they read: plain values."""

from collections.abc import Sequence
from dataclasses import dataclass

from ilpes_lms.enrolment import errors
from ilpes_lms.enrolment.rules.standings import AGAIN

LOWEST_SCORE, HIGHEST_SCORE = 0, 100
LONGEST_NOTE = 5000
# Whom a decision is about: those ticked, all on the page, all that match the filter.
SCOPES = ("chosen", "page", "all")
MOST_AT_ONCE = 2000
# From so many people on, their number has to be written to confirm a decision.
COUNTED_FROM = 25


@dataclass(frozen=True)
class Reviewer:
    """Somebody who judges applications.

    `divisions` are those whose activities they coordinate: empty is all, None is none (then they only help).
    """

    person_id: int
    divisions: frozenset[str] | None = None

    @property
    def decides(self) -> bool:
        """Tell whether decisions are theirs, not scores and notes alone."""
        return self.divisions is not None


def may_read_others(*, decides: bool, scored: bool, conflicted: bool) -> bool:
    """Tell whether somebody reads what the others wrote about an application.

    Who decides does; who only judges does after judging, so that each score is one's own. Nobody does who has
    declared a conflict of interest.
    """
    return not conflicted and (decides or scored)


def is_undecided(starts: Sequence[str | None]) -> bool:
    """Tell from the states that an enrolment's steps began in whether nothing has followed its arrival."""
    return not starts or starts[-1] in AGAIN


def check_score(score: int | None) -> None:
    """Refuse a score outside 0 to 100."""
    if score is not None and not LOWEST_SCORE <= score <= HIGHEST_SCORE:
        raise errors.ScoreOutOfRange(field="score")


def check_take_back(starts: Sequence[str | None]) -> None:
    """Refuse to take back a conflict of interest once something was decided."""
    if not is_undecided(starts):
        raise errors.DecidedMeanwhile


def check_number(people: int, written: int | None) -> None:
    """Refuse a decision about many whose number was not confirmed."""
    if people >= COUNTED_FROM and written != people:
        raise errors.CountDiffers(field="number", number=people)


def check_most(people: int) -> None:
    """Refuse a decision about more people than one transaction carries."""
    if people > MOST_AT_ONCE:
        raise errors.TooManyAtOnce(most=MOST_AT_ONCE)
