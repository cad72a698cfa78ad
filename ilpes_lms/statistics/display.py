"""Compiled statistics as people read them: numbers, figures and tables in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from ilpes_lms.people.vocabularies import countries
from ilpes_lms.statistics import rules
from ilpes_lms.statistics.rules import KINDS, SEXES, Period, share
from ilpes_lms.web import i18n
from ilpes_lms.web.i18n import ngettext


@dataclass(frozen=True)
class Bar:
    """One bar: the classes that give its look, its length, the text beside it; a number None has no bar."""

    look: str
    number: int | None
    text: str


@dataclass(frozen=True)
class Table:
    """A table as the components take it; between columns of words stand numbers, set flush right."""

    caption: str
    headers: list[str]
    rows: list[list[str | None]]
    total: list[str | None]
    words: int = 1
    words_after: int = 0

    @property
    def numeric(self) -> range:
        return range(self.words, len(self.headers) - self.words_after)


@dataclass(frozen=True)
class Figure:
    """A chart with the sentence that says what it shows and the table that says the same."""

    name: str
    title: str
    description: str
    rows: list[tuple[str, list[Bar]]]
    table: Table


class Shown:
    """A compiled result in the reader's language."""

    def __init__(self, result: dict[str, Any]) -> None:
        self.result = result
        start, end = (date.fromisoformat(result["period"][name]) for name in ("start", "end"))
        self.period = Period(start, end)
        self.period_text = i18n.period(start, end)
        # As it was worded then: what was kept or published says by which words it was counted.
        definition = result["definition"]["text"]
        self.definition = _(definition)
        # Columns in which nobody stands are left out, and said to be empty.
        self.sexes = [sex for sex in SEXES if sex in ("women", "men") or result["totals"][sex]]

    @property
    def is_empty(self) -> bool:
        return not self.result["activities"]

    @property
    def nobody_else(self) -> bool:
        return self.sexes == ["women", "men"]

    @property
    def numbers(self) -> list[tuple[str, str]]:
        totals = self.result["totals"]
        people = [(_(rules.SEX_LABELS[sex]), _with_share(totals[sex], totals["participations"])) for sex in self.sexes]
        numbers = [
            (_("Activities"), i18n.number(totals["activities"])),
            (_("Participations"), _number(totals["participations"]) or _("no record")),
            *people,
        ]
        if totals["without_record"]:
            numbers.append((_("Activities without record"), i18n.number(totals["without_record"])))
        if totals["persons"] is not None:
            numbers.append((_("Distinct persons"), i18n.number(totals["persons"])))
        return numbers

    @property
    def persons_note(self) -> str:
        totals = self.result["totals"]
        if totals["persons"] is None:
            return str(_("How many distinct persons took part is not known: only headcounts are on record."))
        if totals["activities_without_persons"]:
            number = i18n.number(totals["activities_without_persons"])
            return str(_("Distinct persons leave out the activities known by headcount: %(number)s.", number=number))
        return ""

    @property
    def legend(self) -> str:
        """Return what stands in no bar and how a table marks it; empty where everything is on record."""
        without = self.result["totals"]["without_record"]
        if not without:
            return ""
        return str(
            ngettext(
                "%(num)s activity has no record of its participants: it is in no bar, and “–” stands for them in the "
                "tables. No record is not zero.",
                "%(num)s activities have no record of their participants: they are in no bar, and “–” stands for them "
                "in the tables. No record is not zero.",
                without,
            )
        )

    @property
    def neighbours(self) -> str:
        """Return the activities that a neighbouring period counts too, by name; empty where there are none."""
        named = [f"{one['title']} ({dates_text(one['dates'])})" for one in rules.reaching_out(self.result)]
        if not named:
            return ""
        return str(_("Also counted in a neighbouring period: %(activities)s.", activities=i18n.listed(named)))

    @property
    def by_kind(self) -> Figure:
        """Return figure 1: participants by kind."""
        whole = self.result["totals"]["participations"]
        rows = [
            (_short(kind), [Bar(f"series-{place}", number, _with_share(number, whole))])
            for place, (kind, number) in enumerate(self._participations(), start=1)
        ]
        described = "; ".join(f"{label}: {bars[0].text}" for label, bars in rows)
        return Figure("figure-1", _("Figure 1. Participants by type of course"), described, rows, self._kinds_table())

    @property
    def by_sex(self) -> Figure:
        """Return figure 2: women and men by kind."""
        rows = [(_short(kind), self._sex_bars(kind)) for kind in KINDS]
        described = "; ".join(f"{label}: {', '.join(bar.text for bar in bars)}" for label, bars in rows)
        title = _("Figure 2. Women and men by type of course")
        return Figure("figure-2", title, described, rows, self._sexes_table())

    @property
    def tables(self) -> list[Table]:
        """Return the annex's tables A1.1 to A1.4."""
        return [self._annex_table(kind) for kind in KINDS]

    def _participations(self) -> list[tuple[str, int | None]]:
        return [(kind, self.result["by_kind"][kind]["participations"]) for kind in KINDS]

    def _sex_bars(self, kind: str) -> list[Bar]:
        totals = self.result["by_kind"][kind]
        return [
            Bar(
                sex if sex in ("women", "men") else "other",
                totals[sex],
                f"{_(rules.SEX_LABELS[sex])} {_with_share(totals[sex], totals['participations'])}",
            )
            for sex in self.sexes
        ]

    def _kinds_table(self) -> Table:
        whole = self.result["totals"]["participations"]
        rows: list[list[str | None]] = [
            [_short(kind), self._count(kind, "activities"), _number(number), _percent(number, whole)]
            for kind, number in self._participations()
        ]
        activities = i18n.number(self.result["totals"]["activities"])
        total = [_("Total"), activities, _number(whole), _percent(whole, whole)]
        headers = [_("Type of course"), _("Activities"), _("Participants"), _("Share")]
        return Table(self._caption(_("Participants by type of course")), headers, rows, total)

    def _sexes_table(self) -> Table:
        def row(label: str, totals: dict[str, Any]) -> list[str | None]:
            counts = [_number(totals[name]) for name in (*self.sexes, "participations")]
            return [label, *counts, _percent(totals["women"], totals["participations"])]

        headers = [_("Type of course"), *(_(rules.SEX_LABELS[sex]) for sex in self.sexes), _("Total"),
                   _("Share of women")]  # fmt: skip
        rows = [row(_short(kind), self.result["by_kind"][kind]) for kind in KINDS]
        caption = self._caption(_("Women and men by type of course"))
        return Table(caption, headers, rows, row(_("Total"), self.result["totals"]))

    def _annex_table(self, kind: str) -> Table:
        activities = [activity for activity in self.result["activities"] if activity["kind"] == kind]
        described = [(_("Name of activity"), [activity["title"] for activity in activities]), *_details(activities)]
        labels = [(_(rules.SEX_LABELS[sex]), sex) for sex in self.sexes] + [(_("Total"), "total")]
        counted = [(label, [_number(activity[name]) for activity in activities]) for label, name in labels]
        totals = self.result["by_kind"][kind]
        counts = [_number(totals[name]) for name in (*self.sexes, "participations")]
        title = _("Table %(number)s. %(title)s", number=rules.TABLES[kind], title=_(rules.TABLE_TITLES[kind]))
        return Table(
            self._caption(title),
            headers=[label for label, _cells in (*described, *counted)],
            rows=[list(row) for row in zip(*(cells for _label, cells in (*described, *counted)), strict=True)],
            total=[_("Subtotal"), *[""] * (len(described) - 1), *counts],
            words=len(described) - (described[-1][0] == _("Hours")),
        )

    def _caption(self, title: str) -> str:
        return f"{title}, {self.period_text}"

    def _count(self, kind: str, name: str) -> str:
        return i18n.number(self.result["by_kind"][kind][name])


def choices(today: date, chosen: Period | None) -> Sequence[tuple[str, Period, bool]]:
    """Return the periods on offer: label, period, and whether it is the one shown."""
    offered = rules.periods_offered(today)
    return [(_(rules.PERIOD_LABELS[name]), period, period == chosen) for name, period in offered.items()]


def _details(activities: Sequence[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """Return when, where and how long, column by column; a column that is empty throughout is left out."""
    language = i18n.current_language()
    countries_named = [countries.country_name(one["country"], language) if one["country"] else "" for one in activities]
    hours = ["" if one["hours"] is None else i18n.number(one["hours"]) for one in activities]
    columns = [
        (_("Dates"), [dates_text(one["dates"]) for one in activities]),
        (_("Location"), [one["location"] or "" for one in activities]),
        (_("Country"), countries_named),
        (_("Hours"), hours),
    ]
    return [(label, cells) for label, cells in columns if any(cells)]


def dates_text(dates: dict[str, str]) -> str:
    """Return from when to when, no more precisely than is known."""
    first, last = (_dated(date.fromisoformat(dates[end]), dates[f"{end}_precision"]) for end in ("start", "end"))
    return first if first == last else f"{first} – {last}"


def _dated(day: date, precision: str) -> str:
    return i18n.short_day(day) if precision == "day" else i18n.period(day, day, precision, precision)


def _short(kind: str) -> str:
    return str(_(rules.SHORT_TITLES[kind]))


def _number(value: int | None) -> str | None:
    return None if value is None else i18n.number(value)


def _percent(part: int | None, whole: int | None) -> str:
    percent = share(part, whole)
    return "" if percent is None else str(_("%(number)s%%", number=percent))


def _with_share(part: int | None, whole: int | None) -> str:
    if part is None:
        return str(_("no record"))
    percent = _percent(part, whole)
    return f"{i18n.number(part)} ({percent})" if percent else i18n.number(part)
