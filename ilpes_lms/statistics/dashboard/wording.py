"""What the dashboard's filters and their codes are called in the reader's language."""

from collections.abc import Callable, Mapping

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _

from ilpes_lms.catalogue.rules import MODALITY_LABELS
from ilpes_lms.core.text import N_
from ilpes_lms.people.vocabularies import countries, divisions, sectors, topics
from ilpes_lms.statistics import rules
from ilpes_lms.statistics.rules import Period, share
from ilpes_lms.web import i18n

FILTER_LABELS = {
    "kind": N_("Type of course"),
    "country": N_("Country of residence"),
    "sex": N_("Sex"),
    "sector": N_("Sector"),
    "institution": N_("Institution"),
    "topic": N_("Topic"),
    "division": N_("Organizing division"),
    "modality": N_("Modality"),
}
_LABELS: Mapping[str, Callable[[str], str]] = {
    "kind": lambda code: str(_(rules.SHORT_TITLES[code])),
    "country": lambda code: countries.country_name(code, i18n.current_language()),
    "sex": lambda code: str(_(rules.SEX_LABELS[code])),
    "sector": lambda code: sectors.label(code, i18n.current_language()),
    "topic": lambda code: topics.label(code, i18n.current_language()),
    "division": lambda code: divisions.label(code, i18n.current_language()),
    "modality": lambda code: str(_(MODALITY_LABELS[code])),
}
_NOT_ON_RECORD = N_("Not on record")
_UNKNOWN = {"institution": N_("Of no institution on the list")}


def label_of(name: str, code: str | None, own_name: str | None = None) -> str:
    """Return what a value of a filter is called; `own_name` is the name of what is in no vocabulary."""
    if not code:
        return str(_(_UNKNOWN.get(name, _NOT_ON_RECORD)))
    return own_name or _LABELS[name](code)


def year_label(period: Period) -> str:
    """Return a period as short as a button takes it: 2021–2022 for a reporting year, else its days."""
    return _years(period) if is_year(period) else i18n.short_period(period.start, period.end)


def axis_labels(period: Period) -> list[str]:
    """Return a period as two short lines beneath a column."""
    if is_year(period):
        return [f"{period.start.year}–", str(period.end.year)]
    return [format_date(day, "short", locale=get_locale()) for day in (period.start, period.end)]


def is_year(period: Period) -> bool:
    """Tell whether a period is one of the institute's reporting years."""
    return period == rules.reporting_year(period.start)


def count(value: int | None) -> str:
    """Return a count in words; no record is said, and never zero."""
    return str(_("no record")) if value is None else i18n.number(value)


def with_share(part: int | None, whole: int | None) -> str:
    """Return a part with its share of a whole: 500 (56%)."""
    percent = percent_of(part, whole)
    return f"{count(part)} ({percent})" if percent else count(part)


def percent_of(part: int | None, whole: int | None) -> str:
    """Return a part as whole per cent of a whole; nothing where nothing can be divided."""
    percent = share(part, whole)
    return "" if percent is None else str(_("%(number)s%%", number=percent))


def _years(period: Period) -> str:
    return f"{period.start.year}–{period.end.year % 100:02}"
