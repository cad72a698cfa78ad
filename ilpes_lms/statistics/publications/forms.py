"""A form with every number that a document may print."""

import re
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from ilpes_lms.core.errors import DomainError
from ilpes_lms.statistics.forms import CompilationForm
from ilpes_lms.statistics.publications.rules import LABELS, NUMBERS, ROW_LABELS, SHARE, TOTAL, Printed, field_of
from ilpes_lms.statistics.publications.service import LONGEST_SYMBOL, Publication
from ilpes_lms.statistics.releases.service import LONGEST_REASON
from ilpes_lms.statistics.rules import KINDS

FIGURES = dict.fromkeys(KINDS, (*NUMBERS, SHARE)) | {TOTAL: NUMBERS}


# What stands between thousands, whatever the language of the document.
_BETWEEN_THOUSANDS = re.compile(r"(?<=\d)[.,\s'\u2019](?=\d{3}(?:\D|$))")


class NumberField(IntegerField):  # type: ignore[misc]  # wtforms is untyped
    """A number of one row, read as it is printed; the row stands above its fields, so a refusal has to name it."""

    def __init__(self, label: Any, row: Any, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.row = row

    @property
    def in_full(self) -> str:
        return f"{self.row} \u2013 {self.label.text}"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take a number with or without marks between its thousands."""
        super().process_formdata([_BETWEEN_THOUSANDS.sub("", text.strip()) for text in valuelist])


class PrintedForm(CompilationForm):
    """What a document printed of a period; its numbers are added below, all of them optional."""

    symbol = StringField(_("Symbol of the document"), validators=[InputRequired(), Length(max=LONGEST_SYMBOL)])
    reason = TextAreaField(_("Why what was entered is corrected"), validators=[Length(max=LONGEST_REASON)])

    def publication(self) -> Publication:
        """Return what was filled in."""
        said = {of: self._printed(of) for of in FIGURES}
        return Publication(
            self["from"].data, self.to.data, self.symbol.data or "",
            {kind: said[kind] for kind in KINDS}, said[TOTAL],
        )  # fmt: skip

    def refuse(self, refusal: DomainError) -> None:
        """Put a refusal beside the number that it names as programs do."""
        refusal.field = _INPUTS.get(refusal.field or "", refusal.field)
        super().refuse(refusal)

    def _printed(self, of: str) -> Printed:
        numbers = {figure: self[f"{of}_{figure}"].data for figure in FIGURES[of]}
        return {figure: number for figure, number in numbers.items() if number is not None}


_INPUTS: dict[str, str] = {}
for _of, _figures in FIGURES.items():
    for _figure in _figures:
        _label, _row = LABELS[_figure], ROW_LABELS[_of]
        _INPUTS[field_of(_of, _figure)] = f"{_of}_{_figure}"
        setattr(PrintedForm, f"{_of}_{_figure}", NumberField(_(_label), _(_row), validators=[Optional()]))
