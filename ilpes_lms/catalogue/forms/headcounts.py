"""The forms of a headcount and of a switch to or from one."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    HiddenField,
    IntegerField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, NumberRange, Optional

from ilpes_lms.catalogue.forms.fields import _needed
from ilpes_lms.web.forms import Form


class HeadcountForm(Form):
    """How many took part; `version` is the one that the page showed."""

    version = HiddenField()
    women = IntegerField(_("Women"), [_needed(), NumberRange(min=0)])
    men = IntegerField(_("Men"), [_needed(), NumberRange(min=0)])
    other = IntegerField(_("Other"), [_needed(), NumberRange(min=0)])
    not_stated = IntegerField(_("Not stated"), [_needed(), NumberRange(min=0)])
    source = StringField(
        _("Source"),
        [Optional(), Length(max=200)],
        description=_("Where the numbers come from, for example a list of the division."),
    )
    reason = TextAreaField(_("Reason for the correction"), [Length(max=400)])

    def values(self) -> dict[str, Any]:
        """Return what was filled in, by the names the service knows."""
        counts = {name: self[name].data for name in ("women", "men", "other", "not_stated")}
        return counts | {"source": self.source.data or "", "reason": self.reason.data or ""}


class RecordForm(Form):
    """Why participants are on record in another way from now on; `version` is the one that the page showed."""

    version = HiddenField()
    record = HiddenField()
    reason = TextAreaField(_("Reason for the switch"), [Length(max=400)])
