"""What is sent about exports of the learning platform."""

from collections.abc import Sequence
from decimal import Decimal

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import DecimalField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from ilpes_lms.attendance.rules import Columns
from ilpes_lms.web.forms import Form


class ExportForm(Form):
    """An export of the learning platform."""

    file = FileField(
        _("Export of the learning platform"),
        [FileRequired(_("Choose the file that the platform gave you."))],
        description=_("Moodle's grade export or activity completion report, unchanged: CSV or Excel (.xlsx)."),
        render_kw={"accept": ".csv,.txt,.tsv,.xlsx,text/csv"},
    )


class ColumnsForm(Form):
    """What the columns of an export mean."""

    email = SelectField(
        _("E-mail address"), validators=[Optional()], description=_("Only a confirmed address tells who somebody is.")
    )
    grade = SelectField(_("Grade"), validators=[Optional()], description=_("Numbers or per cents, no letters."))
    maximum = DecimalField(
        _("Best possible grade"), [InputRequired(_("Write a number."))], places=None,
        description=_("Grades are counted of 100: 17 of 20 is 85. Per cents need no maximum."),
    )  # fmt: skip
    last_access = SelectField(_("Last access"), validators=[Optional()])
    tasks = SelectMultipleField(
        _("Tasks"), [Optional()], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
        description=_("Those that count. New ones in later exports count by themselves."),
    )  # fmt: skip

    @classmethod
    def showing(cls, columns: Columns, labels: Sequence[str]) -> "ColumnsForm":
        """Return the form with what the columns are taken for; a sent one keeps what was chosen."""
        held = {name: getattr(columns, name) for name in ("email", "grade", "last_access")}
        form = cls(data={**held, "maximum": Decimal(f"{columns.maximum.normalize():f}"), "tasks": list(columns.tasks)})
        nothing = [("", gettext("No such column"))]
        for name in ("email", "grade", "last_access"):
            form[name].choices = nothing + [(label, label) for label in labels]
        form.tasks.choices = [(label, label) for label in labels if not label.startswith("[")]
        return form

    @property
    def columns(self) -> Columns:
        """Return what was chosen."""
        return Columns(
            email=self.email.data or "", grade=self.grade.data or "", maximum=self.maximum.data,
            last_access=self.last_access.data or "", tasks=tuple(self.tasks.data or ()),
        )  # fmt: skip
