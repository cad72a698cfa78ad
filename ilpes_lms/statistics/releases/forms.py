"""What publishing asks for."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from ilpes_lms.statistics.forms import CompilationForm
from ilpes_lms.statistics.releases.service import LONGEST_REASON


class PublicationForm(CompilationForm):
    """A period to publish as it was seen, and why, if it was published before."""

    seen = HiddenField(validators=[InputRequired()])
    reason = TextAreaField(_("Why the published figures change"), validators=[Length(max=LONGEST_REASON)])
