"""A message to the people of an activity, as somebody writes it."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from ilpes_lms.notifications.texts.rules import LONGEST_SUBJECT, Words
from ilpes_lms.reminders.announcements.rules import Audience
from ilpes_lms.web.forms import Form
from ilpes_lms.web.i18n import LANGUAGES

_ACTIVITY, _OTHER = "activity", "other"
_ABOUT = {
    _ACTIVITY: _("The activity: everybody who is chosen gets it"),
    _OTHER: _("Something else, such as other courses: who declined such messages does not get it"),
}


class _Several(SelectMultipleField):  # type: ignore[misc]  # WTForms is untyped
    """Some of a list, with a box each."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _subject() -> StringField:
    return StringField(_("Subject"), render_kw={"maxlength": LONGEST_SUBJECT})


def _body() -> TextAreaField:
    return TextAreaField(_("Text"), render_kw={"rows": 8})


class AnnouncementForm(Form):
    """To whom, and what, in each language."""

    states = _Several(_("Who gets it"))
    countries = _Several(_("Only from these countries"))
    institutions = _Several(_("Only of these institutions"))
    behind = BooleanField(_("Only who is falling behind"))
    outcome = SelectField(_("Only with this outcome"))
    about = RadioField(_("What it is about"), validators=[InputRequired(_("Say what it is about."))])
    subject_es, body_es = _subject(), _body()
    subject_en, body_en = _subject(), _body()
    subject_pt, body_pt = _subject(), _body()
    subject_fr, body_fr = _subject(), _body()

    @classmethod
    def of(
        cls, audience: Audience, words: dict[str, Words], choices: dict[str, Any], *, about_activity: bool = True
    ) -> "AnnouncementForm":
        """Return the form with a message in it, or with what was typed."""
        subjects = {f"subject_{language}": each.subject for language, each in words.items()}
        bodies = {f"body_{language}": each.body for language, each in words.items()}
        about = {"about": _ACTIVITY if about_activity else _OTHER}
        form = cls(data={**vars(audience), **about, **subjects, **bodies})
        form.about.choices = list(_ABOUT.items())
        for name, found in choices.items():
            form[name].choices = found
        return form

    @property
    def audience(self) -> Audience:
        """Return to whom it goes."""
        return Audience(
            states=self.states.data or [], countries=self.countries.data or [],
            institutions=self.institutions.data or [], behind=bool(self.behind.data), outcome=self.outcome.data or "",
        )  # fmt: skip

    @property
    def about_activity(self) -> bool:
        """Return whether it is about the activity."""
        return bool(self.about.data == _ACTIVITY)

    @property
    def words(self) -> dict[str, Words]:
        """Return what it says, by language."""
        return {
            language: Words(
                (self[f"subject_{language}"].data or "").strip(),
                (self[f"body_{language}"].data or "").replace("\r\n", "\n").strip(),
            )
            for language in LANGUAGES
        }


class SendForm(Form):
    """The press of a button on a message that was looked at; `seen` tells what was shown."""

    seen = HiddenField()
    as_person = HiddenField()
