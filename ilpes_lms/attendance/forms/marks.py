"""What people send about attendance."""

from decimal import Decimal

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from ilpes_lms.attendance import rules
from ilpes_lms.attendance.rules import Rule
from ilpes_lms.web.forms import Form

NO_MARK = "none"


class MarkForm(Form):
    """One press of a mark; `was` is the mark that whoever pressed it saw, so that it can be taken back."""

    mark = SelectField(choices=[*rules.MARKS, NO_MARK])
    was = SelectField(choices=[*rules.MARKS, NO_MARK], default=NO_MARK)


class RuleForm(Form):
    """What it takes to complete an activity."""

    minimum_share = IntegerField(
        _("Share of the class sessions, in per cent"),
        [InputRequired(_("Write a number.")), NumberRange(0, 100, _("Write a share between 0 and 100 per cent."))],
        description=_("Excused ones are not counted. 0 asks for no share."),
    )
    at_least_one = BooleanField(_("At least one class session"))
    version = HiddenField()

    @classmethod
    def showing(cls, rule: Rule) -> "RuleForm":
        """Return the form with what a rule asks for."""
        percent = int((rule.minimum_share * 100).to_integral_value())
        return cls(data={"minimum_share": percent, "at_least_one": rule.at_least_one, "version": rule.version})

    @property
    def share(self) -> Decimal:
        return Decimal(self.minimum_share.data or 0) / 100

    @property
    def seen_version(self) -> int:
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() else 0
