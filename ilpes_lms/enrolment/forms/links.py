"""What is typed for nominations and invitations."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, EmailField, IntegerField, SelectField, StringField
from wtforms.validators import Length, NumberRange

from ilpes_lms.enrolment.forms.fields import needed
from ilpes_lms.people.vocabularies import countries
from ilpes_lms.web.forms import Form
from ilpes_lms.web.i18n import LANGUAGES, current_language

_MOST_PLACES = 10_000


class QuotaForm(Form):
    """Places for an institution."""

    organization = StringField(_("Institution"), validators=[needed(), Length(min=2, max=300)])
    country = SelectField(_("Country of the institution"), validators=[needed()])
    places = IntegerField(_("Places"), validators=[needed(), NumberRange(min=1, max=_MOST_PLACES)])
    closes_on = DateField(_("Nominations until (this day included)"), validators=[needed()])
    focal_point_email = EmailField(
        _("E-mail address of the focal point"),
        description=_("The personal link for nominating goes to this address."),
        validators=[needed(), Length(max=254)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = current_language()
        groups = countries.countries_for_choice(language)
        named = {countries.group_label(code, language): dict(found) for code, found in groups}
        self.country.choices = {"": str(_("Choose a country")), **named}


class NomineeForm(Form):
    """A person named for a place."""

    given_names = StringField(_("Given names"), validators=[needed(), Length(max=120)])
    first_surname = StringField(_("First surname"), validators=[needed(), Length(max=120)])
    email = EmailField(_("E-mail address"), validators=[needed(), Length(max=254)])

    def nominee(self) -> Any:
        """Return who is named, by the names the service knows."""
        return {name: self[name].data for name in ("email", "given_names", "first_surname")}


class InvitationForm(NomineeForm):
    """A person invited, and the language of the letter."""

    language = SelectField(_("Language of the letter"), choices=LANGUAGES)
