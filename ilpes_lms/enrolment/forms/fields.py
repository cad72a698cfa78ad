"""What the room's forms share."""

from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired


def suggesting(autocomplete: str = "off") -> dict[str, str]:
    """Return what lets an input offer the institutions of the list while one types; without scripts it offers some."""
    return {
        "list": "organizations", "autocomplete": autocomplete, "hx-get": "/organizations/suggestions",
        "hx-trigger": "input changed delay:250ms", "hx-target": "#organizations", "hx-swap": "innerHTML",
    }  # fmt: skip


def needed() -> InputRequired:
    """Return the check that something was filled in."""
    return InputRequired(_("This field is required."))
