"""The dashboard's charts: each a picture, the sentence that says what it shows, and the table that says the same."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from flask_babel import gettext as _
from markupsafe import Markup

from ilpes_lms.core.text import N_
from ilpes_lms.statistics import rules
from ilpes_lms.statistics.dashboard import charts, wording
from ilpes_lms.statistics.dashboard.addresses import Address
from ilpes_lms.statistics.dashboard.answers import Answer, Line
from ilpes_lms.statistics.dashboard.charts import Bar, Bars, Column, Columns, Part, Tile, Tiles
from ilpes_lms.statistics.dashboard.rules import Figures
from ilpes_lms.statistics.dashboard.wording import count, label_of, percent_of, with_share
from ilpes_lms.statistics.display import Table
from ilpes_lms.statistics.rules import SEXES
from ilpes_lms.web import i18n
from ilpes_lms.web.i18n import ngettext

# What each breakdown is called as a chart, in addresses and file names.
NAMES = {"sector": "sectors", "institution": "institutions", "topic": "topics", "division": "divisions"}
_TITLES = {
    "sector": N_("Women and men by sector"),
    "institution": N_("Women and men by institution"),
    "topic": N_("Women and men by topic"),
    "division": N_("Women and men by organizing division"),
}
# Stands for a code in the row of all kinds together.
TOTAL = "total"
_OF_PEOPLE = ("sector", "institution")
# An activity has several topics, and a list of institutions goes on: their lines are not all there is, or more.
_ADDING_UP = ("kind", "sector", "division")
_LONGEST_LABEL = 36
_DECK = 10_000
_THOUSAND = 1000
_OTHERS_NAMED = 8
Drawn: TypeAlias = Bars | Columns | Tiles


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a chart as files and programs have it: a code, what it is called, its figures."""

    code: str
    label: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with all that is said beside it; without a picture, `notes` say why."""

    name: str
    title: str
    description: str
    drawn: Drawn | None
    table: Table
    rows: Sequence[Row]
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """What a chart of women and men has a row for: the filter of that name, and its lines."""

    name: str
    title: str
    by: str
    lines: Sequence[Line]
    notes: Sequence[str] = ()


def chart(name: str, answer: Answer, address: Address) -> Chart:
    """Return a chart by its name."""
    return _CHARTS[name](answer, address)


def sexes_of(answer: Answer, lines: Iterable[Figures]) -> list[str]:
    """Return the columns to show: the sexes that were asked for, else women, men and who else there is."""
    asked, found = answer.question.sexes, list(lines)
    if asked:
        return [sex for sex in SEXES if sex in asked]
    return [sex for sex in SEXES if sex in ("women", "men") or any(getattr(one, sex) for one in found)]


def link(url: str, label: str) -> Markup:
    """Return a table's cell that leads somewhere."""
    return Markup('<a href="{}">{}</a>').format(url, label)


def _kinds(answer: Answer, address: Address) -> Chart:
    lines = [Line(kind, figures) for kind, figures in answer.by_kind.items()]
    title = _("Women and men by type of course")
    drawn = _bars(Subject("kinds", title, "kind", lines), answer, address)
    # Persons add up to nothing, so their total is a row of its own.
    everything = Row(TOTAL, _("Total"), answer.totals)
    told = [
        replace(row, figures=replace(row.figures, persons=answer.persons.get(None if row is everything else row.code)))
        for row in (*drawn.rows, everything)
    ]
    return replace(drawn, rows=told)


def _broken_down(answer: Answer, address: Address) -> Chart:
    by = answer.breakdown
    notes = _unplaced(answer) if by in _OF_PEOPLE else []
    return _bars(Subject(NAMES[by], _(_TITLES[by]), by, answer.lines, notes), answer, address)


def _bars(subject: Subject, answer: Answer, address: Address) -> Chart:
    sexes, by = sexes_of(answer, (line.figures for line in subject.lines)), subject.by
    rows = [Row(line.code or "", _label(by, line), line.figures) for line in subject.lines]
    bars = [(_short_label(by, line), _sex_bars(line.figures, sexes)) for line in subject.lines]
    told = [f"{row.label}: {', '.join(bar.text for bar in _sex_bars(row.figures, sexes))}" for row in rows]
    cells = [[link(address.narrowed(by, row.code), row.label), *_counts(row.figures, sexes)] for row in rows]
    total = [_("Total"), *_counts(_sum(rows), sexes)] if by in _ADDING_UP and rows else []
    headers = [_(wording.FILTER_LABELS[by]), *_headers(sexes)]
    table = Table(f"{subject.title}, {_period(answer)}", headers, cells, total)
    drawn = Bars(bars) if rows else None
    return Chart(subject.name, subject.title, "; ".join(told), drawn, table, rows, subject.notes)


def _trend(answer: Answer, address: Address) -> Chart:
    sexes = sexes_of(answer, answer.trend.values())
    rows = [Row(period.start.isoformat(), wording.year_label(period), one) for period, one in answer.trend.items()]
    columns = [
        Column(wording.axis_labels(period), _parts(one, sexes), "–" if one.participations is None else
               i18n.number(one.participations))
        for period, one in answer.trend.items()
    ]  # fmt: skip
    described = "; ".join(f"{row.label}: {count(row.figures.participations)}" for row in rows)
    cells = [
        [link(address.of_period(period, "dashboard.activities"), row.label), i18n.number(row.figures.activities),
         *_counts(row.figures, sexes)]
        for period, row in zip(answer.trend, rows, strict=True)
    ]  # fmt: skip
    title = _("Participations over time")
    table = Table(title, [_("Period"), _("Activities"), *_headers(sexes)], cells, [])
    notes = [_("Periods must not be added up: an activity that reaches into the next one counts in both.")]
    return Chart("trend", title, described, Columns(columns, _legend(sexes)), table, rows, notes)


def _countries(answer: Answer, address: Address) -> Chart:
    rows = [Row(code or "", label_of("country", code), figures) for code, figures in answer.by_country.items()]
    sexes = sexes_of(answer, (row.figures for row in rows))
    cells = [[link(address.narrowed("country", row.code), row.label), *_counts(row.figures, sexes)] for row in rows]
    title = _("Participants by country of residence")
    total = [_("Total"), *_counts(_sum(rows), sexes)] if rows else []
    table = Table(f"{title}, {_period(answer)}", [_("Country of residence"), *_headers(sexes)], cells, total)
    described = "; ".join(f"{row.label}: {count(row.figures.participations)}" for row in rows)
    return Chart("countries", title, described, _map(rows), table, rows, [*_beside(rows), *_unplaced(answer)])


def _map(rows: Sequence[Row]) -> Tiles | None:
    if not rows:
        return None
    numbers = {row.code: row.figures.participations or 0 for row in rows}
    bounds = charts.classes(numbers.get(code, 0) for code in charts.PLACES)
    tiles = [
        Tile(code, column, line, _shade(numbers.get(code, 0), bounds), _short(numbers.get(code, 0)))
        for code, (column, line) in charts.PLACES.items()
    ]
    deepest = [(_shade(first, bounds), _range(first, last)) for first, last in charts.ranges(bounds)]
    return Tiles(tiles, [(0, i18n.number(0)), *deepest])


def _shade(number: int, bounds: Sequence[int]) -> int:
    """Return the shade of a number: the deepest is that of the last class, however many there are."""
    place = charts.shade(number, bounds)
    return place and charts.DEEPEST - len(bounds) + place


def _beside(rows: Sequence[Row]) -> list[str]:
    """Return who lives where the map has no tile."""
    elsewhere = [row for row in rows if row.code and row.code not in charts.PLACES]
    named = [f"{row.label} ({count(row.figures.participations)})" for row in elsewhere[:_OTHERS_NAMED]]
    if further := elsewhere[_OTHERS_NAMED:]:
        number = sum(row.figures.participations or 0 for row in further)
        named.append(_("other countries (%(number)s)", number=i18n.number(number)))
    notes = [i18n.labelled(_("Beside the map"), ", ".join(named))] if named else []
    unknown = sum(row.figures.participations or 0 for row in rows if not row.code)
    if unknown:
        notes.append(_("Country of residence not on record: %(number)s participations.", number=i18n.number(unknown)))
    return notes


def _unplaced(answer: Answer) -> list[str]:
    """Return whom a chart by what people said of themselves leaves out."""
    totals = answer.totals
    if not totals.by_headcount:
        return []
    number = i18n.number(totals.headcounted)
    return [
        ngettext(
            "Not shown: %(num)s activity known by headcount, with %(number)s participations. Nothing more is known of "
            "its participants than their sex.",
            "Not shown: %(num)s activities known by headcount, with %(number)s participations. Nothing more is known "
            "of their participants than their sex.",
            totals.by_headcount, number=number,
        )
    ]  # fmt: skip


def _sex_bars(figures: Figures, sexes: Sequence[str]) -> list[Bar]:
    """Return a bar for each sex; nobody who is other or not stated needs none."""
    return [
        Bar(sex if sex in ("women", "men") else "other", getattr(figures, sex),
            f"{_(rules.SEX_LABELS[sex])} {with_share(getattr(figures, sex), figures.participations)}")
        for sex in sexes if sex in ("women", "men") or getattr(figures, sex) != 0
    ]  # fmt: skip


def _parts(figures: Figures, sexes: Sequence[str]) -> list[Part]:
    numbers = {sex: getattr(figures, sex) or 0 for sex in sexes}
    others = sum(number for sex, number in numbers.items() if sex not in ("women", "men"))
    found = [Part(sex, numbers[sex]) for sex in ("women", "men") if sex in numbers]
    return [part for part in (*found, Part("other", others)) if part.number]


def _legend(sexes: Sequence[str]) -> list[tuple[str, str]]:
    named = [(sex, str(_(rules.SEX_LABELS[sex]))) for sex in sexes if sex in ("women", "men")]
    others = [sex for sex in sexes if sex not in ("women", "men")]
    label = _("Other or not stated") if len(others) > 1 else "".join(_(rules.SEX_LABELS[sex]) for sex in others)
    return [*named, *([("other", label)] if others else [])]


def _headers(sexes: Sequence[str]) -> list[str]:
    return [*(_(rules.SEX_LABELS[sex]) for sex in sexes), _("Total"), _("Share of women")]


def _counts(figures: Figures, sexes: Sequence[str]) -> list[str | None]:
    numbers = [getattr(figures, name) for name in (*sexes, "participations")]
    share = percent_of(figures.women, figures.participations) if "women" in sexes else ""
    return [*(None if number is None else i18n.number(number) for number in numbers), share]


def _sum(rows: Sequence[Row]) -> Figures:
    known = [row.figures for row in rows if row.figures.participations is not None]
    if not known:
        return Figures(participations=None, women=None, men=None, other=None, not_stated=None)
    by_sex: dict[str, Any] = {sex: sum(getattr(one, sex) or 0 for one in known) for sex in SEXES}
    return Figures(participations=sum(by_sex.values()), **by_sex)


def _period(answer: Answer) -> str:
    return i18n.period(answer.question.period.start, answer.question.period.end)


def _label(by: str, line: Line) -> str:
    """Return what a line is called; institutions of one name are told apart by their country."""
    name = label_of(by, line.code, line.name)
    return f"{name} ({label_of('country', line.country)})" if line.country else name


def _short_label(by: str, line: Line) -> str:
    """Return the same as short as a phone is narrow, the country by its code as on the map."""
    name, country = label_of(by, line.code, line.name), f" ({line.country})" if line.country else ""
    room = _LONGEST_LABEL - len(country)
    return (name if len(name) <= room else f"{name[: room - 1].rstrip()}…") + country


def _short(number: int) -> str:
    """Return a number as short as a tile is narrow: 9 999, then 12k; nothing for nobody."""
    if not number:
        return ""
    return i18n.number(number) if number < _DECK else f"{i18n.number(number // _THOUSAND)}k"


def _range(first: int, last: int | None) -> str:
    if last is None:
        return str(_("%(number)s or more", number=i18n.number(first)))
    return i18n.number(first) if first == last else f"{i18n.number(first)}–{i18n.number(last)}"


_CHARTS: Mapping[str, Callable[[Answer, Address], Chart]] = {
    "kinds": _kinds, "trend": _trend, "countries": _countries,
    **dict.fromkeys(NAMES.values(), _broken_down),
}  # fmt: skip
BREAKDOWN_OF = {chart_name: breakdown for breakdown, chart_name in NAMES.items()}
CHART_NAMES = tuple(_CHARTS)
