"""Forms of this room."""

from wtforms import StringField
from wtforms.validators import AnyOf

from ilpes_lms.web.forms import Form


class InvitationsForm(Form):
    """Get calendar entries by mail, or not."""

    wanted = StringField(validators=[AnyOf(["yes", "no"])])
