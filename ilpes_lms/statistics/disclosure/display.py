"""Tables across in the reader's language, with what they count, what they leave out and what is hidden."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from ilpes_lms.core.text import N_, fold
from ilpes_lms.people.vocabularies import countries, sectors
from ilpes_lms.statistics.disclosure.rules import (
    ATTRIBUTES,
    COUNTRY,
    INSTITUTION,
    LISTED_FROM,
    LONGEST_LIST,
    OTHER_OR_NOT_STATED,
    OTHERS,
    SECTOR,
    SEX_COLUMNS,
    TOTAL,
    UNKNOWN,
)
from ilpes_lms.statistics.display import Table
from ilpes_lms.statistics.rules import KINDS, SEX_LABELS, SHORT_TITLES
from ilpes_lms.web import i18n
from ilpes_lms.web.i18n import ngettext

# As statistical offices mark what is confidential.
MARK = "c"
HEADINGS = {COUNTRY: N_("Country of residence"), SECTOR: N_("Sector"), INSTITUTION: N_("Institution")}
_LABELS = {**SEX_LABELS, **SHORT_TITLES, "other_or_not_stated": OTHER_OR_NOT_STATED, TOTAL: N_("Total")}
_DIFFERING = {
    COUNTRY: N_("Countries of residence that differ"),
    SECTOR: N_("Sectors that differ"),
    INSTITUTION: N_("Institutions that differ"),
}
_BY_SEX = {
    COUNTRY: N_("Participants by country of residence and sex"),
    SECTOR: N_("Participants by sector and sex"),
    INSTITUTION: N_("Participants by institution and sex"),
}
_ALONE = {
    COUNTRY: N_("Participants by country of residence"),
    SECTOR: N_("Participants by sector"),
    INSTITUTION: N_("Participants by institution"),
}
_BY_KIND = N_("Participants by country of residence and type of course")

Institutions = Mapping[str, Sequence[str]]


class Across:
    """The tables of a release, or those that would be published, beside which staff see the true ones."""

    def __init__(
        self,
        across: Mapping[str, Any],
        institutions: Institutions,
        period_text: str,
        true: Mapping[str, Any] | None = None,
    ) -> None:
        self._scope, self._tables = across["scope"], across["tables"]
        self._period_text = period_text
        self._institutions = institutions
        self._true = true
        # As it was worded then.
        policy = across["policy"]["text"]
        self.policy = _(policy)

    @property
    def tables(self) -> list[Table]:
        return tables(self._tables, self._institutions, self._period_text)

    @property
    def true_tables(self) -> list[Table]:
        return tables(self._true, self._institutions, self._period_text) if self._true else []

    @property
    def hides(self) -> bool:
        return any(row["hidden"] for told in self._tables.values() for row in told["rows"])

    @property
    def scope(self) -> str:
        """Return what the tables count."""
        activities = self._scope["activities"]
        if not activities:
            return str(
                _(
                    "No activity of this period is on record by people, so nothing is known of the countries, sectors "
                    "and institutions of those who took part."
                )
            )
        return str(
            ngettext(
                "Counted: the %(people)s participations of %(num)s activity on record by people, with country of "
                "residence, sector and institution as they were when the place was confirmed.",
                "Counted: the %(people)s participations of %(num)s activities on record by people, with country of "
                "residence, sector and institution as they were when the place was confirmed.",
                activities,
                people=i18n.number(self._scope["participations"]),
            )
        )

    @property
    def definitions(self) -> str:
        """Return what a number in the tables is; empty where there are none."""
        if not self.tables:
            return ""
        return str(
            _(
                "Who took part in two activities is counted twice. Not known is who did not say it. Institutions have "
                "a line of their own from %(least)s participations on, at most %(most)s of them; all others stand "
                "together.",
                least=LISTED_FROM, most=LONGEST_LIST,
            )
        )  # fmt: skip

    @property
    def left_out(self) -> str:
        """Return what the tables leave out; empty if nothing."""
        number, people = self._scope["activities_left_out"], self._scope["participations_left_out"]
        if not number or not self._scope["activities"]:
            return ""
        return str(
            ngettext(
                "Left out: %(num)s activity known by headcount or without record, with %(people)s participations.",
                "Left out: %(num)s activities known by headcount or without record, with %(people)s participations.",
                number,
                people=i18n.number(people or 0),
            )
        )

    @property
    def withheld(self) -> list[str]:
        """Return which tables are not published, or not in full, and why."""
        return list(self._withheld()) if self._scope["activities"] else []

    def _withheld(self) -> Iterator[str]:
        for name in ATTRIBUTES:
            columns = self._tables[name]["columns"]
            if not columns:
                yield _of(_ALONE[name], _("not published, since it would tell of single persons."))
            elif SEX_COLUMNS[0] not in columns:
                yield _of(_ALONE[name], _("published without sex, since that would tell of single persons."))
            if name == COUNTRY and columns and KINDS[0] not in columns:
                yield _of(_BY_KIND, _("not published, since it would tell of single persons."))


def tables(told: Mapping[str, Any], institutions: Institutions, period_text: str) -> list[Table]:
    """Return tables by sex, and that of countries by kind; those not published, or without anybody, are left out."""
    return [
        _table(name, told[name], f"{_(title)}, {period_text}", columns, institutions)
        for name in ATTRIBUTES
        if told[name]["rows"]
        for title, columns in _published(name, told[name]["columns"])
    ]


def _published(name: str, columns: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    if SEX_COLUMNS[0] in columns:
        yield _BY_SEX[name], SEX_COLUMNS
    elif columns:
        yield _ALONE[name], ()
    if KINDS[0] in columns:
        yield _BY_KIND, KINDS


def changed_cells(
    cells: Sequence[Mapping[str, Any]], institutions: Institutions, columns: Sequence[str],
    logged: Sequence[str] | None = None,
) -> list[Table]:  # fmt: skip
    """Return the cells that differ, a table for each that has any; `columns` head what was, is, and was `logged`."""
    told = [()] * len(cells) if logged is None else [(one,) for one in logged]
    rows: dict[str, list[list[str | None]]] = {name: [] for name in ATTRIBUTES}
    for cell, more in zip(cells, told, strict=True):
        rows[cell["attribute"]].append([*_changed(cell, institutions), *more])
    return [_differing(name, rows[name], columns) for name in ATTRIBUTES if rows[name]]


def _differing(name: str, rows: list[list[str | None]], columns: Sequence[str]) -> Table:
    heading, title = HEADINGS[name], _DIFFERING[name]
    headers = [_(heading), _("Figure"), *columns]
    return Table(_(title), headers, rows, [], words=2, words_after=len(columns) - 2)


def sheets(across: Mapping[str, Any], institutions: Institutions) -> dict[str, list[list[str | int]]]:
    """Return the tables as sheets of a workbook, numbers as numbers, a hidden cell as its mark."""
    made = {}
    for name in ATTRIBUTES:
        told = across["tables"][name]
        if told["columns"]:
            heading = HEADINGS[name]
            rows = _in_order(name, told["rows"], institutions)
            lines = [[label, *(_plain(row[one]) for one in told["columns"])] for label, row in rows]
            total = [str(_("Total")), *(told["totals"][one] for one in told["columns"])]
            made[_(heading)] = [[_(heading), *(_label(one) for one in told["columns"])], *lines, total]
    return made


def row_label(attribute: str, row: str, institutions: Institutions, language: str) -> str:
    """Return what a row is called."""
    if row == UNKNOWN:
        return str(_("Not known"))
    if row == OTHERS:
        return str(_("Other institutions") if attribute == INSTITUTION else _("Others"))
    if attribute == COUNTRY:
        return countries.country_name(row, language)
    return sectors.label(row, language) if attribute == SECTOR else institutions[row][0]


def _table(
    name: str, told: Mapping[str, Any], caption: str, columns: Sequence[str], institutions: Institutions
) -> Table:
    shown = [one for one in columns if one in ("women", "men", *KINDS) or told["totals"][one]]
    rows = _in_order(name, told["rows"], institutions)
    heading = HEADINGS[name]
    return Table(
        caption,
        headers=[_(heading), *(_label(one) for one in (*shown, TOTAL))],
        rows=[[label, *(_count(row[one]) for one in (*shown, TOTAL))] for label, row in rows],
        total=[_("Total"), *(i18n.number(told["totals"][one]) for one in (*shown, TOTAL))],
    )


def _in_order(
    name: str, rows: Sequence[Mapping[str, Any]], institutions: Institutions
) -> list[tuple[str, Mapping[str, Any]]]:
    # By name: an order by size would tell something of what is hidden.
    language = i18n.current_language()
    named = [(row_label(name, row["row"], institutions, language), row) for row in rows]
    return sorted(named, key=lambda one: (one[1]["row"] == UNKNOWN, one[1]["row"] == OTHERS, fold(one[0])))


def _changed(cell: Mapping[str, Any], institutions: Institutions) -> list[str | None]:
    label = row_label(cell["attribute"], cell["row"], institutions, i18n.current_language())
    return [label, _label(cell["figure"]), _count(cell["before"]), _count(cell["after"])]


def _label(column: str) -> str:
    label = _LABELS[column]
    return str(_(label))


def _count(value: int | None) -> str:
    if value is None:
        return Markup('<span aria-hidden="true">%s</span><span class="hidden-text">%s</span>') % (MARK, _("hidden"))
    return i18n.number(value)


def _plain(value: int | None) -> str | int:
    return MARK if value is None else value


def _of(title: str, why: str) -> str:
    return f"{_(title)}: {why}"
