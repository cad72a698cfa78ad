"""What sends all messages again that are shown."""

from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from ilpes_lms.notifications.retrying.queries import Stranded
from ilpes_lms.web.forms import Form

_MOST = 10_000_000


class RetryForm(Form):
    """Which messages were shown, and how many of them."""

    reason = StringField(validators=[Length(max=40)])
    domain = StringField(validators=[Length(max=254)])
    kind = StringField(validators=[Length(max=60)])
    count = IntegerField(validators=[InputRequired(), NumberRange(0, _MOST)])

    def which(self) -> Stranded:
        """Return which messages were shown."""
        return Stranded(reason=self.reason.data or "", domain=self.domain.data or "", kind=self.kind.data or "")
