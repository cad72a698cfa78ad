"""What a coordinator types about places: the rules over them, and how those who wait get them."""

from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    DateField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from ilpes_lms.catalogue.errors import DateNotPlausible
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.rules import OFFER_HOURS
from ilpes_lms.catalogue.rules.values import is_plausible
from ilpes_lms.catalogue.schemas.fields import MOST_OFFER_HOURS
from ilpes_lms.core import clock
from ilpes_lms.enrolment.forms.fields import needed, suggesting
from ilpes_lms.enrolment.rules import MOST_PLACES, RULE_LABELS
from ilpes_lms.people.vocabularies import countries
from ilpes_lms.web.forms import Form
from ilpes_lms.web.i18n import current_language

_WALL = "%Y-%m-%dT%H:%M"
_MOST_CAPACITY = 1_000_000
_LONGEST_VERSION = 9


def _plausible(_form: Any, field: Any) -> None:
    if field.data and not is_plausible(field.data):
        raise ValidationError(gettext(DateNotPlausible.message))


class VersionForm(Form):
    """A change that must name the version of the activity it was made on."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """Return the version named, 0 for what is none."""
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() and text.isascii() and len(text) <= _LONGEST_VERSION else 0


class PlaceRuleForm(VersionForm):
    """One more rule over the places."""

    kind = SelectField(_("Rule"), validators=[needed()])
    number = IntegerField(
        _("Number"),
        description=_("How many people or places; for the share of women, per cent."),
        validators=[needed(), NumberRange(min=1, max=MOST_PLACES)],
    )
    countries = SelectMultipleField(
        _("Countries, for reserved places"), validators=[Optional()], description=_("Tick those that count together.")
    )
    organization = StringField(
        _("Institution, for reserved places"),
        description=_("As it stands in the list of institutions."),
        render_kw=suggesting(),
        validators=[Optional(), Length(max=300)],
    )  # fmt: skip
    until = DateField(
        _("Reserved until (this day included)"),
        description=_("Empty: until the activity begins. Then the places go to everyone."),
        validators=[Optional(), _plausible],
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind.choices = [(code, gettext(label)) for code, label in RULE_LABELS.items()]
        language = current_language()
        groups = countries.countries_for_choice(language)
        self.countries.choices = {countries.group_label(code, language): named for code, named in groups}

    def values(self, zone: str) -> dict[str, Any]:
        """Return what was typed as the service takes it; a day is over where the activity takes place."""
        return {
            "kind": self.kind.data, "number": self.number.data, "countries": self.countries.data or [],
            "organization": self.organization.data or "",
            "until": clock.end_of_day(self.until.data, zone) if self.until.data else None,
        }  # fmt: skip


class WaitingForm(VersionForm):
    """How many places, and how those who wait get them."""

    capacity = IntegerField(
        _("Places"), [Optional(), NumberRange(min=1, max=_MOST_CAPACITY)], description=_("Empty: as many as come.")
    )
    promotes_by = RadioField(_("Who waits gets a free place"), default="offer")
    offer_hours = IntegerField(
        _("Hours to accept an offer"),
        [needed(), NumberRange(min=1, max=MOST_OFFER_HOURS)],
        default=OFFER_HOURS,
        description=_("An offer never outlasts the beginning of the activity."),
    )
    waiting_until = DateTimeLocalField(
        _("Free places are passed on until"),
        [Optional(), _plausible],
        format=_WALL,
        description=_("At the time of the place. Empty: until the activity begins."),
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        ways = {"offer": gettext("as an offer to accept in time"), "place": gettext("at once")}
        self.promotes_by.choices = list(ways.items())

    def values(self, zone: str) -> dict[str, Any]:
        """Return what was typed as the service takes it."""
        until: datetime | None = self.waiting_until.data
        return {
            "capacity": self.capacity.data, "promotes_by": self.promotes_by.data,
            "offer_hours": self.offer_hours.data,
            "waiting_until": clock.at_place(until, zone) if until else None,
        }  # fmt: skip

    def differing(self, activity: Activity) -> list[tuple[str, str, str]]:
        """Return where something else was typed than stands now: the setting, what was typed, what stands."""
        stored, ways = waiting_of(activity), dict(self.promotes_by.choices)

        def said(value: Any) -> str:
            return "" if value is None else str(ways.get(value, value))

        names = [name for name in stored if name != "version" and self[name].data != stored[name]]
        return [(str(self[name].label.text), said(self[name].data), said(stored[name])) for name in names]


def waiting_of(activity: Activity) -> dict[str, Any]:
    """Return an activity's values as the form holds them."""
    until = activity.waiting_until
    return {
        "version": activity.version, "capacity": activity.capacity, "promotes_by": activity.promotes_by,
        "offer_hours": activity.offer_hours,
        "waiting_until": clock.wall_time(until, activity.zone) if until else None,
    }  # fmt: skip
