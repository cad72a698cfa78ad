"""What people send about templates of certificates."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from ilpes_lms.certificates.design import FACTS, LANGUAGES, LONGEST, Design, Logo, Signing, Words
from ilpes_lms.certificates.models import CertificateTemplate
from ilpes_lms.people.vocabularies import divisions as vocabulary
from ilpes_lms.web.forms import Form
from ilpes_lms.web.i18n import LANGUAGES as NAMES
from ilpes_lms.web.i18n import current_language

_DIGITS = 9
_PICTURES = {"accept": ".png,.svg,image/png,image/svg+xml"}


def _spoken(code: str, name: str) -> StringField:
    return StringField(NAMES[code], [Optional(), Length(max=LONGEST[name])], render_kw={"lang": code})


class DraftForm(Form):
    """A change that must name the version of the draft that it was made on."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """Return the version named, 0 for what is none."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else 0

    def said(self, name: str) -> dict[str, str]:
        """Return what was written in the fields of each language."""
        written = {code: (self[f"{name}_{code}"].data or "").strip() for code in LANGUAGES}
        return {code: text for code, text in written.items() if text}


class NewTemplateForm(Form):
    """A template that is begun."""

    name = StringField(_("Name"), [InputRequired(_("Write a name for the template.")), Length(max=LONGEST["name"])])
    division = SelectField(_("Whose it is"), description=_("Activities of other divisions can’t choose it."))
    like = SelectField(_("Begin with"))

    def offer(self, templates: Iterable[CertificateTemplate], divisions: frozenset[str]) -> None:
        """Let whoever creates one choose among what is theirs."""
        named = [SelectChoice(code, label) for code, label in vocabulary.choices(current_language())]
        own = [choice for choice in named if choice.value in divisions]
        self.division.choices = own if divisions else [SelectChoice("", gettext("The whole institute")), *named]
        begun = [SelectChoice(one.public_id, one.name) for one in templates]
        self.like.choices = [SelectChoice("", gettext("The institute’s own words")), *begun]


class NameForm(Form):
    """What a template is called."""

    name = StringField(_("Name"), [InputRequired(_("Write a name for the template.")), Length(max=LONGEST["name"])])


class WordsForm(DraftForm):
    """The words of one kind in one language."""

    heading = StringField(_("Title line"), [Length(max=LONGEST["heading"])])
    opening = StringField(_("Above the name"), [Length(max=LONGEST["opening"])])
    deed = StringField(_("Between the name and the title of the activity"), [Length(max=LONGEST["deed"])])
    closing = TextAreaField(
        _("Closing sentences"),
        [Optional(), Length(max=LONGEST["closing"])],
        description=_("Each line is a sentence. One with a value that is not known of somebody is left out there."),
        render_kw={"rows": 4},
    )
    long = BooleanField(_("Show the preview with a long name and a long title"))

    def words(self) -> Words:
        """Return what was written."""
        names = ("heading", "opening", "deed", "closing")
        return Words(**{name: (self[name].data or "").strip() for name in names})


class FactsForm(DraftForm):
    """Which facts stand below the title of the activity."""

    shown = SelectMultipleField(
        _("What stands below the title of the activity"),
        choices=[SelectChoice(name, label) for name, label in FACTS.items()],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        description=_("What is not known of somebody is left out."),
    )

    def label(self) -> None:
        """Say what the choices mean in the reader's language."""
        self.shown.choices = [SelectChoice(name, gettext(label)) for name, label in FACTS.items()]


class LogoForm(DraftForm):
    """A logo and what it shows."""

    picture = FileField(
        _("Picture"),
        description=_("PNG or SVG, up to 300 kB. Empty: the one there is stays."),
        render_kw=_PICTURES,
    )
    alt_es = _spoken("es", "alt")
    alt_en = _spoken("en", "alt")
    alt_pt = _spoken("pt", "alt")
    alt_fr = _spoken("fr", "alt")

    def logo(self, image: str) -> Logo:
        """Return the logo that was described."""
        return Logo(image, self.said("alt"))


class SigningForm(DraftForm):
    """Somebody who signs."""

    name = StringField(_("Name"), [InputRequired(_("Write who signs.")), Length(max=LONGEST["name"])])
    title_es = _spoken("es", "title")
    title_en = _spoken("en", "title")
    title_pt = _spoken("pt", "title")
    title_fr = _spoken("fr", "title")
    since = DateField(_("In office from"), [Optional()])
    until = DateField(_("In office until"), [Optional()])
    picture = FileField(
        _("Picture of the signature"),
        description=_("PNG or SVG with a transparent ground, up to 300 kB. Empty: the one there is stays."),
        render_kw=_PICTURES,
    )
    unsigned = BooleanField(_("No picture of the signature"))

    def signing(self, image: str) -> Signing:
        """Return who was named."""
        since: date | None = self.since.data
        until: date | None = self.until.data
        kept = "" if self.unsigned.data else image
        return Signing((self.name.data or "").strip(), self.said("title"), kept, since, until)


class ChoiceForm(Form):
    """Which template an activity's certificates are made of."""

    template = SelectField(_("Template"))

    def offer(self, templates: Iterable[CertificateTemplate]) -> None:
        """Let the published ones be chosen that are for the activity."""
        named = [SelectChoice(one.public_id, one.name) for one in templates]
        self.template.choices = [SelectChoice("", gettext("The usual one")), *named]


def words_data(template: CertificateTemplate, words: Words) -> dict[str, Any]:
    """Return what stands in the form of some words."""
    names = ("heading", "opening", "deed", "closing")
    return {"version": template.draft_version} | {name: getattr(words, name) for name in names}


def logo_data(template: CertificateTemplate, logo: Logo | None) -> dict[str, Any]:
    """Return what stands in the form of a logo, of a new one if there is none."""
    alt = logo.alt if logo else {}
    return {"version": template.draft_version} | {f"alt_{code}": text for code, text in alt.items()}


def signing_data(template: CertificateTemplate, one: Signing | None) -> dict[str, Any]:
    """Return what stands in the form of somebody who signs, of a new one if there is none."""
    if one is None:
        return {"version": template.draft_version}
    titles = {f"title_{code}": text for code, text in one.titles.items()}
    return {"version": template.draft_version, "name": one.name, "since": one.since, "until": one.until} | titles


def draft_of(template: CertificateTemplate) -> Design:
    """Return a template's draft."""
    return Design.from_record(template.draft)
