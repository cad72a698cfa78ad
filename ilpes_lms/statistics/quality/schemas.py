"""What programs get of the quality of data."""

from datetime import date

from ilpes_lms.web.api import Out


class GapOut(Out):
    """A kind of gap and how often it is found; `items` is the address of its list."""

    gap: str
    number: int
    items: str


class QualityOut(Out):
    """Every kind of gap."""

    gaps: list[GapOut]


class LikeOut(Out):
    """Somebody on record before who may be the same person: what agrees, what differs, whether only a name is known."""

    person_ref: str
    name: str
    same: list[str]
    different: list[str]
    unknown: bool


class LackingOut(Out):
    """An enrolment, an activity or a person with a gap; null for what it is not."""

    activity_ref: str | None = None
    title: str | None = None
    ends_on: date | None = None
    record: str | None = None
    enrolment_ref: str | None = None
    person_ref: str | None = None
    name: str | None = None
    like: list[LikeOut] | None = None


class LackingsOut(Out):
    """A page of what has a gap."""

    items: list[LackingOut]
    next_cursor: str | None
