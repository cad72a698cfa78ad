"""What is asked about a sheet to print."""

from flask_babel import lazy_gettext as _
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from ilpes_lms.attendance.rules import MOST_BLANK_LINES, USUAL_BLANK_LINES
from ilpes_lms.web.forms import Form


class SheetForm(Form):
    """How many lines stay blank; a sheet changes nothing, so it needs no proof of origin."""

    class Meta:
        csrf = False

    blank_lines = IntegerField(
        _("Blank lines"),
        [
            InputRequired(_("Write a number.")),
            NumberRange(0, MOST_BLANK_LINES, _("Write a number between 0 and 200.")),
        ],
        default=USUAL_BLANK_LINES,
        description=_("For people who come and are not on the list."),
    )
