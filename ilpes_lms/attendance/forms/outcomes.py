"""What coordinators send about completion."""

from decimal import Decimal

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DecimalField, HiddenField, IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from ilpes_lms.attendance.rules import Rule
from ilpes_lms.web.forms import Form

_SHARE = _("Write a share between 0 and 100 per cent.")


class RuleForm(Form):
    """What it takes to complete an activity."""

    minimum_share = IntegerField(
        _("Share of the class sessions, in per cent"),
        [InputRequired(_("Write a number.")), NumberRange(0, 100, _SHARE)],
        description=_("Excused ones are not counted. 0 asks for no share."),
    )
    at_least_one = BooleanField(_("At least one class session"))
    minutes = IntegerField(
        _("Minutes of presence"), [Optional()],
        description=_("Empty asks for none. A mark without minutes counts for the whole class session."),
    )  # fmt: skip
    grade = DecimalField(
        _("Grade on the learning platform, of 100"), [Optional()], places=None,
        description=_("Empty asks for none. It comes with the platform's grade export."),
    )  # fmt: skip
    tasks = IntegerField(
        _("Share of the tasks on the learning platform, in per cent"), [Optional(), NumberRange(0, 100, _SHARE)],
        description=_("Empty asks for none. Tasks come with the platform's completion export."),
    )  # fmt: skip
    any_of = BooleanField(_("One of these is enough"))
    version = HiddenField()

    @classmethod
    def showing(cls, rule: Rule) -> "RuleForm":
        """Return the form with what a rule asks for."""
        return cls(formdata=None, data=values_of(rule))

    @property
    def rule(self) -> Rule:
        """Return what was asked for, as it was typed."""
        return Rule(
            minimum_share=_share(self.minimum_share.data), at_least_one=self.at_least_one.data,
            minutes=self.minutes.data, grade=self.grade.data, any_of=self.any_of.data,
            tasks=None if self.tasks.data is None else _share(self.tasks.data),
        )  # fmt: skip

    @property
    def seen_version(self) -> int:
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() else 0


def values_of(rule: Rule) -> dict[str, object]:
    """Return a rule as the form's fields hold it."""
    return {
        "minimum_share": _per_cent(rule.minimum_share), "at_least_one": rule.at_least_one, "minutes": rule.minutes,
        "grade": Decimal(f"{rule.grade.normalize():f}") if rule.grade else None,
        "tasks": _per_cent(rule.tasks) if rule.tasks else None, "any_of": rule.any_of, "version": rule.version,
    }  # fmt: skip


def fields_of(rule: Rule, *, version: int) -> dict[str, str]:
    """Return what a button sends that asks for a rule in place of the version in force."""
    held = {**values_of(rule), "version": version}
    return {name: "y" if value is True else str(value) for name, value in held.items() if value not in (None, False)}


def _share(per_cent: int | None) -> Decimal:
    return Decimal(per_cent or 0) / 100


def _per_cent(share: Decimal) -> int:
    return int((share * 100).to_integral_value())
