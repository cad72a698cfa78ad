"""Lists of participants for tests, as files; to be imported inside an app context."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import writing
from ilpes_lms.enrolment import service
from ilpes_lms.enrolment.models import ParticipantImport
from ilpes_lms.enrolment.queries import imports as queries

HEADER = ("Nombres", "Primer apellido", "Segundo apellido", "Correo electrónico", "Sexo", "País", "Institución")
ANYWHERE: frozenset[str] = frozenset()


def row(number: int = 1, **cells: str) -> tuple[str, ...]:
    """Return a row under HEADER that can be imported, some of its cells as given."""
    said = {
        "given": f"Ana {number}", "first": "Soto", "second": "Rojas", "email": f"ana{number}@example.org",
        "sex": "Mujer", "country": "Chile", "institution": "Ministerio de Hacienda",
    }  # fmt: skip
    return tuple({**said, **cells}.values())


def rows(count: int) -> list[tuple[str, ...]]:
    """Return so many rows that can be imported."""
    return [row(number) for number in range(1, count + 1)]


def text_of(body: Iterable[Sequence[str]], header: Sequence[str] = HEADER, separator: str = ";") -> str:
    """Return a list as the text of a CSV file."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows([header, *body])
    return out.getvalue()


def as_csv(body: Iterable[Sequence[str]], header: Sequence[str] = HEADER, encoding: str = "utf-8") -> io.BytesIO:
    """Return a list as a CSV file."""
    return io.BytesIO(text_of(body, header).encode(encoding))


def as_xlsx(body: Iterable[Sequence[str]], header: Sequence[str] = HEADER) -> io.BytesIO:
    """Return a list as a workbook."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate([header, *body]):
            sheet.write_row(number, 0, cells)
    out.seek(0)
    return out


def workbook(sheets: int, texts: Iterable[str] = ()) -> io.BytesIO:
    """Return a workbook with so many sheets and, in a part of its own, texts."""
    names = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, sheets + 1))
    strings = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", f"<workbook><sheets>{names}</sheets></workbook>")
        archive.writestr("xl/sharedStrings.xml", f"<sst>{strings}</sst>")
        for number in range(1, sheets + 1):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", "<worksheet/>")
    out.seek(0)
    return out


def upload(activity: Activity, source: io.BytesIO, name: str = "lista.csv") -> ParticipantImport:
    """Upload a list; nobody has looked at it yet."""
    return service.imports.upload(activity_ref=activity.public_id, divisions=ANYWHERE, source=source, file_name=name)


def check(activity: Activity, source: io.BytesIO) -> ParticipantImport:
    """Upload a list and let the worker check it."""
    imported = upload(activity, source)
    service.imports.work_on_lists()
    return again(imported)


def accept(imported: ParticipantImport, **options: Any) -> ParticipantImport:
    """Have a checked list imported, and let the worker do it."""
    service.imports.request_import(
        activity_ref=imported.activity.public_id, divisions=ANYWHERE, import_ref=imported.public_id, **options
    )
    service.imports.work_on_lists()
    return again(imported)


def bring_in(activity: Activity, source: io.BytesIO, **options: Any) -> ParticipantImport:
    """Upload a list, check it and import it."""
    return accept(check(activity, source), **options)


def again(imported: ParticipantImport) -> ParticipantImport:
    """Return a list as it is now."""
    return queries.list_in(imported.activity_id, imported.public_id)


def let_lease_run_out(imported: ParticipantImport) -> None:
    """Let the time pass that a lease lasts."""
    with writing():
        again(imported).lease_until = clock.now()
