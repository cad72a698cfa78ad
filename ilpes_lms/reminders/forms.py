"""Forms of this room."""

from wtforms import SelectField

from ilpes_lms.web.forms import Form


class SwitchForm(Form):
    """Switch a rule on or off."""

    enabled = SelectField(choices=[("yes", "yes"), ("no", "no")])
