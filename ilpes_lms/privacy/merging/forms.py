"""What merging and undoing it ask for."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from ilpes_lms.privacy.merging.rules import LONGEST_REASON
from ilpes_lms.web.forms import Form


def _reason() -> StringField:
    needed = InputRequired(_("Say why: whoever reads the record later wants to know."))
    return StringField(
        _("Reason"), [needed, Length(max=LONGEST_REASON)],
        description=_("Kept with the merge. For example, how you know that both are one."),
    )  # fmt: skip


class MergeForm(Form):
    """Into what a record is merged, as it was seen, and why."""

    into = StringField(_("Merge into"), [InputRequired(_("Say into whose record."))])
    seen = HiddenField(validators=[InputRequired()])
    reason = _reason()


class UndoForm(Form):
    """A merge that is undone as it was seen, and why."""

    seen = HiddenField(validators=[InputRequired()])
    reason = _reason()
