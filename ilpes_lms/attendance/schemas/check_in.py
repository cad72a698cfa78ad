"""Self check-in in JSON."""

from datetime import datetime

from pydantic import Field

from ilpes_lms.attendance import rules
from ilpes_lms.attendance.models import CheckInScreen, Mark
from ilpes_lms.attendance.queries import CheckedIn
from ilpes_lms.core import clock
from ilpes_lms.web.api import In, Out


class CheckInIn(In):
    """The code that is on the screen now, short or long."""

    code: str = Field(min_length=1, max_length=40)


class CheckInOut(Out):
    """The mark that a check-in led to."""

    enrolment: str
    mark: str
    marked_at: datetime

    @classmethod
    def of(cls, mark: Mark) -> "CheckInOut":
        return cls(enrolment=mark.enrolment.public_id, mark=mark.mark, marked_at=mark.marked_at)


class CheckedInOut(Out):
    """A check-in; `notes` are shared, device, address, and `others` used the same kind of device at that address."""

    enrolment: str
    name: str
    mark: str
    marked_at: datetime
    others: int
    notes: list[str]

    @classmethod
    def of(cls, found: CheckedIn) -> "CheckedInOut":
        mark = found.mark
        return cls(
            enrolment=mark.enrolment.public_id, name=mark.enrolment.person.full_name, mark=mark.mark,
            marked_at=mark.marked_at, others=found.others, notes=list(found.notes),
        )  # fmt: skip


class CheckInsOut(Out):
    """Everyone who checked in to a class session."""

    items: list[CheckedInOut]


class ScreenOut(Out):
    """What a class session's screen shows; null codes: check-in is closed."""

    code: str | None
    token: str | None
    seconds_left: int
    closes_at: datetime | None

    @classmethod
    def of(cls, screen: CheckInScreen | None) -> "ScreenOut":
        now = clock.now()
        if screen is None or screen.closes_at <= now:
            return cls(code=None, token=None, seconds_left=0, closes_at=None)
        return cls(
            code=rules.code_at(screen.secret, now), token=rules.token_at(screen.secret, now),
            seconds_left=rules.seconds_left(now), closes_at=screen.closes_at,
        )  # fmt: skip
