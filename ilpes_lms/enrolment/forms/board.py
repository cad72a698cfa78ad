"""What a committee types."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from ilpes_lms.enrolment.rules import DECISIONS, HIGHEST_SCORE, LONGEST_NOTE, LOWEST_SCORE, SCOPES
from ilpes_lms.web.forms import Form


class MayBeLeftOut(Optional):  # type: ignore[misc]  # wtforms is untyped
    """Lets a field be empty without calling it optional: the rules say whether it is needed."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags: dict[str, bool] = {}


class DecisionForm(Form):
    """Whom a decision is about, and the sentence that goes with it.

    `scope` says whether it is those who are ticked, all on the page (`here`) or all that match the filter; `number`
    confirms how many they are. `taken` are those whose confirmed place is taken back.
    """

    decision = SelectField(choices=dict.fromkeys(DECISIONS, ""))
    scope = SelectField(choices=dict.fromkeys(SCOPES, ""), default=SCOPES[0])
    chosen = SelectMultipleField(validate_choice=False)
    here = SelectMultipleField(validate_choice=False)
    taken = SelectMultipleField(validate_choice=False)
    reason = TextAreaField(
        _("A sentence to the people"),
        description=_(
            "It stands in the history of their application; who is not selected also reads it in the letter."
        ),
        validators=[Optional(), Length(max=400)],
    )
    override = TextAreaField(
        _("Why the place rules are set aside for those ticked"),
        description=_("It is kept in the log of places and is not shown to the people."),
        validators=[MayBeLeftOut(), Length(max=400)],
    )
    number = IntegerField(_("How many people is this about?"), validators=[MayBeLeftOut()])

    def named(self) -> list[str]:
        """Return whom it is about, each once."""
        return list(dict.fromkeys([*(self.chosen.data or ()), *(self.taken.data or ())]))


class ChoiceForm(Form):
    """Who is ticked in a proposal."""

    chosen = SelectMultipleField(validate_choice=False)


class ReviewForm(Form):
    """A score and a private note; `version` is that of the review that was seen."""

    score = IntegerField(
        _("Score, from 0 to 100"),
        validators=[
            Optional(),
            NumberRange(LOWEST_SCORE, HIGHEST_SCORE, message=_("A score is a whole number from 0 to 100.")),
        ],
    )
    note = TextAreaField(
        _("Private note"),
        description=_("For those who review and decide. The applicant never reads it."),
        validators=[Length(max=LONGEST_NOTE)],
    )
    version = HiddenField(default="0")

    @property
    def seen(self) -> int:
        """Return the version that was seen, one that nothing has if it makes no sense."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1  # noqa: PLR2004 - fits the column


class ConflictForm(Form):
    """Why somebody must not judge a person."""

    reason = StringField(
        _("Reason (optional)"),
        description=_("For example: we work in the same team. The other reviewers and the coordinators read it."),
        validators=[Length(max=400)],
    )
