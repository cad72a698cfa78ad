"""What is sent about corrections."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from ilpes_lms.attendance import rules
from ilpes_lms.web.forms import Form

_NEEDED = _("This field is required.")


class AppealForm(Form):
    """What a participant finds wrong."""

    text = TextAreaField(
        _("What is wrong"), [InputRequired(_NEEDED), Length(max=rules.LONGEST_APPEAL)],
        description=_("For example: I was at the class session of 6 April and am marked absent."),
        render_kw={"rows": 6, "maxlength": rules.LONGEST_APPEAL},
    )  # fmt: skip


class AnswerForm(Form):
    """What becomes of it, and why."""

    state = RadioField(_("Answer"), validators=[InputRequired(_("Say whether it was corrected or stays as it was."))])
    answer = TextAreaField(
        _("Reason"), [InputRequired(_NEEDED), Length(max=rules.LONGEST_APPEAL)],
        description=_("The participant reads it in a letter."),
        render_kw={"rows": 6, "maxlength": rules.LONGEST_APPEAL},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state.choices = [(code, gettext(rules.APPEAL_LABELS[code][0])) for code in rules.APPEAL_ANSWERS]
