"""The activities behind a figure as the page lists them, with the way to their people for those who may see them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from ilpes_lms.catalogue.wording import dates
from ilpes_lms.statistics.dashboard.charting import link
from ilpes_lms.statistics.dashboard.rules import ActivityFigures, Question
from ilpes_lms.statistics.dashboard.wording import label_of, percent_of
from ilpes_lms.statistics.display import Table
from ilpes_lms.statistics.rules import SEXES
from ilpes_lms.web import i18n

_CODES = {"women": "female", "men": "male", "other": "other", "not_stated": "not_stated"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose activities (by public id) the reader coordinates, and whether the reader may see who takes part in them."""

    managed: Collection[str]
    sees_people: bool


def activities_table(found: Sequence[ActivityFigures], question: Question, reader: Reader) -> Table:
    """Return the activities behind a question's figures, each with its part of them."""
    sexes = [sex for sex in SEXES if sex in (question.sexes or ("women", "men"))
             or any(getattr(one.figures, sex) for one in found)]  # fmt: skip
    headers = [
        _("Activity"), _("Type of course"), _("Dates"), *(label_of("sex", sex) for sex in sexes), _("Total"),
        _("Completion rate"), _("Certificates"), _("Hours"),
    ]  # fmt: skip
    rows = [_row(one, sexes, question, reader) for one in found]
    return Table(_("Activities behind the figures"), headers, rows, [], words=3)


def _row(one: ActivityFigures, sexes: Sequence[str], question: Question, reader: Reader) -> list[str | None]:
    figures = one.figures
    counts = [None if (number := getattr(figures, sex)) is None else i18n.number(number) for sex in sexes]
    return [
        _title(one, reader), label_of("kind", one.kind),
        dates(one.starts_on, one.ends_on, one.start_precision, one.end_precision), *counts,
        _total(one, question, reader), percent_of(figures.completed, figures.decided),
        i18n.number(figures.certificates), "" if one.hours is None else i18n.number(one.hours),
    ]  # fmt: skip


def _title(one: ActivityFigures, reader: Reader) -> Markup:
    endpoint = "catalogue.manage" if one.ref in reader.managed else "catalogue.activity"
    return link(url_for(endpoint, ref=one.ref), one.title)


def _total(one: ActivityFigures, question: Question, reader: Reader) -> str | None:
    """Return how many took part; where they are on record and the reader may see them, as the way to them."""
    number = one.figures.participations
    if not number:
        return None if number is None else i18n.number(number)
    if one.figures.by_headcount:
        return str(_("%(number)s (headcount)", number=i18n.number(number)))
    if not (reader.sees_people and one.ref in reader.managed):
        return i18n.number(number)
    label = _("%(number)s: see who took part in %(title)s", number=i18n.number(number), title=one.title)
    return Markup('<a href="{}" aria-label="{}">{}</a>').format(_people(one, question), label, i18n.number(number))


def _people(one: ActivityFigures, question: Question) -> str:
    """Return the list of an activity's participants, filtered as far as the list filters: by one value each."""
    asked = {"sex": [_CODES[sex] for sex in question.sexes], "country": question.countries, "sector": question.sectors}
    single: dict[str, Any] = {name: values[0] for name, values in asked.items() if len(values) == 1 and values[0]}
    return url_for("enrolment.board", activity_ref=one.ref, state="confirmed", **single)
