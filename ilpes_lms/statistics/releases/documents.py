"""A release to take along: the published JSON itself, its tables as CSV, and as a workbook in the reader's language.

For statistical systems: SDMX-CSV, and the structure message that says what it means.
"""

from typing import Any

from flask_babel import gettext as _

from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.tables import writing
from ilpes_lms.statistics import documents, formats
from ilpes_lms.statistics.disclosure.display import row_label, sheets
from ilpes_lms.statistics.disclosure.rules import ATTRIBUTES
from ilpes_lms.statistics.documents import Written
from ilpes_lms.statistics.releases import sdmx
from ilpes_lms.statistics.releases.display import ReleaseShown
from ilpes_lms.statistics.releases.models import Release
from ilpes_lms.web import i18n

TYPES = {"json": "application/json", "csv": writing.CSV, "xlsx": writing.XLSX}
# What a document printed has no activities, which the workbook's tables are of.
_PRINTED_FORMS = ("json", "csv")
SDMX_TYPES = {
    "csv": "application/vnd.sdmx.data+csv;version=2.0.0",
    "xml": "application/vnd.sdmx.structure+xml;version=2.1",
}
_BOM = "\ufeff"


def forms_of(release: Release) -> tuple[str, ...]:
    """Return the forms in which a release can be taken along."""
    return _PRINTED_FORMS if release.published_in else tuple(TYPES)


def written(release: Release, form: str) -> Written:
    """Return a release in a form: json is byte for byte what its digest was taken of.

    Raises NotFound for a form in which there is none.
    """
    if form not in forms_of(release):
        raise NotFound
    name = f"{_stem(release)}.{form}"
    if form == "json":
        return Written(release.content.encode(), name, TYPES[form])
    if form == "csv":
        more = {"release": release.number, "release_digest": release.digest}
        text = formats.as_csv(release.statistics, more, _rows(release))
        # Spreadsheets read UTF-8 as such only after this mark.
        return Written((_BOM + text).encode(), name, TYPES[form])
    shown = ReleaseShown(release)
    more_sheets = sheets(release.cross_tables, release.institutions) if release.cross_tables else {}
    return Written(documents.workbook(release.statistics, shown.notes, more_sheets), name, TYPES[form])


def exchanged(release: Release, form: str) -> Written:
    """Return a release for statistical systems: csv is its data, xml the structure of these.

    Raises NotFound for what only a document printed.
    """
    if release.published_in:
        raise NotFound
    name = f"{_stem(release)}-sdmx.{form}"
    if form == "csv":
        return Written(sdmx.data(release).encode(), name, SDMX_TYPES[form])
    return Written(sdmx.structure(release, _translated).encode(), name, SDMX_TYPES[form])


def _translated(text: str) -> dict[str, str]:
    names = {}
    for language in i18n.LANGUAGES:
        with i18n.in_language(language):
            names[language] = str(_(text))
    return names


def _stem(release: Release) -> str:
    return f"ilpes-statistics-{release.starts_on}-{release.ends_on}-release-{release.number}"


def _rows(release: Release) -> list[dict[str, Any]]:
    """Return a row for each country, sector and institution; a hidden cell is empty and named."""
    tables = release.cross_tables["tables"] if release.cross_tables else {}
    return [_row(release, name, row) for name in ATTRIBUTES if name in tables for row in tables[name]["rows"]]


def _row(release: Release, name: str, row: dict[str, Any]) -> dict[str, Any]:
    label = row_label(name, row["row"], release.institutions, "en")
    told = {column: value for column, value in row.items() if column not in ("row", "hidden")}
    return {"level": name, "title": label, "code": row["row"], **told, "hidden": " ".join(row["hidden"])}
