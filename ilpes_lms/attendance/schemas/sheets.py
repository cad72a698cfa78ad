"""Sign-in sheets in JSON."""

from pydantic import Field

from ilpes_lms.attendance.rules import MOST_BLANK_LINES, USUAL_BLANK_LINES
from ilpes_lms.web.api import Out, Query


class SheetQuery(Query):
    """How many lines stay blank for people who are not on the list."""

    blank_lines: int = Field(USUAL_BLANK_LINES, ge=0, le=MOST_BLANK_LINES)


class SheetLineOut(Out):
    """One line to sign on; without a number and a name it is blank."""

    number: int | None
    name: str
    institution: str
    country: str


class SheetOut(Out):
    """What a sign-in sheet says, in the activity's language."""

    language: str
    title: str
    class_session: str
    when: str
    place: str
    lines: list[SheetLineOut]
