"""A person's calendar as its page shows it."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from ilpes_lms.calendars import queries, rules
from ilpes_lms.calendars.queries import Mine
from ilpes_lms.calendars.wording import summary
from ilpes_lms.catalogue import wording
from ilpes_lms.core import clock
from ilpes_lms.notifications import links
from ilpes_lms.web import i18n


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: what, when for the reader, and by the clocks of its place where those differ."""

    title: str
    when: str
    there: str
    location: str
    link: str
    url: str
    cancelled: bool
    over: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a calendar, with the way to the ones before and after and to the next one that has something."""

    title: str
    lines: list[Line]
    before: str
    after: str
    next_with_entries: str


def month_page(person_id: int, first: date) -> Month:
    """Return what the page shows of a month in the reader's zone."""
    zone, following = i18n.zone(), rules.month_after(first)
    found = queries.agenda(person_id, first, zone)
    coming = None if found else queries.next_day(person_id, _midnight(following, zone))
    return Month(
        title=i18n.period(first, first, "month", "month"),
        lines=[_line(mine) for mine in found],
        before=_url(rules.month_before(first)),
        after=_url(following),
        next_with_entries=_url(clock.wall_time(coming, zone).date()) if coming else "",
    )


def feed_addresses(token: str) -> tuple[str, str]:
    """Return the address of a feed, and the same as calendars on phones and desks open it."""
    url = links.absolute(f"/calendar/{token}.ics")
    return url, f"webcal://{url.partition('://')[2]}"


def _line(mine: Mine) -> Line:
    slot = mine.slot
    when, there = i18n.short_period(*rules.days_of(slot)), ""
    if not slot.whole_days:
        when, there = wording.session_times(slot.starts_at, slot.ends_at, slot.zone)
    over = slot.ends_at <= clock.now()
    return Line(
        title=summary(slot), when=when, there=there, location=slot.location, link="" if over else slot.link,
        url=url_for("enrolment.my_enrolment", enrolment_ref=mine.enrolment_ref), cancelled=mine.cancelled, over=over,
    )  # fmt: skip


def _url(day: date) -> str:
    return url_for("calendars.mine", month=f"{day:%Y-%m}")


def _midnight(day: date, zone: str) -> datetime:
    return clock.at_place(datetime.combine(day, datetime.min.time()), zone)
