"""Forms of this room."""

import re
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import AnyOf, InputRequired, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from ilpes_lms.core import clock
from ilpes_lms.core.errors import DomainError
from ilpes_lms.reminders import rules
from ilpes_lms.reminders.display import anchor_choices, recipient_choices, when_of
from ilpes_lms.reminders.errors import RuleChanged
from ilpes_lms.web.forms import Form

_VERSION = re.compile(r"[0-9]{1,9}")


class SeenForm(Form):
    """The press of a button beside a rule; `version` is the one that the page showed."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """Return the version that the page showed, one that never was where it says none."""
        said = str(self.version.data or "")
        return int(said) if _VERSION.fullmatch(said) else -1


class SwitchForm(SeenForm):
    """Switch a rule on or off."""

    enabled = StringField(validators=[AnyOf(["yes", "no"])])


class PauseForm(Form):
    """Until when no reminder is sent."""

    until = DateField(
        _("Last day of the pause"),
        [InputRequired(_("This field is required."))],
        description=_("Reminders that are still of use then are sent the day after; the others are not sent."),
    )

    def moment(self, zone: str) -> datetime:
        """Return when the pause is over: at the end of its last day at a place."""
        return clock.end_of_day(self.until.data, zone)


class Checkboxes(SelectMultipleField):  # type: ignore[misc]  # WTForms is untyped
    """Several of a few choices."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class RuleForm(SeenForm):
    """The terms of a rule; `overtaken` where somebody else changed them since they were shown."""

    overtaken = False

    about = SelectField(_("What it is about"))
    amount = IntegerField(_("How long before or after"), [NumberRange(min=0, max=rules.MOST_HOURS)])
    unit = RadioField(_("Counted in"), default="days")
    hour = SelectField(
        _("Hour of the day"), coerce=int, default=9, description=_("For days only; hours are counted to the minute.")
    )
    clock = RadioField(_("By the clock"), default="person")
    recipients = Checkboxes(_("Who is reminded"))
    quiet_start = SelectField(_("Quiet from"), coerce=int, default=21)
    quiet_end = SelectField(
        _("Quiet until"),
        coerce=int,
        default=8,
        description=_(
            "Where the person is. A reminder that falls into these hours is sent in the morning or, where that is too "
            "late, the evening before. The same hour twice: no quiet hours."
        ),
    )
    enabled = BooleanField(_("Send this reminder"), default=True)

    def __init__(self, known: rules.Rule | None = None, **kwargs: Any) -> None:
        super().__init__(data=_data(known) if known else None, **kwargs)
        hours = [(hour, f"{hour:02}:00") for hour in range(24)]
        self.known = known
        self.about.choices = anchor_choices()
        self.unit.choices = [("days", gettext("days")), ("hours", gettext("hours"))]
        self.clock.choices = [
            ("person", gettext("where the person is")), ("place", gettext("where the activity takes place")),
        ]  # fmt: skip
        self.hour.choices = self.quiet_start.choices = self.quiet_end.choices = hours
        self.recipients.choices = recipient_choices(known.anchor if known else None)
        if known:
            # What a rule is about is what it is: another thing is another rule.
            del self.about

    def refuse(self, refusal: DomainError) -> None:
        """Put a refusal where it belongs; that somebody was quicker is shown with what they wrote."""
        if isinstance(refusal, RuleChanged):
            self.overtaken = True
        else:
            super().refuse(refusal)

    def show_beside(self, standing: rules.Rule) -> list[tuple[str, str, str]]:
        """Return in what a rule differs from what was typed: field, typed, standing.

        With both on the page, to send the form again is a decision made in knowledge of the other.
        """
        self.known, self.version.data = standing, str(standing.version)
        in_words = [(self[name], _in_words(self[name], value)) for name, value in _terms_of(standing).items()]
        typed = [(field, _in_words(field, field.data), stands) for field, stands in in_words]
        return [(field.label.text, mine, stands) for field, mine, stands in typed if mine != stands]

    @property
    def said(self) -> str:
        """Return what the rule is now, in words."""
        return when_of(self.known) if self.known else ""

    @property
    def terms(self) -> rules.Rule:
        """Return what was typed as the service takes it."""
        about = f"{self.known.anchor}:{self.known.side}" if self.known else self.about.data or ""
        anchor, _colon, side = about.partition(":")
        return rules.Rule(
            code="", anchor=anchor, side=side, amount=self.amount.data, unit=self.unit.data, hour=self.hour.data,
            clock=self.clock.data, quiet=rules.Quiet(self.quiet_start.data, self.quiet_end.data),
            recipients=tuple(self.recipients.data or ()), enabled=self.enabled.data,
        )  # fmt: skip


def _data(known: rules.Rule) -> dict[str, Any]:
    return {**_terms_of(known), "version": str(known.version)}


def _terms_of(known: rules.Rule) -> dict[str, Any]:
    return {
        "amount": known.amount, "unit": known.unit, "hour": known.hour, "clock": known.clock,
        "quiet_start": known.quiet.start, "quiet_end": known.quiet.end, "recipients": list(known.recipients),
        "enabled": known.enabled,
    }  # fmt: skip


def _in_words(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return str(gettext("On") if value else gettext("Off"))
    if not hasattr(field, "choices"):
        return str(value)
    chosen = value if isinstance(value, list) else [value]
    return ", ".join(str(label) for code, label in field.choices if code in chosen)
