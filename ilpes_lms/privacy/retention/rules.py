"""How long something may be kept, and when a night's work is due."""

from datetime import datetime, time, timedelta

from ilpes_lms.privacy.retention.errors import PeriodOutOfBounds, ReasonMissing

LONGEST_REASON = 500
# When few people work, by the clock of the institute.
_HOUR = time(3)
# The job is tried every hour, so what is missed one night is made up for in the morning.
LONGEST_SILENCE = timedelta(days=2)
# A batch takes seconds: who has not come forward for so long is dead.
GIVEN_UP_AFTER = timedelta(minutes=10)
TOLD_BEFORE = timedelta(days=30)


def check_period(days: int | None, reason: str, least: int, most: int) -> None:
    """Refuse a period outside its bounds (None is for ever), and one without a reason."""
    if days is not None and not least <= days <= most:
        raise PeriodOutOfBounds(field="days", least=least, most=most)
    if not reason:
        raise ReasonMissing(field="reason")


def night(wall: datetime) -> datetime:
    """Return when the last night's work was due, by the same clock on the wall."""
    today = datetime.combine(wall.date(), _HOUR)
    return today if wall >= today else today - timedelta(days=1)


def is_silent(last: datetime | None, now: datetime) -> bool:
    """Tell whether nothing was let go for longer than it should ever take."""
    return last is None or now - last > LONGEST_SILENCE
