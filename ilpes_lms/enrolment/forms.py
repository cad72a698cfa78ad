"""Shapes of what people type."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, EmailField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from ilpes_lms.enrolment.rules import DECISIONS
from ilpes_lms.people.vocabularies import countries
from ilpes_lms.web.forms import Form
from ilpes_lms.web.i18n import LANGUAGES, current_language

_MOST_PLACES = 10_000


def _needed() -> InputRequired:
    return InputRequired(_("This field is required."))


class ApplicationForm(Form):
    """Why someone wants to take part."""

    motivation = TextAreaField(
        _("Why do you want to take part?"),
        description=_("A few sentences: what you work on, and what you will do with what you learn."),
        validators=[Length(max=5000)],
    )


class DecisionForm(Form):
    """Whom a decision is about, and the sentence that goes with it."""

    decision = SelectField(choices=dict.fromkeys(DECISIONS, ""))
    chosen = SelectMultipleField(validate_choice=False)
    reason = TextAreaField(
        _("A sentence to the people"),
        description=_(
            "It stands in the history of their application; who is not selected also reads it in the letter."
        ),
        validators=[Optional(), Length(max=400)],
    )


class QuotaForm(Form):
    """Places for an institution."""

    organization = StringField(_("Institution"), validators=[_needed(), Length(min=2, max=300)])
    country = SelectField(_("Country of the institution"), validators=[_needed()])
    places = IntegerField(_("Places"), validators=[_needed(), NumberRange(min=1, max=_MOST_PLACES)])
    closes_on = DateField(_("Nominations until (this day included)"), validators=[_needed()])
    focal_point_email = EmailField(
        _("E-mail address of the focal point"),
        description=_("The personal link for nominating goes to this address."),
        validators=[_needed(), Length(max=254)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = current_language()
        groups = countries.countries_for_choice(language)
        named = {countries.group_label(code, language): dict(found) for code, found in groups}
        self.country.choices = {"": str(_("Choose a country")), **named}


class NomineeForm(Form):
    """A person named for a place."""

    given_names = StringField(_("Given names"), validators=[_needed(), Length(max=120)])
    first_surname = StringField(_("First surname"), validators=[_needed(), Length(max=120)])
    email = EmailField(_("E-mail address"), validators=[_needed(), Length(max=254)])


class InvitationForm(NomineeForm):
    """A person invited, and the language of the letter."""

    language = SelectField(_("Language of the letter"), choices=LANGUAGES)
