"""The period that is asked for."""

from flask_babel import lazy_gettext as _
from wtforms import DateField
from wtforms.validators import InputRequired

from ilpes_lms.web.forms import Form

_FIRST_DAY = DateField(_("First day"), validators=[InputRequired()])


class CompilationForm(Form):
    """A period to compile and keep."""

    to = DateField(_("Last day"), validators=[InputRequired()])


# The field's name is a word that Python keeps for itself.
setattr(CompilationForm, "from", _FIRST_DAY)


class PeriodForm(CompilationForm):
    """A period to look at; looking changes nothing, so it needs no proof of origin."""

    class Meta:
        csrf = False
