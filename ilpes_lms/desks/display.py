"""The desks in the reader's language."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from ilpes_lms.attendance.display import Standing as Outcome
from ilpes_lms.attendance.display import standing as outcome_in_words
from ilpes_lms.catalogue import wording
from ilpes_lms.catalogue.details import dates_of
from ilpes_lms.catalogue.listing import ShownCard, shown_card
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.catalogue.overview import Row, rows_of
from ilpes_lms.catalogue.queries import Card
from ilpes_lms.core.runs import JobRun
from ilpes_lms.core.text import N_
from ilpes_lms.desks.queries import Attended, Backlog, JobState, Line, Meeting, Needs, Nominating, Standing, Taught
from ilpes_lms.enrolment import rules as enrolment_rules
from ilpes_lms.enrolment.models import ApplicationDraft
from ilpes_lms.notifications.display import STATES
from ilpes_lms.web import i18n
from ilpes_lms.web.i18n import ngettext
from ilpes_lms.web.navigation import place

SETTING_LABELS = {
    "environment": N_("Environment"),
    "base_url": N_("Public address"),
    "port": N_("Port"),
    "default_zone": N_("Time zone of the institute"),
    "web_workers": N_("Web processes"),
    "log_level": N_("Detail of the log"),
    "mail_from": N_("Sender of messages"),
    "database": N_("Database"),
    "broker": N_("Broker"),
    "mail": N_("Mail server"),
    "secret_key": N_("Key that signs cookies"),
}
CHECK_LABELS = {
    "database": N_("Database"), "tables": N_("Tables of the database"),
    "scheduler": N_("Scheduler, which wakes the jobs"), "worker": N_("Workers, which do them"),
    "messages": N_("Messages leave in time"),
}  # fmt: skip
_KEYS = {"development": N_("the known one of the development environment"), "own": N_("set, not shown")}
_NOT_SET = N_("not set")
_WITHOUT = {
    "broker": N_("none: nothing is done in the background, no message sent and no certificate made"),
    "mail": N_("none: messages become files"),
}
_HOUR, _MINUTE = 3600, 60


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: where, what, why now, and to what it belongs."""

    url: str
    label: str
    note: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Mine:
    """One of a person's activities as the page shows it."""

    url: str
    title: str
    dates: str
    state: str
    tone: str
    note: str
    attended: int
    counted: int
    to_come: int
    outcome: Outcome | None
    certificates: list[tuple[str, str]]


def cards(found: list[Card], now: datetime) -> list[ShownCard]:
    """Return cards as the catalogue shows them."""
    base = place("catalogue")
    return [shown_card(card, base, now, i18n.current_language()) for card in found]


def offer_task(offered: Standing) -> Task:
    """Return the task to answer an offered place."""
    deadline = offered.enrolment.offer_expires_at
    note = (
        _("Until %(moment)s. After that it goes to the next person.", moment=i18n.moment(deadline)) if deadline else ""
    )
    return Task(_standing_url(offered), _("Accept your place: %(title)s", title=_title(offered)), note)


def draft_task(draft: ApplicationDraft) -> Task:
    """Return the task to go on with an application that is not sent."""
    title = i18n.in_own_words(draft.activity.titles)
    return Task(
        url_for("enrolment.apply", activity_ref=draft.activity.public_id),
        _("Go on with your application: %(title)s", title=title),
        _("Saved: %(moment)s. It is not sent yet.", moment=i18n.moment(draft.saved_at)),
    )


def meeting_times(session: ClassSession) -> tuple[str, str]:
    """Return when a class session is for the reader, and at its place where that differs."""
    return wording.session_times(session.starts_at, session.ends_at, session.zone)


def meeting_label(meeting: Meeting) -> str:
    """Return what a class session is called on one's own page."""
    return " · ".join(part for part in (_title(meeting.standing), meeting.class_session.title) if part)


def mine(standing: Standing) -> Mine:
    """Put one of a person's enrolments into words."""
    label, tone = _state(standing)
    confirmed = standing.enrolment.state == "confirmed"
    return Mine(
        url=_standing_url(standing),
        title=_title(standing),
        dates=dates_of(standing.activity),
        state=label,
        tone=tone,
        note=_note(standing),
        attended=standing.attended,
        counted=standing.held + standing.to_come - standing.excused,
        to_come=standing.to_come,
        outcome=outcome_in_words(standing.outcome) if confirmed and standing.outcome else None,
        certificates=[
            (url_for("certificates.file", code=certificate.code), certificate.serial)
            for certificate in standing.certificates
        ],
    )


def nominating(found: Nominating, now: datetime) -> Task:
    """Return what a focal point nominates for: how many places are filled, until when."""
    quota = found.quota
    filled = _(
        "%(filled)s of %(places)s places filled", filled=i18n.number(found.filled), places=i18n.number(quota.places)
    )
    until = (
        _("Nominations closed") if quota.closes_at <= now
        else _("Until %(moment)s", moment=wording.last_day(quota.closes_at, quota.activity.zone))
    )  # fmt: skip
    url = url_for("enrolment.my_nominations", quota_ref=quota.public_id)
    about = f"{quota.organization.name} · {dates_of(quota.activity)}"
    return Task(url, i18n.in_own_words(quota.activity.titles), f"{filled} · {until}", about)


def marked_text(attended: Attended) -> str:
    """Return how many participants of a class session have a mark."""
    return str(
        _(
            "%(marked)s of %(participants)s marked",
            marked=i18n.number(attended.marked),
            participants=i18n.number(attended.participants),
        )
    )


def taught_facts(taught: Taught) -> list[str]:
    """Return in a few words how far an activity is that someone teaches."""
    people = ngettext("%(num)s participant", "%(num)s participants", taught.activity.confirmed_count)
    held = _("%(held)s of %(total)s class sessions held", held=taught.held, total=taught.sessions)
    return [dates_of(taught.activity), str(people), str(held)]


def coordination_tasks(needs: list[Needs]) -> list[Task]:
    """Return what waits for a coordinator, people who wait for an answer first, each with the page where it is done."""
    kinds = (_to_review, _offered, _without_marks, _without_certificate, _to_close)
    return [task for kind in kinds for each in needs if (task := kind(each))]


def line(found: Line) -> Row:
    """Return a current activity as the coordinators' table shows it."""
    (row,) = rows_of([found.activity])
    return row


def outbox_numbers(counts: dict[str, int]) -> list[tuple[str, str, str]]:
    """Return how many messages stand in each state, in the order of a message's life."""
    return [(state, str(_(label)), i18n.number(counts.get(state, 0))) for state, (label, _tone) in STATES.items()]


def job_row(job: JobState, now: datetime) -> list[Any]:
    """Return a job as a line of a table: what, how often, when and how long it last ran, what waits, since when."""
    ran = (_last_run(job.last_run, now), _took(job.last_run))
    return [_(job.label), _every(job.every), *ran, *_waiting(job.backlog, now)]


def job_state(job: JobState) -> tuple[str, str] | None:
    """Return how a job is doing and the tone to say it in; None where nothing tells."""
    if job.under_way_since:
        return str(_("Under way")), "info"
    if job.asked_at:
        return str(_("Waits for its turn")), "waiting"
    if job.last_run and job.last_run.error:
        return str(_("Failed")), "wrong"
    if job.late:
        return str(_("Behind")), "wrong"
    return (str(_("On time")), "good") if job.backlog or job.last_run else None


def setting_pairs(settings: dict[str, Any]) -> list[tuple[str, str]]:
    """Return settings as pairs of a word and a text."""
    return [(str(_(SETTING_LABELS[name])), _setting(name, value)) for name, value in settings.items()]


def check_label(name: str) -> str:
    """Return what a health check looks at."""
    return str(_(CHECK_LABELS[name])) if name in CHECK_LABELS else name


def _to_review(needs: Needs) -> Task | None:
    label = ngettext("%(num)s application to review", "%(num)s applications to review", needs.to_review)
    url = url_for("enrolment.board", activity_ref=needs.activity.public_id, state="applied")
    return _task(needs, url, label) if needs.to_review else None


def _offered(needs: Needs) -> Task | None:
    label = ngettext("%(num)s offered place without answer", "%(num)s offered places without answer", needs.offered)
    url = url_for("enrolment.board", activity_ref=needs.activity.public_id, state="offered")
    lapses = needs.first_lapses_at
    note = _("The first lapses on %(moment)s.", moment=i18n.moment(lapses)) if lapses else ""
    return _task(needs, url, label, note) if needs.offered else None


def _without_marks(needs: Needs) -> Task | None:
    number = needs.sessions_without_marks
    label = ngettext("%(num)s class session without all marks", "%(num)s class sessions without all marks", number)
    return _task(needs, place("attendance", activity_ref=needs.activity.public_id), label) if number else None


def _without_certificate(needs: Needs) -> Task | None:
    number = needs.without_certificate
    label = ngettext("%(num)s certificate to issue", "%(num)s certificates to issue", number)
    return _task(needs, place("certificates", activity_ref=needs.activity.public_id), label) if number else None


def _to_close(needs: Needs) -> Task | None:
    url = url_for("catalogue.manage", ref=needs.activity.public_id)
    return _task(needs, url, _("Over, and can be closed")) if needs.to_close else None


def _task(needs: Needs, url: str, label: str, note: str = "") -> Task:
    return Task(url, label, note, i18n.in_own_words(needs.activity.titles))


def _title(standing: Standing) -> str:
    return i18n.in_own_words(standing.activity.titles)


def _standing_url(standing: Standing) -> str:
    return url_for("enrolment.my_enrolment", enrolment_ref=standing.enrolment.public_id)


def _state(standing: Standing) -> tuple[str, str]:
    if standing.activity.status == "cancelled":
        return str(_("Cancelled")), "wrong"
    state = standing.enrolment.state
    return str(_(enrolment_rules.STATE_LABELS[state])), enrolment_rules.STATE_TONES[state]


def _note(standing: Standing) -> str:
    if standing.position:
        return str(_("Your position on the waiting list: %(rank)s", rank=standing.position))
    return ""


def _every(seconds: float | None) -> str:
    if not seconds:
        return str(_("when asked"))
    whole = int(seconds)
    if whole >= _HOUR:
        return str(ngettext("every hour", "every %(num)s hours", whole // _HOUR))
    if whole >= _MINUTE:
        return str(ngettext("every minute", "every %(num)s minutes", whole // _MINUTE))
    return str(ngettext("every second", "every %(num)s seconds", whole))


def _waiting(backlog: Backlog | None, now: datetime) -> list[str | None]:
    if backlog is None:
        return [None, None]
    return [i18n.number(backlog.waiting), _since(backlog.oldest, now)]


def _since(oldest: datetime | None, now: datetime) -> str | None:
    if oldest is None:
        return None
    minutes = int((now - oldest).total_seconds()) // _MINUTE
    if minutes < 1:
        return str(_("less than a minute"))
    if minutes < 2 * _MINUTE:
        return str(ngettext("%(num)s minute", "%(num)s minutes", minutes))
    return str(ngettext("%(num)s hour", "%(num)s hours", minutes // _MINUTE))


def _took(run: JobRun | None) -> str | None:
    if run is None:
        return None
    seconds = (run.ended_at - run.started_at).total_seconds()
    if seconds < _MINUTE:
        return str(_("%(seconds)s s", seconds=i18n.number(round(seconds, 1))))
    return str(ngettext("%(num)s minute", "%(num)s minutes", int(seconds) // _MINUTE))


def _last_run(run: JobRun | None, now: datetime) -> str:
    if run is None:
        return str(_("never"))
    ago = _ago(run.ended_at, now)
    return str(_("failed: %(error)s, %(ago)s", error=run.error, ago=ago)) if run.error else ago


def _ago(moment: datetime, now: datetime) -> str:
    seconds = max(0, int((now - moment).total_seconds()))
    if seconds < 2 * _MINUTE:
        return str(ngettext("%(num)s second ago", "%(num)s seconds ago", seconds))
    if seconds < 2 * _HOUR:
        return str(ngettext("%(num)s minute ago", "%(num)s minutes ago", seconds // _MINUTE))
    return str(ngettext("%(num)s hour ago", "%(num)s hours ago", seconds // _HOUR))


def _setting(name: str, value: Any) -> str:
    if name == "secret_key":
        return str(_(_KEYS[value]))
    return str(value) if value else str(_(_WITHOUT.get(name, _NOT_SET)))
