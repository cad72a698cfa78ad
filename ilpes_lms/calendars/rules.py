"""What calendars show of an activity, and what somebody must be told whose calendar shows something else."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

# As a mailbox has it, an address after an @; whatever the site's own address is, so that it stays the same for ever.
_UID = "{ref}@ilpes-lms"
# What is sent where no other letter goes, and what people decline who want no calendar entries by mail.
KIND = "calendars.update"
# Letters about a place or about what takes place; each tells its reader's calendar whatever that does not show yet.
LETTERS = (
    "enrolment.confirmed", "enrolment.promoted", "enrolment.listed", "enrolment.declined", "enrolment.place_ended",
    "enrolment.place_taken_back", "enrolment.activity_cancelled", "enrolment.dates_changed",
    "enrolment.class_session_moved", "enrolment.class_session_cancelled", "enrolment.class_sessions_changed",
)  # fmt: skip
# Coordinators often change several things in a row: what has changed is told together, so long after the first.
SETTLING = timedelta(minutes=3)
A_DAY = timedelta(days=1)
_MONTH = re.compile(r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])")
_SHOWN = frozenset({"published", "closed", "archived"})


@dataclass(frozen=True, slots=True)
class Slot:
    """One entry of a calendar: a class session, or the days of an activity that has none.

    `titles` are the activity's by language, `title` the class session's own. `sequence` is how often the class session
    itself was moved, from which its entries begin to count. `link` is for those with a place only.
    """

    uid: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    titles: Mapping[str, str]
    activity_ref: str
    title: str = ""
    location: str = ""
    link: str = ""
    whole_days: bool = False
    sequence: int = 0

    @property
    def fingerprint(self) -> str:
        """Return what tells this entry from one that says something else."""
        times = (self.starts_at.isoformat(), self.ends_at.isoformat(), self.zone, str(self.whole_days))
        titles = (f"{code}={text}" for code, text in sorted(self.titles.items()))
        told = (self.uid, *times, self.title, self.location, self.link, *titles)
        return sha256("\x1f".join(told).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody was last told about an entry: `standing`, or called off; under which number, in which words."""

    sequence: int
    standing: bool
    fingerprint: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to tell: an entry as it is now, or (`slot` None) that the one with this UID is called off."""

    uid: str
    sequence: int
    slot: Slot | None = field(default=None)


def uid_of(ref: str) -> str:
    """Return the UID under which calendars know a class session or an activity."""
    return _UID.format(ref=ref)


def days_of(slot: Slot) -> tuple[date, date]:
    """Return the first and the last day of an entry by the calendar of its place."""
    zone = ZoneInfo(slot.zone)
    return slot.starts_at.astimezone(zone).date(), (slot.ends_at - timedelta(microseconds=1)).astimezone(zone).date()


def month_named(text: str | None, today: date) -> date | None:
    """Return the first day of a month written as 2027-04, of the present one by default, None for anything else."""
    if not text:
        return today.replace(day=1)
    if not _MONTH.fullmatch(text):
        return None
    return date(int(text[:4]), int(text[5:]), 1)


def month_after(first: date) -> date:
    """Return the first day of the month after one."""
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_before(first: date) -> date:
    """Return the first day of the month before one."""
    return (first.replace(day=1) - A_DAY).replace(day=1)


def is_shown(standing: str, status: str) -> bool:
    """Tell whether the calendar of somebody who stands so in an activity shows it."""
    return standing == "confirmed" and status in _SHOWN


def owed(now_planned: Iterable[Slot], told: Mapping[str, Told], now: datetime) -> list[Step]:
    """Return what somebody must be told so that their calendar shows what is planned; of what is over, nothing."""
    planned = {slot.uid: slot for slot in now_planned}
    asked = [
        Step(slot.uid, _next(told.get(slot.uid), slot.sequence), slot)
        for slot in planned.values()
        if _differs(slot, told.get(slot.uid)) and _is_to_come(slot, told.get(slot.uid), now)
    ]
    gone = [
        Step(uid, last.sequence + 1)
        for uid, last in told.items()
        if last.standing and uid not in planned and last.ends_at > now
    ]
    return [*gone, *asked]


def edition(slots: Sequence[Slot]) -> str:
    """Return what tells a schedule from another one."""
    return sha256(" ".join(sorted(slot.fingerprint for slot in slots)).encode()).hexdigest()


def _next(last: Told | None, least: int) -> int:
    return least if last is None else max(last.sequence + 1, least)


def _differs(slot: Slot, last: Told | None) -> bool:
    return last is None or not last.standing or last.fingerprint != slot.fingerprint


def _is_to_come(slot: Slot, last: Told | None, now: datetime) -> bool:
    return slot.ends_at > now or (last is not None and last.standing and last.ends_at > now)
