"""The forms of class sessions: one, one that is moved or cancelled, and a pattern of many."""

from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import format_date, gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    SelectField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import Length, NumberRange, Optional

from ilpes_lms.catalogue import rules
from ilpes_lms.catalogue.forms.fields import _WALL, Checkboxes, _needed, _plausible, _text
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.people.vocabularies import countries, time_zones
from ilpes_lms.web import i18n
from ilpes_lms.web.forms import Form

_LONGEST_SESSION_MINUTES = 1440


class ClassSessionForm(Form):
    """One dated meeting, by the clocks of its place."""

    starts_wall = DateTimeLocalField(_("Begins"), [_needed(), _plausible], format=_WALL)
    minutes = IntegerField(_("Minutes"), [_needed(), NumberRange(min=1, max=_LONGEST_SESSION_MINUTES)], default=90)
    zone = SelectField(_("Time zone of the place"), [_needed()])
    title = _text(_("Title"), 200)
    joining_link = _text(_("Joining link"), 500, description=_("Shown only to people who have a place."))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zone.choices = time_zones.choices(i18n.current_language())

    def values(self) -> dict[str, Any]:
        """Return what was typed as the service takes it."""
        values = {name: self[name].data for name in ("starts_wall", "minutes", "zone", "joining_link")}
        return {**values, "title": self.title.data or ""}


class MovedSessionForm(ClassSessionForm):
    """A class session that is there: the version that was seen, and why its times change."""

    reason = _text(
        _("Reason for other times"), 400,
        description=_("If the times change, everyone with a place gets a letter with both and the reason."),
    )  # fmt: skip
    version = HiddenField()

    def values(self) -> dict[str, Any]:
        """Return what was typed as the service takes it."""
        seen = str(self.version.data or "")
        return {**super().values(), "reason": self.reason.data or "", "version": int(seen) if seen.isdecimal() else 0}


class CalledOffForm(Form):
    """Why a class session does not take place."""

    reason = _text(_("Reason"), 400)


class PatternForm(Form):
    """Class sessions that come again. `expected` is the tag of the plan that is confirmed."""

    weekdays = Checkboxes(_("On these days of the week"), [_needed()])
    begins = TimeField(_("Begins at"), [_needed()])
    ends = TimeField(_("Ends at"), [_needed()], description=_("Before the beginning: on the day after."))
    every = IntegerField(
        _("Every so many weeks"), [_needed(), NumberRange(min=1, max=52)], default=1,
        description=_("1: every week, 2: every second week."),
    )  # fmt: skip
    first = DateField(_("First day"), [_needed(), _plausible])
    last = DateField(_("Last day"), [Optional(), _plausible])
    number = IntegerField(
        _("Number of class sessions"), [Optional(), NumberRange(min=1, max=100)],
        description=_("Instead of a last day, or beside it: what comes first ends it."),
    )  # fmt: skip
    zone = SelectField(_("Time zone of the place"), [_needed()])
    skipped = TextAreaField(
        _("Dates to leave out"), [Optional(), Length(max=2000)], render_kw={"rows": 3},
        description=_("One a line, as 2026-09-18 or 18/09/2026."),
    )  # fmt: skip
    holidays = BooleanField(_("Leave out public holidays"))
    title = _text(_("Title"), 200)
    joining_link = _text(_("Joining link"), 500, description=_("Shown only to people who have a place."))
    expected = HiddenField()

    def __init__(self, country: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        code = i18n.current_language()
        self.zone.choices = time_zones.choices(code)
        week = [_A_MONDAY + timedelta(number) for number in range(7)]
        self.weekdays.choices = [(str(day.weekday()), format_date(day, "EEEE")) for day in week]
        if country:
            name = countries.country_name(country, code)
            self.holidays.label.text = gettext("Leave out the public holidays of %(country)s", country=name)
        else:
            del self.holidays

    def pattern(self) -> rules.Pattern:
        """Return the pattern that was typed; raises what is wrong with it."""
        return rules.Pattern(
            weekdays=frozenset(int(day) for day in self.weekdays.data), begins=self.begins.data, ends=self.ends.data,
            first=self.first.data, last=self.last.data, number=self.number.data, every=self.every.data,
            skipped=rules.dates_in(self.skipped.data or ""),
        )  # fmt: skip

    def options(self) -> dict[str, Any]:
        """Return where the pattern is meant and whether public holidays are left out."""
        return {"zone": self.zone.data, "holidays": bool(self.holidays and self.holidays.data)}

    def details(self) -> dict[str, Any]:
        """Return what all its class sessions have in common."""
        return {"title": self.title.data or "", "joining_link": self.joining_link.data}


_A_MONDAY = date(2024, 1, 1)


def data_of_session(session: ClassSession) -> dict[str, Any]:
    """Return a class session's values as the form holds them."""
    return {
        "starts_wall": datetime.fromisoformat(session.wall_start), "minutes": session.minutes,
        "zone": time_zones.canonical(session.zone), "title": session.title, "joining_link": session.joining_link,
        "version": session.version,
    }  # fmt: skip
