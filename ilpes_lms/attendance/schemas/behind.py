"""Who is falling behind, as JSON."""

from typing import Annotated

from pydantic import Field, StringConstraints

from ilpes_lms.attendance.queries import Behind
from ilpes_lms.attendance.rules import LONGEST_MESSAGE
from ilpes_lms.attendance.schemas.rosters import OutcomeOut
from ilpes_lms.web.api import In, Out

_MOST = 5000


class BehindOut(Out):
    """A participant who is falling behind, and why: missed_in_a_row, no_slack or out_of_reach."""

    enrolment: str
    name: str
    reasons: list[str]
    outcome: OutcomeOut

    @classmethod
    def of(cls, found: Behind) -> "BehindOut":
        name = found.enrolment.person.full_name
        outcome = OutcomeOut.of(found.outcome)
        return cls(enrolment=found.enrolment.public_id, name=name, reasons=found.reasons, outcome=outcome)


class AllBehindOut(Out):
    """Everyone who is falling behind in an activity, by name."""

    items: list[BehindOut]


class BehindMessageIn(In):
    """A message to some of those who are falling behind."""

    enrolments: list[Annotated[str, StringConstraints(max_length=40)]] = Field(min_length=1, max_length=_MOST)
    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_MESSAGE)]


class BehindMessageOut(Out):
    """How many people it goes to."""

    people: int
