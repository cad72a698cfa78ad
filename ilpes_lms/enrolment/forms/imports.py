"""What is sent for a list of participants."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField

from ilpes_lms.web.forms import Form


class ImportForm(Form):
    """A list."""

    file = FileField(
        _("The list"),
        description=_("An Excel workbook (.xlsx) or a CSV file; the first row names the columns."),
        validators=[FileRequired(_("Choose a file."))],
    )


class AcceptImportForm(Form):
    """Whether the people of a list are written to."""

    tell = BooleanField(
        _("Write to each of them that they are on record as participants"),
        description=_("Whoever is a participant already gets no letter."),
    )
