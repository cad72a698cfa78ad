"""What is looked for in the record, and the period that is taken along."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, Optional

from ilpes_lms.web.forms import Form

_LONGEST = 80


class SoughtForm(Form):
    """Which deeds; looking changes nothing, so it needs no proof of origin."""

    class Meta:
        csrf = False

    verb = StringField(
        _("Action"), [Optional(), Length(max=_LONGEST)], description=_("Whole or how it begins: “activity.”"),
        render_kw={"spellcheck": "false", "autocomplete": "off"},
    )  # fmt: skip
    object = StringField(
        _("Code of what it was done to"), [Optional(), Length(max=_LONGEST)],
        render_kw={"spellcheck": "false", "autocomplete": "off"},
    )  # fmt: skip
    to = DateField(_("Last day"), [Optional()])


class PeriodForm(Form):
    """The period to take along."""

    class Meta:
        csrf = False

    to = DateField(_("Last day"), [InputRequired()])


# The field's name is a word that Python keeps for itself.
setattr(SoughtForm, "from", DateField(_("First day"), [Optional()]))
setattr(PeriodForm, "from", DateField(_("First day"), [InputRequired()]))
