"""Activities as coordinators see them: a table, and what differs between two versions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from ilpes_lms.catalogue import rules, wording
from ilpes_lms.catalogue.details import dates_of, facts_of, headcount_of, way_in_of, window_of
from ilpes_lms.catalogue.errors import PeopleOnRecord
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.errors import DomainError
from ilpes_lms.core.text import N_
from ilpes_lms.web import i18n
from ilpes_lms.web.errors import text_of

STEP_LABELS = {
    "publish": N_("Publish"),
    "close": N_("Close"),
    "reopen": N_("Open again"),
    "archive": N_("Archive"),
    "cancel": N_("Cancel the activity"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the coordinators' table."""

    url: str
    title: str
    kind: str
    kind_label: str
    status_label: str
    tone: str
    dates: str
    confirmed: int
    waiting: int
    capacity: int | None
    by_headcount: bool


def rows_of(activities: Iterable[Activity]) -> list[Row]:
    """Put activities into lines of the table."""
    return [
        Row(
            url=url_for("catalogue.manage", ref=activity.public_id),
            title=i18n.in_own_words(activity.titles),
            kind=activity.kind,
            kind_label=wording.kind_label(activity.kind),
            status_label=str(_(rules.STATUS_LABELS[activity.status])),
            tone=rules.TONES[activity.status],
            dates=dates_of(activity),
            confirmed=activity.confirmed_count,
            waiting=activity.waiting_count,
            capacity=activity.capacity,
            by_headcount=activity.record != "people",
        )
        for activity in activities
    ]


@dataclass(frozen=True, slots=True)
class Overview:
    """The head of an activity's management pages."""

    title: str
    kind_label: str
    status_label: str
    tone: str
    facts: list[tuple[str, str]]
    headcount: list[tuple[str, str]]
    steps: list[tuple[str, str]]
    countable: bool
    not_countable: str


def overview_of(activity: Activity, now: datetime) -> Overview:
    """Put an activity into the coordinators' words."""
    return Overview(
        title=i18n.in_own_words(activity.titles),
        kind_label=wording.kind_label(activity.kind),
        status_label=str(_(rules.STATUS_LABELS[activity.status])),
        tone=rules.TONES[activity.status],
        facts=facts_of(activity) + way_in_of(activity, window_of(activity, now, if_published=True), now),
        headcount=headcount_of(activity.headcount),
        steps=[(step, str(_(STEP_LABELS[step]))) for step in rules.possible_steps(activity.status)],
        countable=_why_not_counted(activity) is None,
        not_countable=text_of(refused) if (refused := _why_not_counted(activity)) else "",
    )


def _why_not_counted(activity: Activity) -> DomainError | None:
    """Return why nobody can say of this activity how many took part, None if it can be said."""
    if activity.record == "people" and activity.confirmed_count + activity.waiting_count:
        return PeopleOnRecord()
    try:
        rules.check_counted(activity.status, activity.starts_on, clock.today(activity.zone))
    except DomainError as refused:
        return refused
    return None


def differences(form: Any, typed: Mapping[str, Any], stored: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return the fields in which what was typed differs from what is stored now: label, typed, stored."""
    return [
        (str(form[name].label.text), _readable(typed.get(name)), _readable(value))
        for name, value in stored.items()
        if name != "version" and _readable(typed.get(name)) != _readable(value)
    ]


def _readable(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_readable, value)))
    if isinstance(value, dict):
        return f"{value.get('name') or ''} ({value.get('role')})" if value.get("name") else ""
    return "" if value is None else str(value).strip()
