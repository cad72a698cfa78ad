"""Reminders as JSON."""

from datetime import date, datetime
from typing import Literal

from pydantic import AwareDatetime, Field

from ilpes_lms.reminders import rules
from ilpes_lms.reminders.queries import Calendar, Copy, Line, compared
from ilpes_lms.web.api import In, Out, Query

Anchor = Literal[
    "application_deadline", "offer_deadline", "activity_start", "class_session", "activity_end", "marks_missing",
    "nominations_unfilled", "profile_incomplete", "certificate_ready",
]  # fmt: skip
Recipient = Literal[
    "drafting", "applied", "waitlisted", "offered", "confirmed", "completed", "not_completed", "instructors",
    "focal_points",
]  # fmt: skip
_LAST_HOUR = 23


class SwitchIn(In):
    """Whether a rule holds for an activity."""

    enabled: bool


class SwitchOut(Out):
    """A rule and whether it holds for an activity."""

    rule: str
    enabled: bool


class ReminderTermsIn(In):
    """The terms of a rule; `hour` and `clock` count for days only; quiet hours the same twice are none."""

    amount: int = Field(ge=0, le=rules.MOST_HOURS)
    unit: Literal["days", "hours"] = "days"
    hour: int = Field(9, ge=0, le=_LAST_HOUR)
    clock: Literal["place", "person"] = "person"
    quiet_start: int = Field(21, ge=0, le=_LAST_HOUR)
    quiet_end: int = Field(8, ge=0, le=_LAST_HOUR)
    recipients: list[Recipient] = Field(min_length=1, max_length=len(rules.RECIPIENTS))
    enabled: bool = True

    def terms(self, anchor: str = "", side: str = "") -> rules.Rule:
        """Return them as the service takes them; a known rule has its own anchor and side."""
        return rules.Rule(
            code="", anchor=anchor, side=side, amount=self.amount, unit=self.unit, hour=self.hour, clock=self.clock,
            quiet=rules.Quiet(self.quiet_start, self.quiet_end), recipients=tuple(self.recipients),
            enabled=self.enabled,
        )  # fmt: skip


class ReminderRuleIn(ReminderTermsIn):
    """A new rule."""

    anchor: Anchor
    side: Literal["before", "after"]

    def rule(self) -> rules.Rule:
        """Return it as the service takes it."""
        return self.terms(self.anchor, self.side)


class ReminderRuleOut(Out):
    """A rule; `own` where its terms were set for this activity or kind, `version` is what If-Match names."""

    code: str
    anchor: str
    side: str
    amount: int
    unit: str
    hour: int
    clock: str
    quiet_start: int
    quiet_end: int
    recipients: list[str]
    enabled: bool
    own: bool
    version: int

    @classmethod
    def of(cls, rule: rules.Rule, *, own: bool) -> "ReminderRuleOut":
        return cls(
            code=rule.code, anchor=rule.anchor, side=rule.side, amount=rule.amount, unit=rule.unit, hour=rule.hour,
            clock=rule.clock, quiet_start=rule.quiet.start, quiet_end=rule.quiet.end,
            recipients=list(rule.recipients), enabled=rule.enabled, own=own,
            version=rule.version,
        )  # fmt: skip


class ReminderRulesOut(Out):
    """The rules of a kind of activity."""

    items: list[ReminderRuleOut]


class CalendarQuery(Query):
    """How many weeks ahead."""

    weeks: int = Field(2, ge=1, le=8)


class ActivityCalendarQuery(CalendarQuery):
    """How many weeks ahead, and the code of a rule that is off to see who would get it if it were on."""

    as_if_on: str | None = None


class KindAsIf(Query):
    """The code of a kind's rule that is off, to see who would get it if it were on for the activities of that kind."""

    kind: Literal["international_open", "national_restricted", "other_division", "webinar"] | None = None
    as_if_on: str | None = None


class EverywhereQuery(CalendarQuery, KindAsIf):
    """How many weeks ahead, and as if which kind's rule were on."""


class ReminderLineOut(Out):
    """One reminder on one day: about what, from when to when, to how many; `about_at` null where each has their own.

    Asked as if a rule were on, `recipients` is to how many it would go, and `recipients_now` to how many it goes as
    rules stand; else that is null.
    """

    day: date
    activity: str
    rule: str
    about: str
    about_at: datetime | None
    first_at: datetime
    last_at: datetime
    recipients: int
    recipients_now: int | None

    @classmethod
    def of(cls, line: Line) -> "ReminderLineOut":
        return cls(
            day=line.day, activity=line.activity.public_id, rule=line.rule.code, about=line.name, about_at=line.about,
            first_at=line.first, last_at=line.last, recipients=line.recipients, recipients_now=line.now,
        )  # fmt: skip


def lines_of(actual: Calendar, tried: Calendar | None) -> list[ReminderLineOut]:
    """Return the lines of a calendar, or of one in which a rule is tried out beside it."""
    return [ReminderLineOut.of(line) for line in (compared(tried, actual) if tried else actual.lines)]


class WrittenOut(Out):
    """How many reminders of one kind of message are in one state."""

    kind: str
    state: str
    messages: int


class PlanOut(Out):
    """An activity's rules, until when it is paused, who gets what when, and what was written so far."""

    rules: list[ReminderRuleOut]
    paused_until: datetime | None
    calendar: list[ReminderLineOut]
    written: list[WrittenOut]


class EverywhereOut(Out):
    """Until when all reminders are paused, and who gets what when."""

    paused_until: datetime | None
    calendar: list[ReminderLineOut]


class RecipientsQuery(CalendarQuery):
    """Of which line of the calendar, which page."""

    rule: str = Field(max_length=40)
    about: str = Field("", max_length=40)
    day: date
    cursor: str | None = Field(None, max_length=200)


class RecipientsOfActivityQuery(RecipientsQuery):
    """Of which line, which page, and the code of a rule that is off to see it as if it were on."""

    as_if_on: str | None = None


class RecipientsEverywhereQuery(RecipientsQuery, KindAsIf):
    """Of which line of which activity, which page, and as if which kind's rule were on."""

    activity: str = Field(max_length=26)


class RecipientOut(Out):
    """One recipient: by name, or by the address where no person stands behind it."""

    name: str
    standing: str
    language: str | None
    zone: str
    at: datetime

    @classmethod
    def of(cls, one: Copy) -> "RecipientOut":
        planned, person = one.planned, one.person
        return cls(
            name=person.full_name if person else planned.address or "", standing=planned.standing,
            language=person.language if person else None, zone=planned.zone, at=planned.at or planned.window.due,
        )  # fmt: skip


class RecipientsOut(Out):
    """A page of recipients."""

    items: list[RecipientOut]
    next_cursor: str | None


class PauseIn(In):
    """Until when no reminder is sent."""

    until: AwareDatetime
