"""What is written to those who are falling behind."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from ilpes_lms.attendance import rules
from ilpes_lms.attendance.queries import Behind
from ilpes_lms.core.ids import digest, public_id
from ilpes_lms.web.forms import Form


class _People(SelectMultipleField):  # type: ignore[misc]  # WTForms is untyped
    """Some of those who are falling behind; the service says who is not behind any more."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        pass


class BehindMessageForm(Form):
    """A message to some people; `seen` is what the page that is confirmed showed, `deed` names the sending."""

    people = _People(_("Recipients"), [InputRequired(_("Choose at least one person."))])
    text = TextAreaField(
        _("What you want to say"),
        [InputRequired(_("Write what you want to say to them.")),
         Length(max=rules.LONGEST_MESSAGE, message=_("Write at most 4000 characters."))],
        description=_("The greeting and a link to their own attendance are added, in each person’s language. "
                      "Your text stays in the language in which you write it."),
        render_kw={"rows": 7},
    )  # fmt: skip
    seen = HiddenField()
    deed = HiddenField(validators=[Regexp(r"[0-9A-Za-z]{8,40}$")])

    @classmethod
    def to(cls, behind: Iterable[Behind]) -> "BehindMessageForm":
        """Return the form for these people, all of them chosen."""
        choices = [(each.enrolment.public_id, each.enrolment.person.full_name) for each in behind]
        form = cls(data={"people": [ref for ref, _name in choices], "deed": public_id()})
        form.people.choices = choices
        return form

    @property
    def shown(self) -> str:
        """Return what tells this message to these people from another."""
        return digest("\n".join([*sorted(self.people.data or []), self.text.data or ""]))[:16]
