"""The form of who teaches and coordinates."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    SelectField,
    StringField,
)
from wtforms.validators import Length

from ilpes_lms.catalogue import rules
from ilpes_lms.catalogue.forms.fields import _labelled, _needed
from ilpes_lms.web.forms import Form


class StaffForm(Form):
    """Somebody who has an account, by e-mail address."""

    email = StringField(_("E-mail address"), [_needed(), Length(max=254)], render_kw={"type": "email"})
    role = SelectField(_("As"), [_needed()])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.role.choices = _labelled(rules.ASSIGNMENT_LABELS)
