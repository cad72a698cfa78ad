"""What people send about attendance."""

from wtforms import SelectField

from ilpes_lms.attendance import rules
from ilpes_lms.web.forms import Form

NO_MARK = "none"


class MarkForm(Form):
    """One press of a mark; `was` is the mark that whoever pressed it saw, so that it can be taken back."""

    mark = SelectField(choices=[*rules.MARKS, NO_MARK])
    was = SelectField(choices=[*rules.MARKS, NO_MARK], default=NO_MARK)
