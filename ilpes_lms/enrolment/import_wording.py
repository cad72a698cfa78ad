"""Imported lists in the reader's language: what is remarked about their rows, what stopped them."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import gettext as _

from ilpes_lms.enrolment.models import ParticipantImport
from ilpes_lms.enrolment.rules import imports as rules
from ilpes_lms.enrolment.rules.imports import Remark


def column_label(code: str) -> str:
    """Return what a column is called."""
    return str(_(rules.COLUMN_LABELS[code]))


def message_of(remark: Remark) -> str:
    """Return what is remarked, as a sentence."""
    return str(_(remark.message, **remark.params))


def failure_of(imported: ParticipantImport) -> str:
    """Return why a list stopped, as a sentence."""
    return str(_(imported.failure, **imported.findings.get("failure", {}))) if imported.failure else ""


def consequence_of(remark: Remark) -> str:
    """Return what a remark means for its row."""
    return str(_("Not imported")) if remark.stops else str(_("Imported, please check"))


def rows_of(remarks: Iterable[Remark]) -> Iterator[tuple[str | int, ...]]:
    """Yield remarks as the rows of a table, its header first."""
    yield tuple(str(text) for text in (_("Row"), _("Column"), _("What was read"), _("What is wrong"), _("Result")))
    for one in remarks:
        yield one.row, column_label(one.column), one.read, message_of(one), consequence_of(one)


WORDS: dict[str, Any] = {
    "heading_of": column_label,
    "message_of": message_of,
    "failure_of": failure_of,
    "consequence_of": consequence_of,
    "list_state_labels": rules.LIST_STATE_LABELS,
    "list_state_tones": rules.LIST_STATE_TONES,
}
