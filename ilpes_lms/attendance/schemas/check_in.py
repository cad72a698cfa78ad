"""Self check-in in JSON."""

from datetime import datetime

from pydantic import Field

from ilpes_lms.attendance import rules
from ilpes_lms.attendance.models import CheckInScreen, Mark
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
