"""Contradictions and ambiguities of a published report in the reader's language: what, where, and why."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from ilpes_lms.core.text import N_
from ilpes_lms.people.vocabularies import countries
from ilpes_lms.statistics.explanations import NOTES, NOTES_IF_KNOWN
from ilpes_lms.statistics.reconciling import AMBIGUITY, CONTRADICTION, Finding
from ilpes_lms.statistics.rules import SEX_LABELS, SHORT_TITLES, TABLES
from ilpes_lms.statistics.transcription import Figure, Transcription, Value, transcription
from ilpes_lms.web import i18n

_MEASURES = {
    "period": N_("Reporting period"),
    "activities": N_("Number of activities"),
    "activities_counted": N_("Number of activities on open or digital government"),
    "kinds": N_("Number of types of course"),
    "usual_days": N_("Usual length in days"),
    "most_activities": N_("The largest number of courses"),
    "without_record": N_("Activities without record"),
    "participations": N_("Participants"),
    "persons": N_("People who took part"),
    "participations_begun_within": N_("Participants in the activities of the period"),
    "activities_with": N_("Number of courses"),
    "participations_besides": N_("Officials trained besides those of the restricted course"),
    "share_of_sex": N_("Share of women"),
    "share_of_participations": N_("Share of all participants"),
    "share_of_activities": N_("Share of all that is offered"),
    "previous_share": N_("Share of all participants in the previous period"),
    "more_women": N_("More women than men"),
    "grew": N_("More participants than in the previous period"),
    "growth": N_("Increase in participants over the previous period"),
    "multiple": N_("Participants as a multiple of the previous period's"),
    "multiple_of_implied": N_("Participants as a multiple of the previous period's"),
    "dates": N_("Dates"),
    "hours": N_("Hours"),
    "figure": N_("Number of activities"),
}
_SUBJECTS = {
    "raga": N_("webinars with the Regional Open Government Academic Network (RAGA)"),
    "network": N_("webinars of the Planning Network"),
    "coneval": N_("workshops for CONEVAL"),
    "forum": N_("Dates of the Planning Network's forum on participation"),
    "paraguay_event": N_("People at an event in Paraguay on 12 May 2022"),
}
_DOUBTED = {
    "officials-or-participants": N_("Government officials trained"),
    "dates-coneval": N_("Dates"),
    "seminars-network": N_("Number of activities"),
}
_SECTIONS = {
    "summary": N_("executive summary"),
    "introduction": N_("introduction"),
    "1b": N_("section 1 b)"),
    "4": N_("section 4"),
    "5": N_("section 5"),
    "6a": N_("section 6 a)"),
    "6b": N_("section 6 b)"),
    "8": N_("section 8"),
}
_PARTS = {
    "courses": N_("list of courses"),
    "seminars": N_("list of seminars"),
    "note3": N_("footnote 3"),
    "subtotal": N_("subtotal"),
    "a": N_("footnote a"),
    "raga": N_("under RAGA"),
    "network": N_("under the Planning Network"),
    "snip": N_("under the SNIP Network"),
    "book": N_("under the book launch"),
    "side_event": N_("under the side event"),
    "fair": N_("on the Feria de Gobierno Abierto"),
}
_COUNTED_IN_A_TABLE = {"activities", "participations", "share_of_activities"}
_NOT_ON_RECORD = N_("It is not on record here, so it can't be computed again.")
_DIFFERS = N_("The report prints %(published)s; the records of the activities give %(computed)s.")


class Reconciled:
    """The findings of one report, with how many of its figures agree."""

    def __init__(self, report: Transcription, findings: Sequence[Finding]) -> None:
        self.symbol, self._findings = report.symbol, findings
        self.period_text = i18n.period(report.period.start, report.period.end)
        self.figures = len(report.figures)
        self.alone = sum(1 for figure in report.figures.values() if figure.alone)
        self.agreeing = self.figures - self.alone - len(self.contradictions)

    @property
    def contradictions(self) -> list[dict[str, Any]]:
        return self._of(CONTRADICTION)

    @property
    def ambiguities(self) -> list[dict[str, Any]]:
        return self._of(AMBIGUITY)

    def _of(self, kind: str) -> list[dict[str, Any]]:
        return [shown(finding) for finding in self._findings if finding.type == kind]


def as_record(finding: Finding) -> dict[str, Any]:
    """Return a finding as `statistics reconcile --format json` prints it: values as they are, words translated."""
    figure = finding.figure
    return {
        "id": figure.id,
        "type": finding.type,
        "figure": name_of(finding),
        "published": figure.value,
        "computed": finding.computed,
        "where": [place(one) for one in places_of(figure)],
        "note": note_of(finding),
    }


def shown(finding: Finding) -> dict[str, Any]:
    """Return a finding as a page shows it: values as people write them, with their units."""
    figure, computed = finding.figure, finding.computed
    values = {"published": said(figure, figure.value), "computed": None if computed is None else said(figure, computed)}
    return {**as_record(finding), **values}


def name_of(finding: Finding) -> str:
    """Return what a figure is about: Participants: Webinars and seminars."""
    label, subject = _label(finding.figure), _subject(finding)
    return i18n.labelled(_(label), subject) if label and subject else str(_(label)) if label else subject


def note_of(finding: Finding) -> str:
    """Return why a figure does not agree, or in which two ways it can be read."""
    figure, computed = finding.figure, finding.computed
    values = {"published": said(figure, figure.value), "computed": "" if computed is None else said(figure, computed)}
    if finding.type == AMBIGUITY:
        notes = NOTES if computed is None or figure.id not in NOTES_IF_KNOWN else NOTES_IF_KNOWN
        return str(_(notes[figure.id], **values))
    if computed is None:
        return str(_(_NOT_ON_RECORD))
    # The explanation was written for what was found then; other records make another story.
    explained = figure.finds == computed and NOTES.get(figure.id)
    return str(_(explained or _DIFFERS, **values))


def places_of(figure: Figure) -> tuple[str, ...]:
    """Return where a figure stands, then where the report itself says what it is held against."""
    elsewhere: tuple[str, ...] = ()
    if figure.row:
        elsewhere = (figure.row,)
    elif figure.measure == "figure":
        elsewhere = transcription().figures[figure.base or ""].where
    elif figure.measure in _COUNTED_IN_A_TABLE and figure.kind:
        elsewhere = (TABLES[figure.kind],)
    return tuple(dict.fromkeys((*figure.where, *elsewhere)))


def place(code: str) -> str:
    """Return where in the report a figure stands: executive summary, list of courses, 3."""
    if code.startswith("A"):
        table, _dot, row = code.removeprefix("A1.").partition(".")
        title, numbered = str(_("table A1.%(number)s", number=table)), N_("row %(number)s")
        return f"{title}, {_part(row, numbered)}" if row else title
    section, *parts = code.split(".")
    words = [
        _part(part, N_("paragraph %(number)s") if at == 0 else N_("entry %(number)s")) for at, part in enumerate(parts)
    ]
    return ", ".join([str(_(_SECTIONS[section])), *words])


def said(figure: Figure, value: Value) -> str:
    """Return a value with its unit as people write it."""
    return _UNITS[figure.unit](value)


def _part(part: str, numbered: str) -> str:
    if part.isdecimal():
        return str(_(numbered, number=part))
    if part.isupper():
        return countries.country_name(part, i18n.current_language())
    return str(_(_PARTS[part]))


def _label(figure: Figure) -> str | None:
    if figure.measure == "participations" and figure.sex:
        return SEX_LABELS[figure.sex]
    return _DOUBTED.get(figure.id) or _MEASURES.get(figure.measure or "")


def _subject(finding: Finding) -> str:
    figure = finding.figure
    if figure.subject:
        return str(_(_SUBJECTS[figure.subject]))
    if figure.row:
        return finding.title or place(figure.row)
    if figure.country:
        return countries.country_name(figure.country, i18n.current_language())
    return str(_(SHORT_TITLES[figure.kind])) if figure.kind else ""


def _dates(value: Value) -> str:
    first, _slash, last = str(value).partition("/")
    start, precision = _dated(first)
    end, end_precision = _dated(last or first)
    return i18n.short_period(start, end, precision, end_precision)


def _dated(text: str) -> tuple[date, str]:
    return (date.fromisoformat(text), "day") if text.count("-") == 2 else (date.fromisoformat(f"{text}-01"), "month")  # noqa: PLR2004 - year, month, day


_UNITS: Mapping[str, Callable[[Any], str]] = {
    "count": i18n.number,
    "percent": lambda value: str(_("%(number)s%%", number=i18n.number(value))),
    "multiple": lambda value: str(_("%(number)s times", number=i18n.number(value))),
    "sign": lambda value: str(_("yes") if value else _("no")),
    "date": _dates,
}
