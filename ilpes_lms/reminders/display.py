"""Reminder rules and the calendar as pages show them."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask_babel import gettext as _
from flask_babel import ngettext

from ilpes_lms.core.text import N_
from ilpes_lms.notifications.display import STATES
from ilpes_lms.reminders import rules
from ilpes_lms.reminders.queries import Copy, Line, Terms
from ilpes_lms.web.i18n import clock_time, in_own_words, moment, number, weekday

LABELS = {
    "application_closes": N_("Application not sent yet"),
    "offer_lapses": N_("Offered place about to lapse"),
    "activity_starts": N_("The activity is about to start"),
    "activity_began": N_("The activity has begun"),
    "class_session_tomorrow": N_("Class session soon"),
    "activity_ends": N_("The activity is about to end"),
    "activity_ended": N_("The activity has ended"),
    "marks_missing": N_("Attendance not marked yet"),
    "nominations_unfilled": N_("Places without a nomination"),
    "profile_incomplete": N_("Profile not complete"),
    "certificate_waiting": N_("Certificate not downloaded yet"),
}
ANCHOR_PHRASES = {
    (rules.APPLICATION_DEADLINE, "before"): N_("before applications close"),
    (rules.OFFER_DEADLINE, "before"): N_("before an offered place lapses"),
    (rules.ACTIVITY_START, "before"): N_("before the activity starts"),
    (rules.ACTIVITY_START, "after"): N_("after the activity has begun"),
    (rules.CLASS_SESSION, "before"): N_("before each day with class sessions"),
    (rules.ACTIVITY_END, "before"): N_("before the activity ends"),
    (rules.ACTIVITY_END, "after"): N_("after the activity has ended"),
    (rules.MARKS_MISSING, "after"): N_("after a class session, if attendance is not marked"),
    (rules.NOMINATIONS_UNFILLED, "before"): N_("before nominations close, if places are unfilled"),
    (rules.PROFILE_INCOMPLETE, "after"): N_("after the application, if the profile is not complete"),
    (rules.CERTIFICATE_READY, "after"): N_("after a certificate is ready, if it is not downloaded"),
}
RECIPIENT_LABELS = {
    rules.DRAFTING: N_("Those who have not sent their application"),
    "applied": N_("Applicants without a decision"),
    "waitlisted": N_("Those on the waiting list"),
    "offered": N_("Those who are offered a place"),
    "confirmed": N_("Participants"),
    "completed": N_("Participants who have completed it"),
    "not_completed": N_("Participants who have not completed it"),
    rules.INSTRUCTORS: N_("Instructors"),
    rules.FOCAL_POINTS: N_("Focal points"),
}


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A rule in words; `own` where somebody set its terms, `known` where a default stands behind them."""

    code: str
    name: str
    when: str
    recipients: str
    quiet: str
    enabled: bool
    own: bool
    known: bool
    version: int


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of the calendar in words, with what names it in an address.

    `standing` says, where a rule is tried out, whether it goes as rules stand, and `tone` is that of its mark.
    """

    asked: dict[str, str]
    name: str
    about: str
    activity: str
    times: str
    recipients: int
    standing: str
    tone: str


def rules_in_words(terms: Terms) -> list[ShownRule]:
    """Return rules as pages list them."""
    return [
        ShownRule(
            rule.code, _(LABELS[rule.message]), when_of(rule), recipients_of(rule), quiet_of(rule), rule.enabled,
            rule.code in terms.own, rule.code in terms.known, rule.version,
        )
        for rule in terms.rules.values()
    ]  # fmt: skip


def when_of(rule: rules.Rule) -> str:
    """Return when a rule's reminder is sent: 3 days before the activity starts, at 09:00 where it takes place."""
    said = {"span": _span(rule), "phrase": _(ANCHOR_PHRASES[rule.anchor, rule.side]), "hour": f"{rule.hour:02}:00"}
    if rule.unit == "hours":
        return str(_("%(span)s %(phrase)s", **said))
    if rule.clock == "place":
        return str(_("%(span)s %(phrase)s, at %(hour)s where the activity takes place", **said))
    return str(_("%(span)s %(phrase)s, at %(hour)s where the person is", **said))


def recipients_of(rule: rules.Rule) -> str:
    """Return whom a rule reaches."""
    return ", ".join(str(_(RECIPIENT_LABELS[name])) for name in rules.RECIPIENTS if name in rule.recipients)


def quiet_of(rule: rules.Rule) -> str:
    """Return between which hours it reaches nobody, nothing where there are none."""
    if not rule.quiet.hours:
        return ""
    start, end = f"{rule.quiet.start:02}:00", f"{rule.quiet.end:02}:00"
    return str(_("Not from %(start)s to %(end)s where the person is.", start=start, end=end))


def days_of(lines: list[Line], zone: str) -> list[tuple[str, list[ShownLine]]]:
    """Return the calendar's lines by day, in words."""
    return [
        (weekday(day), [line_of(one, zone) for one in some]) for day, some in groupby(lines, key=lambda one: one.day)
    ]


def line_of(line: Line, zone: str) -> ShownLine:
    """Return a line of the calendar in words."""
    first, last = clock_time(line.first, zone), clock_time(line.last, zone)
    reference = line.activity.public_id
    return ShownLine(
        {"activity": reference, "rule": line.rule.code, "about": line.name, "day": line.day.isoformat()},
        str(_(LABELS[line.rule.message])), moment(line.about, line.activity.zone) if line.about else "",
        in_own_words(line.activity.titles), first if first == last else f"{first} – {last}", line.recipients,
        *_standing_of(line),
    )  # fmt: skip


def _standing_of(line: Line) -> tuple[str, str]:
    if line.now is None or line.now == line.recipients:
        return str(_("Is sent")), "good"
    if not line.now:
        return str(_("Only if the rule is on")), "caution"
    if not line.recipients:
        return str(_("Only while the rule is off")), "caution"
    return str(ngettext("Is sent, now to %(num)s person", "Is sent, now to %(num)s people", line.now)), "good"


def copies_of(found: list[Copy]) -> list[tuple[str, str, str]]:
    """Return the recipients of a line: the name, when it is due where they are, why they get it."""
    return [(_name(one), _due(one), _(RECIPIENT_LABELS[one.planned.standing])) for one in found]


def written_in_words(found: list[tuple[str, str, int]]) -> list[tuple[str, str, str]]:
    """Return how many reminders were written down: which, in which state, how many."""
    return [
        (_(LABELS.get(kind.removeprefix("reminders."), kind)), _(STATES[state][0]), number(count))
        for kind, state, count in found
    ]


def anchor_choices() -> list[tuple[str, str]]:
    """Return what a rule can be relative to, as a form offers it."""
    return [(f"{anchor}:{side}", str(_(phrase))) for (anchor, side), phrase in ANCHOR_PHRASES.items()]


def recipient_choices(anchor: str | None = None) -> list[tuple[str, str]]:
    """Return who can be reminded, of one thing or of any."""
    possible = rules.ANCHORS[anchor].recipients if anchor else rules.RECIPIENTS
    return [(name, str(_(RECIPIENT_LABELS[name]))) for name in possible]


def pause_in_words(until: datetime | None, zone: str) -> str:
    """Return until when reminders are paused, nothing if they are not."""
    return str(_("Paused until %(moment)s", moment=moment(until, zone))) if until else ""


def _span(rule: rules.Rule) -> str:
    if rule.unit == "hours":
        return str(ngettext("%(num)s hour", "%(num)s hours", rule.amount))
    return str(ngettext("%(num)s day", "%(num)s days", rule.amount)) if rule.amount else str(_("On the same day,"))


def _name(one: Copy) -> str:
    return one.person.full_name if one.person else one.planned.address or ""


def _due(one: Copy) -> str:
    return moment(one.planned.at or one.planned.window.due, one.planned.zone)
