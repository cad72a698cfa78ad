"""What people send about attendance."""

from decimal import Decimal

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

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
    minutes = IntegerField(
        _("Minutes of presence"), [Optional()],
        description=_("Empty asks for none. A mark without minutes counts for the whole class session."),
    )  # fmt: skip
    any_of = BooleanField(_("One of these is enough"))
    version = HiddenField()

    @classmethod
    def showing(cls, rule: Rule) -> "RuleForm":
        """Return the form with what a rule asks for."""
        values = {name: getattr(rule, name) for name in ("at_least_one", "minutes", "any_of", "version")}
        return cls(data={**values, "minimum_share": _per_cent(rule.minimum_share)})

    @property
    def rule(self) -> Rule:
        """Return what was asked for, as it was typed."""
        return Rule(
            minimum_share=_share(self.minimum_share.data), at_least_one=self.at_least_one.data,
            minutes=self.minutes.data, any_of=self.any_of.data,
        )  # fmt: skip

    @property
    def seen_version(self) -> int:
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() else 0


def _share(per_cent: int | None) -> Decimal:
    return Decimal(per_cent or 0) / 100


def _per_cent(share: Decimal) -> int:
    return int((share * 100).to_integral_value())
