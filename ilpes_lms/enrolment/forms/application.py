"""What an applicant fills in: why, the answers to what is asked, what the profile lacks, what they need."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import Field, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from ilpes_lms.catalogue import wording
from ilpes_lms.core.errors import DomainError
from ilpes_lms.enrolment import errors, rules
from ilpes_lms.enrolment.forms.fields import suggesting
from ilpes_lms.enrolment.models import ApplicationQuestion
from ilpes_lms.enrolment.queries import shape_of
from ilpes_lms.enrolment.rules import Question
from ilpes_lms.enrolment.service import LONGEST_MOTIVATION, Beginning
from ilpes_lms.people.forms import SignUpForm
from ilpes_lms.people.vocabularies import countries, languages, sectors
from ilpes_lms.web.errors import text_of
from ilpes_lms.web.forms import Form
from ilpes_lms.web.i18n import current_language, in_own_words

# Every file there may be, and room for the texts.
LARGEST_APPLICATION = (rules.MOST_FILES * 5 + 1) * 1024 * 1024
_MOST_RADIOS = 7
_Choices = list[tuple[str, str]]
# The condition of an activity and the part of the profile that answers it.
_ABOUT = {"languages": "working_languages"}


class Checkboxes(SelectMultipleField):  # type: ignore[misc]  # WTForms is untyped
    """Several of a few choices."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class DocumentField(FileField):  # type: ignore[misc]  # flask-wtf is untyped
    """A letter as PDF; what was kept before stays unless another is chosen. `content` is what was read of it."""

    content: bytes = b""
    errors: Sequence[str]

    def read(self) -> None:
        """Read what was chosen, never more than one byte beyond what is allowed, and note what is wrong with it."""
        if self.data and not self.content and not self.errors:
            self.content = self.data.stream.read(rules.LARGEST_DOCUMENT + 1)
            try:
                rules.check_document(self.content)
            except DomainError as refusal:
                self.content = b""
                self.errors = [text_of(refusal)]


class Answered:
    """The check that a question is answered, by the rule that the service asks too."""

    def __init__(self, question: Question, *, kept: bool = False) -> None:
        self._question, self._kept = question, kept
        self.field_flags = {} if question.required else {"optional": True}

    def __call__(self, form: Any, field: Any) -> None:
        if isinstance(field, DocumentField):
            self._check_file(form, field)
            return
        try:
            rules.answer_to(self._question, field.data or "")
        except DomainError as refusal:
            raise ValidationError(text_of(refusal)) from refusal

    def _check_file(self, form: "ApplicationForm", field: DocumentField) -> None:
        field.read()
        stays = self._kept and self._question.ref not in form.forgotten()
        if not (field.errors or field.content or stays) and self._question.required:
            raise ValidationError(gettext(errors.FileMissing.message))


class ApplicationForm(Form):
    """The form of one person for one activity; `application_form` makes it."""

    beginning: Beginning
    forget = SelectMultipleField(validators=[Optional()], choices=(), validate_choice=False)

    def written(self) -> dict[str, Any]:
        """Return what was typed and chosen, as a draft takes it."""
        refs = {rules.field_of(question.public_id): question for question in self.beginning.questions}
        inputs = {question.public_id: self[name] for name, question in refs.items()}
        return {
            "motivation": (self.motivation.data or "") if "motivation" in self else "",
            "said": {ref: field.data or "" for ref, field in inputs.items() if not isinstance(field, DocumentField)},
            "uploads": {
                ref: (field.data.filename or "", field.content)
                for ref, field in inputs.items()
                if isinstance(field, DocumentField) and field.content
            },
            "forget": self.forgotten(),
        }

    def about(self) -> dict[str, Any]:
        """Return what was said of the person, by the profile's names."""
        names = (*self.beginning.lacking, "accessibility_needs")
        return {name: self[name].data or ([] if name == "working_languages" else "") for name in names}

    def forgotten(self) -> list[str]:
        """Return the questions whose kept file is to go."""
        return list(self.forget.data or ())

    def read_files(self) -> bool:
        """Read the files that were chosen; tell whether all of them are right."""
        chosen = [field for field in self if isinstance(field, DocumentField)]
        for field in chosen:
            field.read()
        return not any(field.errors for field in chosen)

    def refuse(self, refusal: DomainError) -> None:
        """Put the reasons of a profile that does not fit beside what asks for it."""
        if not isinstance(refusal, errors.NotEligible) or "reasons" not in refusal.params:
            super().refuse(refusal)
            return
        for reason in refusal.params["reasons"]:
            name = _ABOUT.get(reason.condition, reason.condition)
            text = wording.reason_text(reason)
            if name in self:
                self[name].errors = [*self[name].errors, text]
            else:
                self.form_errors.append(text)


def application_form(beginning: Beginning) -> ApplicationForm:
    """Return the form of what this activity asks and this person's profile lacks, with what is written so far."""
    # In the order of the page, which is that of the summary of what is wrong.
    fields: dict[str, Any] = {"beginning": beginning}
    fields |= {name: _ABOUT_FIELDS[name](required) for name, required in beginning.lacking.items()}
    if beginning.motivated:
        fields["motivation"] = _motivation()
    for question in beginning.questions:
        fields |= _question_fields(question, beginning.answers.get(question.public_id))
    fields["accessibility_needs"] = _needs()
    made: ApplicationForm = type("ApplicationForm", (ApplicationForm,), fields)(data=_data(beginning))
    for name, choices in _offered(beginning).items():
        made[name].choices = choices
    return made


class RegistrationForm(SignUpForm):
    """A sign-up that registers, with what the activity asks; letters are asked for once the address is confirmed."""

    questions: Sequence[ApplicationQuestion] = ()

    def said(self) -> dict[str, str]:
        """Return the answers by the questions' public ids."""
        return {one.public_id: self[rules.field_of(one.public_id)].data or "" for one in self.questions}


def registration_form(questions: Sequence[ApplicationQuestion]) -> RegistrationForm:
    """Return the form by which somebody without an account registers for an activity that asks this."""
    asked = [one for one in questions if one.kind != "file"]
    fields: dict[str, Any] = {"questions": asked}
    for question in asked:
        fields |= _question_fields(question, None)
    made: RegistrationForm = type("RegistrationForm", (RegistrationForm,), fields)(language=current_language())
    for question in asked:
        if question.kind == "choice":
            made[rules.field_of(question.public_id)].choices = _options(question)
    return made


def _data(beginning: Beginning) -> dict[str, Any]:
    typed = {rules.field_of(ref): value for ref, value in beginning.answers.items() if isinstance(value, str)}
    about = {"accessibility_needs": beginning.person.accessibility_needs}
    if beginning.person.organization_text:
        about["organization"] = beginning.person.organization_text
    return {"motivation": beginning.motivation, **typed, **about, **beginning.about}


def _question_fields(question: ApplicationQuestion, answer: Any) -> dict[str, Field]:
    kept = isinstance(answer, dict)
    shape, name = shape_of(question), rules.field_of(question.public_id)
    check = Answered(shape, kept=kept)
    told = {"label": in_own_words(question.labels), "description": _hint(question)}
    if question.kind == "choice":
        return {name: _choice(question, check, told)}
    if question.kind == "file":
        return {name: DocumentField(validators=[check], render_kw=_PDF, **told)}
    if question.kind == "number":
        return {name: StringField(validators=[check], render_kw={"inputmode": "decimal", "maxlength": 30}, **told)}
    kind = TextAreaField if question.long else StringField
    return {name: kind(validators=[check], **told)}


def _hint(question: ApplicationQuestion) -> str:
    hint = in_own_words(question.hints)
    if question.kind != "file":
        return hint
    return " ".join(text for text in (hint, gettext("A PDF file of at most 5 MB.")) if text)


def _choice(question: ApplicationQuestion, check: Answered, told: Mapping[str, Any]) -> Field:
    kind = RadioField if len(question.options) <= _MOST_RADIOS else SelectField
    return kind(validators=[check], validate_choice=False, default="", **told)


def _options(question: ApplicationQuestion) -> _Choices:
    found = [(option["code"], in_own_words(option["labels"])) for option in question.options]
    if len(found) > _MOST_RADIOS:
        return [("", gettext("Choose one")), *found]
    return found if question.required else [*found, ("", gettext("No answer"))]


def _offered(beginning: Beginning) -> dict[str, _Choices]:
    """Return what may be chosen, by the names of the inputs."""
    code = current_language()
    questions = [question for question in beginning.questions if question.kind == "choice"]
    found = {rules.field_of(question.public_id): _options(question) for question in questions}
    about = {
        "country": [("", gettext("Choose a country")), *countries.choices(code)],
        "sector": [("", gettext("Choose one")), *sectors.choices(code)],
        "working_languages": languages.choices(code),
    }
    return found | {name: offered for name, offered in about.items() if name in beginning.lacking}


_PDF = {"accept": "application/pdf,.pdf"}


def _motivation() -> Field:
    return TextAreaField(
        _("Why do you want to take part?"),
        [_motivated, Length(max=LONGEST_MOTIVATION)],
        description=_("A few sentences: what you work on, and what you will do with what you learn."),
    )


def _motivated(_form: Any, field: Any) -> None:
    if not (field.data or "").strip():
        raise ValidationError(gettext(errors.MotivationRequired.message))


def _needs() -> Field:
    return TextAreaField(
        _("What do you need to be able to take part?"),
        [Optional(), Length(max=2000)],
        description=_(
            "For example sign language, captions, documents for a screen reader. Kept in your profile; only the staff "
            "who are named for this activity see it, and it plays no part in who gets a place."
        ),
        render_kw={"rows": 2},
    )


def _said(required: bool) -> list[Any]:
    return [_about_given] if required else [Optional()]


def _about_given(_form: Any, field: Any) -> None:
    if not field.data or (isinstance(field.data, str) and not field.data.strip()):
        raise ValidationError(gettext("This activity needs to know this."))


def _sector(required: bool) -> Field:
    return SelectField(_("In which sector do you work?"), _said(required), validate_choice=False)


def _organization(required: bool) -> Field:
    return StringField(
        _("Where do you work?"), [*_said(required), Length(max=300)], render_kw=suggesting("organization"),
        description=_("The name of the institution. If it is not in the list, write its full name."),
    )  # fmt: skip


def _position(required: bool) -> Field:
    return StringField(
        _("What is your position?"), [*_said(required), Length(max=200)],
        render_kw={"autocomplete": "organization-title"},
    )  # fmt: skip


def _country(required: bool) -> Field:
    return SelectField(_("In which country do you live?"), _said(required), validate_choice=False)


def _working_languages(required: bool) -> Field:
    return Checkboxes(_("In which languages can you work?"), _said(required), validate_choice=False)


_ABOUT_FIELDS = {
    "country": _country, "organization": _organization, "sector": _sector, "position": _position,
    "working_languages": _working_languages,
}  # fmt: skip
