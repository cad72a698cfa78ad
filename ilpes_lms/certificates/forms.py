"""What people send about certificates."""

from flask_babel import lazy_gettext as _
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from ilpes_lms.web.forms import Form


class RevokeForm(Form):
    """Why a certificate is revoked."""

    reason = TextAreaField(
        _("Reason"),
        [InputRequired(_("Write why the certificate is revoked.")), Length(max=400)],
        description=_("Coordinators can read it. Who checks the certificate sees only that it was revoked, and when."),
    )
