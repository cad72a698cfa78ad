"""What is typed for nominations and invitations."""

import io
from typing import Any, BinaryIO

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from ilpes_lms.enrolment import service
from ilpes_lms.enrolment.forms.fields import needed, suggesting
from ilpes_lms.people.vocabularies import countries
from ilpes_lms.web.forms import Form
from ilpes_lms.web.i18n import LANGUAGES, current_language

_MOST_PLACES = 10_000


def _answer_by() -> DateField:
    return DateField(
        _("Can be answered until (this day included)"),
        description=_("If left empty: two weeks, but not beyond the beginning of the activity."),
        validators=[Optional()],
    )


def _committee() -> RadioField:
    return RadioField(
        _("Who accepts"),
        choices=[
            SelectChoice("1", _("has a place at once, while there are places")),
            SelectChoice("0", _("applies like others, and the committee decides")),
        ],
        default="1",
    )


class QuotaForm(Form):
    """Places for an institution."""

    organization = StringField(
        _("Institution"), validators=[needed(), Length(min=2, max=300)], render_kw=suggesting(),
        description=_("If it is not in the list, write its full name."),
    )  # fmt: skip
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


class QuotaChangeForm(Form):
    """What an institution has from now on; `version` is the one that the page showed."""

    version = HiddenField()
    places = IntegerField(_("Places"), validators=[InputRequired(), NumberRange(min=0, max=_MOST_PLACES)])
    closes_on = DateField(_("Nominations until (this day included)"), validators=[needed()])
    focal_point_email = EmailField(
        _("E-mail address of the focal point"),
        description=_("If you change it, the new address gets a personal link and the old link stops working."),
        validators=[needed(), Length(max=254)],
    )

    def seen_version(self) -> int:
        """Return the version that the page showed; one that nobody had when it says none."""
        text = self.version.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - what fits a column


class NomineeForm(Form):
    """A person named for a place."""

    given_names = StringField(_("Given names"), validators=[needed(), Length(max=120)])
    first_surname = StringField(_("Surnames"), validators=[needed(), Length(max=120)])
    email = EmailField(_("E-mail address"), validators=[needed(), Length(max=254)])
    position = StringField(_("Position"), validators=[Optional(), Length(max=200)])

    def person(self) -> dict[str, Any]:
        """Return who was named, by the names the service knows."""
        return {name: self[name].data or "" for name in ("given_names", "first_surname", "email", "position")}


class SubstituteForm(NomineeForm):
    """A person named in place of one who has confirmed, and why."""

    reason = TextAreaField(
        _("Reason"),
        description=_("Whoever loses the place reads it in the letter."),
        validators=[needed(), Length(max=400)],
    )

    def nominee(self) -> Any:
        """Return who is named, by the names the service knows."""
        return {name: self[name].data for name in ("email", "given_names", "first_surname")}


class InvitationForm(NomineeForm):
    """A person invited, the language of the letter, and the terms."""

    language = SelectField(_("Language of the letter"), choices=LANGUAGES)
    answer_by = _answer_by()
    skips_selection = _committee()

    def terms(self) -> dict[str, Any]:
        """Return on which terms, by the names the service knows."""
        return {"answer_by": self.answer_by.data, "skips_selection": self.skips_selection.data != "0"}


class ExtensionForm(Form):
    """Another last day."""

    answer_by = DateField(_("Can be answered until (this day included)"), validators=[needed()])


class ListForm(Form):
    """A list of people, as a file or carried along from the step before."""

    file = FileField(
        _("Your list"),
        description=_("Excel (.xlsx) or CSV, up to 2 MB and 2,000 rows."),
        render_kw={"accept": ".xlsx,.csv"},
    )
    text = HiddenField()
    doubts_accepted = BooleanField(_("I have looked at these, and they are right."))
    send = HiddenField()

    def validate_file(self, field: FileField) -> None:
        """Refuse to read nothing at all."""
        if not (field.data and field.data.filename) and not self.written():
            raise ValidationError(gettext("Choose the file with your list first."))

    def written(self) -> str:
        """Return the list as text where it is not a file: as it was carried along."""
        return self.text.data or ""

    def source(self) -> BinaryIO:
        """Return what is to be read: the file, or the text where there is none."""
        uploaded = self.file.data
        if uploaded and uploaded.filename:
            stream: BinaryIO = uploaded.stream
            return stream
        return io.BytesIO(self.written().encode())

    def carry(self, foreseen: service.Foreseen | None) -> None:
        """Say why a list can't be sent as it is, or carry it along to be sent."""
        self.send.data = self.text.data = ""
        if foreseen is None:
            return
        if foreseen.refused is None:
            self.text.data = service.written_out(foreseen.checked.people)
        elif not self.errors:
            self.refuse(foreseen.refused)


class InvitationListForm(ListForm):
    """A list of people to invite, as a file or pasted, and the terms."""

    pasted = TextAreaField(
        _("Or paste the list"),
        description=_("One person a line: given names; surnames; e-mail address. Rows copied from a spreadsheet fit."),
        validators=[Length(max=200_000)],
        render_kw={"rows": 6},
    )
    answer_by = _answer_by()
    skips_selection = _committee()

    def written(self) -> str:
        """Return what was pasted, else the text carried along."""
        return self.pasted.data or super().written()

    def terms(self) -> dict[str, Any]:
        """Return on which terms, by the names the service knows."""
        return {"answer_by": self.answer_by.data, "skips_selection": self.skips_selection.data != "0"}


class DeclineForm(Form):
    """Why someone declines, if they like to say."""

    reason = TextAreaField(
        _("Reason"), description=_("Whoever invited you reads it."), validators=[Optional(), Length(max=400)]
    )
