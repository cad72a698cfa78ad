"""What a participant types."""

from flask_babel import lazy_gettext as _
from wtforms import TextAreaField
from wtforms.validators import Length

from ilpes_lms.web.forms import Form


class ApplicationForm(Form):
    """Why someone wants to take part."""

    motivation = TextAreaField(
        _("Why do you want to take part?"),
        description=_("A few sentences: what you work on, and what you will do with what you learn."),
        validators=[Length(max=5000)],
    )
