"""What people send about certificates."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from ilpes_lms.web.forms import Form
from ilpes_lms.web.i18n import LANGUAGES

_LANGUAGES = [SelectChoice(code, name) for code, name in LANGUAGES.items()]


class CheckFileForm(Form):
    """A certificate's file, to be compared with those that were issued."""

    file = FileField(
        _("PDF file of the certificate"),
        [FileRequired(_("Choose the PDF file of the certificate."))],
        description=_("The file as it was downloaded: no photograph, scan or new print. It is not kept."),
        render_kw={"accept": ".pdf,application/pdf"},
    )


class ReissueForm(Form):
    """Why another certificate is issued in the place of one."""

    reason = TextAreaField(
        _("Reason"),
        [InputRequired(_("Write why another certificate is issued.")), Length(max=400)],
        description=_("Coordinators can read it. Who checks the old certificate sees only that it was replaced."),
    )


class LanguageForm(Form):
    """In which language one wants one's certificate."""

    language = SelectField(_("Language"), [InputRequired(_("Choose a language."))], choices=_LANGUAGES)


class RevokeForm(Form):
    """Why a certificate is revoked."""

    reason = TextAreaField(
        _("Reason"),
        [InputRequired(_("Write why the certificate is revoked.")), Length(max=400)],
        description=_(
            "Coordinators can read it. Its holder gets a message that it was revoked, without the reason; who checks "
            "it sees only that, and when."
        ),
    )
