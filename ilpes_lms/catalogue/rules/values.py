"""What an activity's values must be, whoever brings them: page, API, import or clone."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
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
from ilpes_lms.core.text import fold
from ilpes_lms.people.vocabularies import countries, divisions, languages, sectors, time_zones, topics

_FIRST_YEAR, _LAST_YEAR = 1948, 2148
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
    for field in _CODES.keys() & values.keys():
        _check_codes(field, values[field])
    for field in ("titles", "summaries"):
        _check_languages(field, values.get(field) or {})
    if not any(text.strip() for text in values["titles"].values()):
        raise TitleMissing(field="titles")
    if values["admission"] not in ADMISSIONS_OF_KIND[values["kind"]]:
        raise AdmissionNotForKind(field="admission")
    if not values.get("languages", ("es",)):
        raise LanguageMissing(field="languages")
    _check_times(values)
    _check_numbers(values)
    check_link(values.get("joining_link"))


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


def is_plausible(day: date) -> bool:
    """Tell whether something may happen on a day: from the founding of ECLAC to what nobody plans yet."""
    return _FIRST_YEAR <= day.year <= _LAST_YEAR


def _check_times(values: Mapping[str, Any]) -> None:
    for field in ("starts_on", "ends_on", "applications_open_at", "applications_close_at", "waiting_until"):
        if values.get(field) and not is_plausible(values[field]):
            raise DateNotPlausible(field=field)
    if values["ends_on"] < values["starts_on"]:
        raise DatesReversed(field="ends_on")
    opens, closes = values.get("applications_open_at"), values.get("applications_close_at")
    if opens and closes and closes <= opens:
        raise WindowReversed(field="applications_close_at")


def _check_numbers(values: Mapping[str, Any]) -> None:
    for field in ("capacity", "hours", "offer_hours"):
        number = values.get(field)
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
