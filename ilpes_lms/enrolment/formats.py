"""The board as files for spreadsheets: what stands in a cell is text, a number or a day, never a formula."""

from collections.abc import Iterable

from flask_babel import gettext as _

from ilpes_lms.core.tables import writing
from ilpes_lms.core.tables.writing import Cell
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment.queries import Applicant
from ilpes_lms.enrolment.wording import country_label, sector_label, sex_label, state_label

COLUMNS = (
    N_("Code"), N_("Given names"), N_("Surnames"), N_("State"), N_("Country"), N_("Sex"), N_("Institution"),
    N_("Country of the institution"), N_("Sector"), N_("Position"), N_("Applied on"), N_("Average score"),
    N_("Reviews"), N_("Conflicts of interest"), N_("Motivation"),
)  # fmt: skip
CSV, XLSX = "csv", "xlsx"
TYPES = {CSV: writing.CSV, XLSX: writing.XLSX}
_WIDTH = 22


def board_file(applicants: Iterable[Applicant], kind: str) -> bytes:
    """Return the board as CSV or as a workbook, in the reader's language."""
    rows = lines(applicants)
    if kind == CSV:
        return writing.as_csv(rows)
    return writing.as_workbook(rows, str(_("Applications")), widths=[_WIDTH] * len(COLUMNS), filtered=True)


def lines(applicants: Iterable[Applicant]) -> list[list[Cell]]:
    """Return the board's lines in the reader's language, headings first."""
    return [[str(_(column)) for column in COLUMNS], *(_line(one) for one in applicants)]


def _line(one: Applicant) -> list[Cell]:
    enrolment, person = one.enrolment, one.enrolment.person
    return [
        enrolment.public_id, person.given_names, f"{person.first_surname} {person.second_surname}".strip(),
        state_label(enrolment.state), country_label(one.country), sex_label(one.sex), one.institution,
        country_label(enrolment.organization_country), sector_label(one.sector),
        enrolment.position_held or person.position, enrolment.applied_at.date(),
        None if one.average is None else one.average / 100, one.reviews, one.conflicts, enrolment.motivation,
    ]  # fmt: skip
