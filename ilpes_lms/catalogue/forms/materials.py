"""The form of a material."""

from flask_babel import lazy_gettext as _
from wtforms import (
    StringField,
)
from wtforms.validators import Length

from ilpes_lms.catalogue.forms.fields import _needed
from ilpes_lms.web.forms import Form


class MaterialForm(Form):
    """A link to something that participants need."""

    title = StringField(_("Title"), [_needed(), Length(max=200)])
    link = StringField(
        _("Link"), [_needed(), Length(max=500)], description=_("It begins with https://"),
        render_kw={"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"},
    )  # fmt: skip
