"""What an activity's values must be, whoever brings them: page, API, import or clone."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from ilpes_lms.catalogue.errors import (
    AdmissionNotForKind,
    ChoiceTwice,
    DateNotPlausible,
    DatesReversed,
    LanguageMissing,
    LinkNotSafe,
    NotPositive,
    TitleMissing,
    UnknownChoice,
    UnknownLanguage,
    WindowReversed,
)
from ilpes_lms.catalogue.rules.admission import ADMISSIONS_OF_KIND
from ilpes_lms.catalogue.rules.labels import KINDS, MODALITIES, PARTNER_ROLES
from ilpes_lms.core.errors import DomainError, refusal_of
from ilpes_lms.core.text import fold
from ilpes_lms.people.rules import one_line
from ilpes_lms.people.vocabularies import countries, divisions, languages, sectors, time_zones, topics

_FIRST_YEAR, _LAST_YEAR = 1948, 2148
_LONGEST_TITLE, _MOST_HOURS, _HUNDREDTH = 200, 9_999, Decimal("0.01")
_CODES: dict[str, Callable[[object], bool]] = {
    "kind": KINDS.__contains__,
    "modality": MODALITIES.__contains__,
    "country": countries.is_country,
    "division": divisions.is_code,
    "zone": time_zones.is_zone,
    "topics": topics.is_code,
    "languages": languages.is_code,
    "eligible_countries": countries.is_country,
    "eligible_sectors": sectors.is_code,
    "eligible_languages": languages.is_code,
    "record": ("people", "headcount", "no_record").__contains__,
    "promotes_by": ("offer", "place").__contains__,
    "start_precision": ("day", "month").__contains__,
    "end_precision": ("day", "month").__contains__,
}


def check_values(values: Mapping[str, Any]) -> None:
    """Refuse values that no activity may have, naming the field."""
    if faults := faults_of_values(values):
        raise faults[0]


def faults_of_values(values: Mapping[str, Any]) -> list[DomainError]:
    """Return all that no activity may have of these values, each by the name of its field."""
    return [refusal for check in _checks(values) if (refusal := refusal_of(check))]


def _checks(values: Mapping[str, Any]) -> Iterator[Callable[[], None]]:
    for field in _CODES.keys() & values.keys():
        yield partial(_check_codes, field, values[field])
    for field in ("titles", "summaries"):
        yield partial(_check_languages, field, values.get(field) or {})
    yield partial(_check_title, values["titles"])
    yield partial(_check_admission, values["kind"], values["admission"])
    yield partial(_check_given_in, values.get("languages", ("es",)))
    for field in ("starts_on", "ends_on", "applications_open_at", "applications_close_at", "waiting_until"):
        yield partial(_check_plausible, field, values.get(field))
    yield partial(_check_order, values)
    yield partial(_check_window, values)
    for field in ("capacity", "hours", "offer_hours"):
        yield partial(_check_positive, field, values.get(field))
    yield partial(check_link, values.get("joining_link"))


def check_partners(partners: Iterable[tuple[str, str]]) -> None:
    """Refuse a partner without a name or with a role that is not known."""
    for name, role in partners:
        if not name.strip() or role not in PARTNER_ROLES:
            raise UnknownChoice(field="partners", value=role if name.strip() else name)


def search_key(
    titles: Mapping[str, str], course_titles: Mapping[str, str], partners: Iterable[str], others: Iterable[str | None]
) -> str:
    """Return the text that a search looks in: all titles, the course's, partners and more, folded."""
    words = [*titles.values(), *course_titles.values(), *partners, *(other for other in others if other)]
    return fold(" | ".join(dict.fromkeys(words)))


def _check_codes(field: str, value: Any) -> None:
    if value is None:
        return
    codes = value if isinstance(value, list | tuple) else (value,)
    for code in codes:
        if not _CODES[field](code):
            raise UnknownChoice(field=field, value=code)
        if codes.count(code) > 1:
            raise ChoiceTwice(field=field, value=code)


def _check_languages(field: str, texts: Mapping[str, str]) -> None:
    for code in texts:
        if not languages.is_code(code):
            raise UnknownLanguage(field=field, value=code)


def _check_title(titles: Mapping[str, str]) -> None:
    if not any(text.strip() for text in titles.values()):
        raise TitleMissing(field="titles")


def _check_admission(kind: str, admission: str) -> None:
    if kind in ADMISSIONS_OF_KIND and admission not in ADMISSIONS_OF_KIND[kind]:
        raise AdmissionNotForKind(field="admission")


def _check_given_in(given_in: Sequence[str]) -> None:
    if not given_in:
        raise LanguageMissing(field="languages")


def is_plausible(day: date) -> bool:
    """Tell whether something may happen on a day: from the founding of ECLAC to what nobody plans yet."""
    return _FIRST_YEAR <= day.year <= _LAST_YEAR


def _check_plausible(field: str, day: date | None) -> None:
    if day and not is_plausible(day):
        raise DateNotPlausible(field=field)


def _check_order(values: Mapping[str, Any]) -> None:
    first, last = values["starts_on"], values["ends_on"]
    if first and last and last < first:
        raise DatesReversed(field="ends_on")


def _check_window(values: Mapping[str, Any]) -> None:
    opens, closes = values.get("applications_open_at"), values.get("applications_close_at")
    if opens and closes and closes <= opens:
        raise WindowReversed(field="applications_close_at")


def _check_positive(field: str, number: Any) -> None:
    if number is not None and number <= 0:
        raise NotPositive(field=field)


def check_link(link: str | None, *, field: str = "joining_link") -> None:
    """Refuse a link that is not a whole https address."""
    if link and not _is_https(link):
        raise LinkNotSafe(field=field)


def _is_https(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.netloc)


def module_titles(titles: Mapping[str, str]) -> dict[str, str]:
    """Return a module's titles by language, each on one line; refuse none at all, and languages nobody knows."""
    _check_languages("titles", titles)
    kept = {code: one_line(text, longest=_LONGEST_TITLE, field="titles") for code, text in titles.items()}
    kept = {code: text for code, text in kept.items() if text}
    if not kept:
        raise TitleMissing(field="titles")
    return kept


def module_hours(hours: Decimal | None) -> Decimal | None:
    """Return a module's hours, None where they are not known; refuse none and too many."""
    if hours is None:
        return None
    if not hours.is_finite() or not 0 < hours <= _MOST_HOURS:
        raise NotPositive(field="hours")
    return hours.quantize(_HUNDREDTH)
