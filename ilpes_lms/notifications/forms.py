"""What a person chooses about messages."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectField

from ilpes_lms.web.forms import Form

_HOURS = 24


class DigestForm(Form):
    """Ask whether all but essential messages come in one a day, and at which hour."""

    hour = SelectField(_("Reminders and other messages that are not essential"))

    def __init__(self, *arguments: Any, **values: Any) -> None:
        super().__init__(*arguments, **values)
        daily = [(str(n), _("In one message a day, at %(hour)s", hour=f"{n:02}:00")) for n in range(_HOURS)]
        self.hour.choices = [("", _("One by one")), *daily]

    def chosen_hour(self) -> int | None:
        """Return the hour of the one message a day, None for one by one."""
        return int(self.hour.data) if self.hour.data else None
