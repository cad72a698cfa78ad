"""What a committee types."""

from flask_babel import lazy_gettext as _
from wtforms import SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import Length, Optional

from ilpes_lms.enrolment.rules import DECISIONS
from ilpes_lms.web.forms import Form


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
    override = TextAreaField(
        _("Why the place rules are set aside for those ticked"),
        description=_("It is kept in the log of places and is not shown to the people."),
        validators=[Optional(), Length(max=400)],
    )
