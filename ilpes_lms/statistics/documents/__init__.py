"""The annual report as files: the same content as DOCX, PDF and XLSX."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.tables.writing import XLSX
from ilpes_lms.statistics.annual import AnnualReport, annual_report, file_name
from ilpes_lms.statistics.documents import paged, sheets
from ilpes_lms.web import i18n

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": XLSX,
}
FORMS = tuple(TYPES)


def _word(report: AnnualReport) -> bytes:
    # It reads a large library, which whoever writes no such file does without.
    from ilpes_lms.statistics.documents import word

    return word.document(report)


_WRITERS: Mapping[str, Callable[[AnnualReport], bytes]] = {
    "docx": _word, "pdf": paged.document, "xlsx": sheets.document,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """A document with the name and type that it is handed out under."""

    content: bytes
    name: str
    content_type: str


def workbook(result: dict[str, Any], notes: Sequence[str], more: sheets.Sheets) -> bytes:
    """Return the tables of a period as a workbook in the reader's language, with more sheets after them."""
    report = annual_report(result, None)
    return sheets.document(replace(report, method=[*report.method, *notes]), more)


def written(
    result: dict[str, Any], comparison: dict[str, Any] | None, language: str, form: str, notes: Sequence[str] = ()
) -> Written:
    """Return the report on a compiled period in a language and form; `notes` follow what it says of its method.

    Raises NotFound for one that there is not, and NotPrintable for a title that no typeface of the PDF can show.
    """
    if form not in _WRITERS or language not in i18n.LANGUAGES:
        raise NotFound
    with i18n.in_language(language):
        report = annual_report(result, comparison)
        content = _WRITERS[form](replace(report, method=[*report.method, *notes]))
    return Written(content, file_name(result, language, form), TYPES[form])
