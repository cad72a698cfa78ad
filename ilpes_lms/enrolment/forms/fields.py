"""What the room's forms share."""

from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired


def needed() -> InputRequired:
    """Return the check that something was filled in."""
    return InputRequired(_("This field is required."))
