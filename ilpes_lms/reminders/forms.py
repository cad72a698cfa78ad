"""Forms of this room."""

from wtforms import StringField
from wtforms.validators import AnyOf

from ilpes_lms.web.forms import Form


class SwitchForm(Form):
    """Switch a rule on or off."""

    enabled = StringField(validators=[AnyOf(["yes", "no"])])
