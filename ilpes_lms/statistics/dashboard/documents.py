"""The dashboard's charts as files: drawings and pictures that say by themselves what they are of, and CSV."""

import csv
import io
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from flask_babel import gettext as _
from jinja2 import Environment, FileSystemLoader

from ilpes_lms.core.tables import as_text
from ilpes_lms.core.tables.writing import CSV
from ilpes_lms.statistics.annual import INSTITUTE
from ilpes_lms.statistics.dashboard import asking, charting
from ilpes_lms.statistics.dashboard.addresses import Address
from ilpes_lms.statistics.dashboard.answers import BREAKDOWNS, Answer
from ilpes_lms.statistics.dashboard.charting import Chart
from ilpes_lms.statistics.dashboard.filtering import Filters
from ilpes_lms.statistics.dashboard.rules import Figures, Question
from ilpes_lms.statistics.documents.drawings import COLOURS, TEMPLATES, raster
from ilpes_lms.web import i18n

_SHADES = {
    "shade-0": "#ffffff", "shade-1": "#dcebf5", "shade-2": "#a9cfe6", "shade-3": "#6cacd2", "shade-4": "#1f74a8",
    "shade-5": "#00446f",
}  # fmt: skip
_INK, _QUIET, _PAPER = "#1b2733", "#4a5a68", "#ffffff"
_FILLS = {
    **COLOURS, **_SHADES, "text": _INK, "value": _INK, "base": "#6f8291", "on-shade-0": _QUIET,
    **{f"on-shade-{shade}": _INK if shade <= 3 else _PAPER for shade in range(1, 6)},  # noqa: PLR2004 - the deep ones
}  # fmt: skip
_PAGES = TEMPLATES.parent.parent / "templates"
_WRITTEN = Environment(loader=FileSystemLoader(_PAGES), autoescape=True, trim_blocks=False)
_LINE = 88


@dataclass(frozen=True, slots=True)
class Written:
    """A file with the name and type that it is handed out under."""

    content: bytes
    name: str
    content_type: str


def of_question(question: Question, name: str, form: str) -> Written:
    """Return the chart of a question by its name as a file."""
    answer = Answer(question, charting.BREAKDOWN_OF.get(name, BREAKDOWNS[0]))
    address = Address(question, answer.breakdown)
    return written(charting.chart(name, answer, address), Filters(address, answer.institutions), form)


def written(chart: Chart, filters: Filters, form: str) -> Written:
    """Return a chart as a file: svg, png or csv."""
    period = filters.question.period
    content_type, write = _WRITERS[form]
    return Written(write(chart, filters), f"{chart.name}-{period.start}-{period.end}.{form}", content_type)


def drawing(chart: Chart, filters: Filters) -> str:
    """Return a chart as a drawing of its own, with its title, what it is of, what it leaves out, and its source."""
    template = _WRITTEN.get_template("statistics/dashboard/chart.svg")
    period = i18n.period(filters.question.period.start, filters.question.period.end)
    of = "; ".join([period, *(one.label for one in filters.chosen)])
    source = _("Source: %(institute)s.", institute=_(INSTITUTE))
    return template.render(
        chart=chart, heading=_wrapped([chart.title]), of=_wrapped([of]), below=_wrapped([*chart.notes, source]),
        colours=_FILLS, language=i18n.current_language(),
    )  # fmt: skip


def _svg(chart: Chart, filters: Filters) -> bytes:
    return drawing(chart, filters).encode()


def _png(chart: Chart, filters: Filters) -> bytes:
    return raster(drawing(chart, filters))


def _csv(chart: Chart, filters: Filters) -> bytes:
    """Return a row for each line of the chart's table; a cell is empty where there is no record.

    Distinct persons are told by kind and in all only.
    """
    out = io.StringIO()
    asked = asking.values_of(filters.question)
    columns = ["chart", "code", "name", *asdict(Figures()), "period_start", "period_end", *asking.FILTERS]
    writer = csv.DictWriter(out, columns, restval="", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    everywhere = {"chart": chart.name, "period_start": asked.pop("from"), "period_end": asked.pop("to"), **asked}
    for row in chart.rows:
        values = {**everywhere, "code": row.code, "name": row.label, **asdict(row.figures)}
        writer.writerow({name: _cell(value) for name, value in values.items()})
    # Spreadsheets read UTF-8 as such only after this mark.
    return ("\ufeff" + out.getvalue()).encode()


def _cell(value: object) -> str:
    return as_text("" if value is None else str(value))


def _wrapped(texts: Sequence[str]) -> list[str]:
    return [line for text in texts for line in textwrap.wrap(text, _LINE)]


_WRITERS: Mapping[str, tuple[str, Callable[[Chart, Filters], bytes]]] = {
    "svg": ("image/svg+xml", _svg),
    "png": ("image/png", _png),
    "csv": (CSV, _csv),
}
TYPES = {form: content_type for form, (content_type, _write) in _WRITERS.items()}
FORMS = tuple(TYPES)
