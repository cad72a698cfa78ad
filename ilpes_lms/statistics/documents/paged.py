"""The annual report as PDF: tagged, with its drawings described and its tables' headers repeated on every page."""

from dataclasses import asdict
from typing import Any

from ilpes_lms.core import typesetting
from ilpes_lms.statistics.annual import AnnexTable, AnnualReport
from ilpes_lms.statistics.documents.drawings import TEMPLATES, drawing
from ilpes_lms.statistics.errors import NotPrintable

_REGIONS = {"pt": "br"}
_WORDS = 5


def document(report: AnnualReport) -> bytes:
    """Return the report as PDF."""
    try:
        return typesetting.typeset(TEMPLATES / "annual.typ", {"report": _said(report)})
    except typesetting.NotTypeset as error:
        # The data fit the template; what can be wrong with them is a letter that no typeface has.
        raise NotPrintable from error


def _said(report: AnnualReport) -> dict[str, Any]:
    named = report.headings
    return asdict(report) | {
        "region": _REGIONS.get(report.language, ""),
        "headings": [named[name] for name in ("dates", "location", "country", "hours")],
        "participants": named["participants"],
        "subtotal": named["subtotal"],
        "figures": [
            {"title": one.title, "description": one.description, "picture": drawing(one)} for one in report.figures
        ],
        "tables": [_table(table) for table in report.tables],
    }


def _table(table: AnnexTable) -> dict[str, Any]:
    return asdict(table) | {
        "caption": table.title,
        "rows": [
            {
                "words": [cell or "" for cell in row[:_WORDS]],
                "numbers": [cell or "" for cell in row[_WORDS:]],
                "marked": row[-1] is None,
            }
            for row in table.rows
        ],
    }
