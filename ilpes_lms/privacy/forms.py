"""The forms of the room."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, PasswordField, TextAreaField
from wtforms.validators import InputRequired

from ilpes_lms.privacy.rules import LONGEST_REASON
from ilpes_lms.web.forms import Form


class EraseForm(Form):
    """The wish to be erased, by one's password."""

    password = PasswordField(
        _("Your password"), [InputRequired(_("Write your password."))], render_kw={"autocomplete": "current-password"}
    )


class EraseForForm(Form):
    """Why somebody else is erased, and that it is meant."""

    reason = TextAreaField(
        _("Reason"), [InputRequired(_("Write why. It stays on record."))],
        description=_("For example the date of the letter that asks for it. Do not write the person’s name: it stays."),
        render_kw={"rows": 3, "maxlength": LONGEST_REASON},
    )  # fmt: skip
    sure = BooleanField(
        _("I have checked who asks for it. Nobody can undo it."),
        [InputRequired(_("Tick this once you have checked who asks."))],
    )
