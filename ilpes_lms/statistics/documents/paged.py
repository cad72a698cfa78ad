"""The annual report as PDF: tagged, with its drawings described and its tables' headers repeated on every page.

It is read as it is, so columns in which nothing stands are left out, with a remark that says so, and long titles have
their room. The DOCX, on which editors work, and the workbook have the same columns in all tables, as the annex has.
"""

from dataclasses import asdict
from typing import Any

from ilpes_lms.core import typesetting
from ilpes_lms.statistics.annual import DESCRIBED, AnnexTable, AnnualReport
from ilpes_lms.statistics.documents.drawings import TEMPLATES, drawing
from ilpes_lms.statistics.errors import NotPrintable

_REGIONS = {"pt": "br"}
_WORDS = 1 + len(DESCRIBED)


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
        "participants": named["participants"],
        "subtotal": named["subtotal"],
        "figures": [
            {"title": one.title, "description": one.description, "picture": drawing(one)} for one in report.figures
        ],
        "tables": [_table(table, report) for table in report.tables],
    }


def _table(table: AnnexTable, report: AnnualReport) -> dict[str, Any]:
    columns = [name for name in DESCRIBED if name not in table.silent]
    places = [0, *(place for place, name in enumerate(DESCRIBED, start=1) if name in columns)]
    return asdict(table) | {
        "caption": table.title,
        "columns": columns,
        "headings": [table.name_heading, *(report.headings[name] for name in columns)],
        "rows": [
            {
                "words": [row[place] or "" for place in places],
                "numbers": [cell or "" for cell in row[_WORDS:]],
                "marked": row[-1] is None,
            }
            for row in table.rows
        ],
    }
