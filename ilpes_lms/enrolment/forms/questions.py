"""What a coordinator fills in to ask applicants something."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from ilpes_lms.core.errors import DomainError
from ilpes_lms.enrolment import errors, rules
from ilpes_lms.enrolment.forms.fields import needed
from ilpes_lms.enrolment.models import ApplicationQuestion
from ilpes_lms.people.vocabularies import languages
from ilpes_lms.web.forms import Form

# Where a refusal of texts in several languages stands: beside the first.
_FIRST = {"labels": "labels_es", "hints": "hints_es", "options": "options_es"}


def _label(label: Any) -> StringField:
    return StringField(label, [Optional(), Length(max=300)])


def _hint(label: Any) -> TextAreaField:
    return TextAreaField(label, [Optional(), Length(max=1000)], render_kw={"rows": 2})


def _options(label: Any) -> TextAreaField:
    return TextAreaField(label, [Optional(), Length(max=20_000)], render_kw={"rows": 4})


class QuestionForm(Form):
    """A question in up to four languages; `note` says what is corrected once people have answered."""

    kind = RadioField(_("How people answer"), [needed()], default="text")
    long = BooleanField(_("The answer may have several lines"), description=_("For texts only."))
    required = BooleanField(_("The answer is needed"), default=True)
    labels_es = _label(_("Question in Spanish"))
    labels_en = _label(_("Question in English"))
    labels_pt = _label(_("Question in Portuguese"))
    labels_fr = _label(_("Question in French"))
    hints_es = _hint(_("Explanation in Spanish"))
    hints_en = _hint(_("Explanation in English"))
    hints_pt = _hint(_("Explanation in Portuguese"))
    hints_fr = _hint(_("Explanation in French"))
    options_es = _options(_("Options in Spanish, one a line"))
    options_en = _options(_("Options in English, one a line"))
    options_pt = _options(_("Options in Portuguese, one a line"))
    options_fr = _options(_("Options in French, one a line"))
    note = StringField(
        _("What you correct, and why"), [Optional(), Length(max=300)],
        description=_("Whoever reads the answers sees this beside the question as it was before."),
    )  # fmt: skip

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind.choices = [(code, gettext(label)) for code, label in rules.QUESTION_KINDS.items()]

    def values(self) -> dict[str, Any]:
        """Return what was typed as the service takes it; raises OptionsUneven."""
        return {
            "kind": self.kind.data,
            "long": self.long.data,
            "required": self.required.data,
            "labels": {code: self[f"labels_{code}"].data or "" for code in languages.CODES},
            "hints": {code: self[f"hints_{code}"].data or "" for code in languages.CODES},
            "options": self._options() if self.kind.data == "choice" else [],
        }

    def refuse(self, refusal: DomainError) -> None:
        """Put what is wrong with texts in several languages beside the first."""
        refusal.field = _FIRST.get(refusal.field or "", refusal.field)
        super().refuse(refusal)

    def _options(self) -> list[dict[str, str]]:
        typed = {code: (self[f"options_{code}"].data or "").splitlines() for code in languages.CODES}
        kept = {code: [line.strip() for line in lines if line.strip()] for code, lines in typed.items()}
        written = {code: lines for code, lines in kept.items() if lines}
        if len({len(lines) for lines in written.values()}) > 1:
            raise errors.OptionsUneven(field="options")
        return [dict(zip(written, row, strict=True)) for row in zip(*written.values(), strict=True)]


def question_data(question: ApplicationQuestion) -> dict[str, Any]:
    """Return a question as its form holds it."""
    data: dict[str, Any] = {"kind": question.kind, "long": question.long, "required": question.required}
    for code in languages.CODES:
        data[f"labels_{code}"] = question.labels.get(code, "")
        data[f"hints_{code}"] = question.hints.get(code, "")
        texts = [option["labels"].get(code, "") for option in question.options]
        data[f"options_{code}"] = "\n".join(texts) if all(texts) else ""
    return data
