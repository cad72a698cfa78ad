"""What a coordinator types to correct what is on record of a person."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from ilpes_lms.enrolment.forms.fields import needed
from ilpes_lms.enrolment.rules import ATTRIBUTE_LABELS
from ilpes_lms.people.vocabularies import countries, sectors, sexes
from ilpes_lms.web.forms import Form
from ilpes_lms.web.i18n import current_language

_LONGEST_VERSION = 10


def _label(field: str) -> Any:
    return _(ATTRIBUTE_LABELS[field])


class CorrectionForm(Form):
    """What is on record, to be corrected, and why; `version` is the one that the page showed."""

    version = HiddenField()
    sex = SelectField(_label("sex"), validators=[needed()])
    country = SelectField(_label("country"), validators=[Optional()])
    sector = SelectField(_label("sector"), validators=[Optional()])
    organization_name = StringField(_label("organization_name"), validators=[Optional(), Length(max=300)])
    organization_country = SelectField(_label("organization_country"), validators=[Optional()])
    position_held = StringField(_label("position_held"), validators=[Optional(), Length(max=200)])
    reason = TextAreaField(
        _("Reason for the correction"),
        description=_("It stands in the history, and the person sees it among their own data."),
        validators=[needed(), Length(max=400)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = current_language()
        self.sex.choices = sexes.choices(language)
        self.sector.choices = [("", _("Not known")), *sectors.choices(language)]
        self.country.choices = self.organization_country.choices = _countries(language)

    def seen_version(self) -> int:
        """Return the version that the page showed; one that nobody had when it says none."""
        text = self.version.data or ""
        return int(text) if text.isdecimal() and len(text) < _LONGEST_VERSION else -1

    def attributes(self) -> dict[str, str | None]:
        """Return what was filled in, by the names the service knows."""
        return {name: self[name].data or None for name in ATTRIBUTE_LABELS}


def _countries(language: str) -> dict[str, list[tuple[str, Any]]]:
    groups = countries.countries_for_choice(language)
    return {"": [("", _("Not known"))], **{countries.group_label(code, language): found for code, found in groups}}
