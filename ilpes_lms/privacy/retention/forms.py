"""How long something is kept, as an administrator says it."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, IntegerField, TextAreaField
from wtforms.validators import Optional

from ilpes_lms.privacy.retention.queries import Standing
from ilpes_lms.privacy.retention.rules import LONGEST_REASON
from ilpes_lms.web.forms import Form

_LONGEST_VERSION = 9


class PeriodForm(Form):
    """Days or for ever, and why; `version` is the one that the page showed."""

    days = IntegerField(_("Days"), [Optional()], render_kw={"inputmode": "numeric"})
    for_ever = BooleanField(
        _("Keep it for ever"), description=_("Nothing of this kind is let go by itself while this is ticked.")
    )
    reason = TextAreaField(
        _("Reason"), description=_("It stays on record with your account."),
        render_kw={"rows": 3, "maxlength": LONGEST_REASON},
    )  # fmt: skip
    version = HiddenField()

    @classmethod
    def of(cls, standing: Standing) -> "PeriodForm":
        """Return the form with what holds in it, or with what was typed."""
        kept = {"days": standing.days, "for_ever": standing.days is None, "version": str(standing.version)}
        return cls(data=kept)

    @property
    def said(self) -> int | None:
        """Return the days, None for ever; 0, which no kind allows, where nothing was said."""
        return None if self.for_ever.data else self.days.data or 0

    @property
    def seen(self) -> int:
        """Return the version that the page showed, one that never was where it says none."""
        said = str(self.version.data or "")
        return int(said) if said.isdecimal() and len(said) <= _LONGEST_VERSION else -1
