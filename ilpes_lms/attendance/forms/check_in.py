"""What a participant sends to check in."""

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from ilpes_lms.web.forms import Form


class CheckInForm(Form):
    """The code on the screen, typed or scanned."""

    code = StringField(
        _("Code on the screen"),
        [InputRequired(_("Write the code that is on the screen now.")), Length(max=40)],
        description=_("It changes every half minute."),
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"},
    )
