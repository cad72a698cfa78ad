"""What people send about attendance."""

import re
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from ilpes_lms.attendance import rules
from ilpes_lms.attendance.service import Press
from ilpes_lms.core.ids import public_id
from ilpes_lms.web.forms import Form

NO_MARK = "none"
_LONGEST_DAY_MINUTES = 1440
_ID = r"[0-9A-Za-z]{8,40}"
_PRESSED = re.compile(r"(?P<ref>[0-9a-zA-Z]{8,40})\.(?P<key>[plean])\.(?P<version>[0-9]{1,9})")


class PressForm(Form):
    """One press on a roster: whose mark, which key, and the version that the page showed.

    `deed` names the press, so that one sent twice is one; `follows` are earlier presses without an answer.
    """

    m = StringField(validators=[Regexp(_PRESSED.pattern + "$")])
    deed = StringField(validators=[Optional(), Regexp(f"{_ID}$")])
    follows = StringField(validators=[Optional(), Regexp(rf"{_ID}(\.{_ID}){{0,19}}$")])

    @property
    def enrolment_ref(self) -> str:
        return self._said("ref")

    @property
    def mark(self) -> str | None:
        return rules.MARK_KEYS[self._said("key")]

    @property
    def press(self) -> Press:
        follows = frozenset((self.follows.data or "").split(".")) - {""}
        return Press(int(self._said("version")), self.deed.data or public_id(), follows)

    def _said(self, part: str) -> str:
        said = _PRESSED.fullmatch(self.m.data)
        return said[part] if said else ""


class DeedForm(Form):
    """A deed by its name: one to take back, or "all present" as its page names it, so that it happens once."""

    deed = StringField(validators=[InputRequired(), Regexp(f"{_ID}$")])


class MarkForm(Form):
    """A participant's mark with minutes and note, beside the version that was seen."""

    mark = RadioField(_("Mark"))
    minutes = IntegerField(
        _("Minutes"), [Optional(), NumberRange(0, _LONGEST_DAY_MINUTES, _("Write a number between 0 and 1440."))],
        description=_("Empty: the whole class session, if the person was there."),
    )  # fmt: skip
    note = TextAreaField(
        _("Note"), [Optional(), Length(max=rules.LONGEST_NOTE, message=_("Write at most 400 characters."))],
        description=_("Only staff of this activity see it, never the participant."), render_kw={"rows": 2},
    )  # fmt: skip
    version = HiddenField()
    deed = HiddenField(validators=[Regexp(f"{_ID}$")])

    def __init__(self, *, begun: bool, marked: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._marked = marked
        # Before a class session begins, only an absence can be known.
        known = [code for code in rules.MARKS if begun or code not in rules.ATTENDED]
        self.mark.choices = [*((code, _(rules.MARK_LABELS[code])) for code in known), (NO_MARK, _("No mark"))]

    def validate_mark(self, field: RadioField) -> None:
        # To take a mark back takes its note along; a note where there was no mark would be lost in silence.
        if field.data == NO_MARK and not self._marked and (self.minutes.data is not None or self.note.data):
            raise ValidationError(_("Choose a mark: minutes and a note are kept only with one."))

    @property
    def press(self) -> Press:
        text = str(self.version.data or "")
        return Press(int(text) if text.isdecimal() and len(text) < _LONGEST_VERSION else -1, self.deed.data)


_LONGEST_VERSION = 10
