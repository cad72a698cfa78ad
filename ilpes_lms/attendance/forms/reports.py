"""What is sent about reports of meeting platforms."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from ilpes_lms.people.vocabularies import time_zones
from ilpes_lms.web.forms import Form
from ilpes_lms.web.i18n import current_language

NOBODY = "nobody"
_LONGEST_MINUTES = 1440


class ReportForm(Form):
    """A report, whose clocks it shows, and what counts as present."""

    report = FileField(
        _("Attendance report"),
        [FileRequired(_("Choose the file that the platform gave you."))],
        description=_("As Zoom, Microsoft Teams, Webex or Google Meet wrote it: unchanged, usually a CSV file."),
        render_kw={"accept": ".csv,.txt,.tsv,text/csv"},
    )
    zone = SelectField(
        _("Clocks of the report"),
        [InputRequired(_("Choose a time zone."))],
        description=_("Platforms write the times of whoever hosted the meeting."),
    )
    least_minutes = IntegerField(
        _("Present from so many minutes"),
        [Optional()],
        description=_("Empty: one minute at a webinar, half of the class session elsewhere."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone.choices = time_zones.choices(current_language())


class MatchForm(Form):
    """Whose presence a line of a report is: a participant, or nobody here."""

    enrolment = StringField(validators=[InputRequired(_("Choose a participant, or nobody."))])

    @property
    def enrolment_ref(self) -> str | None:
        """Return the participant chosen, None for nobody."""
        return None if self.enrolment.data == NOBODY else self.enrolment.data


class WalkInsForm(Form):
    """What is said when people nobody registered are counted.

    Whether those with an address are written to, and that those who may be participants are counted as new ones.
    """

    despite_likely = BooleanField(
        _("Count those with the name of a participant, too"),
        description=_("Each of them becomes a new participation. Do this only if they are other people."),
    )
    ask = BooleanField(
        _("Write once to those whose address is in the report"),
        description=_("The letter says what is on record, how to agree, and how to have it erased."),
    )


class SettleForm(Form):
    """Whether the report's word is taken or the mark stands."""

    take = SelectField(choices=["yes", "no"], validators=[InputRequired(_("Choose one."))])
