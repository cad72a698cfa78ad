"""One's own calendar as JSON."""

from datetime import datetime
from typing import Self

from pydantic import Field

from ilpes_lms.calendars.queries import Mine
from ilpes_lms.calendars.wording import summary
from ilpes_lms.web.api import In, Out, Query


class MonthQuery(Query):
    """Which month, the present one by default."""

    month: str | None = Field(None, pattern=r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$", examples=["2027-04"])


class EntryOut(Out):
    """One entry; `link` is the way to join, `cancelled` says that it does not take place."""

    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    whole_days: bool
    location: str
    link: str
    activity: str
    enrolment: str
    cancelled: bool

    @classmethod
    def of(cls, mine: Mine) -> Self:
        slot = mine.slot
        return cls(
            title=summary(slot), starts_at=slot.starts_at, ends_at=slot.ends_at, zone=slot.zone,
            whole_days=slot.whole_days, location=slot.location, link=slot.link, activity=slot.activity_ref,
            enrolment=mine.enrolment_ref, cancelled=mine.cancelled,
        )  # fmt: skip


class CalendarOut(Out):
    """A month of one's own calendar, in one's own zone; whether entries come by mail; since when there is a feed."""

    month: str
    zone: str
    items: list[EntryOut]
    invitations: bool
    feed_made_at: datetime | None


class FeedOut(Out):
    """The address of a feed, which is told this once only."""

    url: str
    webcal_url: str


class InvitationsIn(In):
    """Whether calendar entries are wanted by mail."""

    wanted: bool


class CalendarInvitationsOut(Out):
    """Whether calendar entries are wanted by mail."""

    wanted: bool
