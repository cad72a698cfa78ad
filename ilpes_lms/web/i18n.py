"""Four languages: which one to answer in, the rooms' own catalogues, and dates and numbers as people write them."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton, format_time, get_timezone_location
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, Response, current_app, has_request_context, request, url_for
from flask_babel import Babel, Domain, force_locale, get_domain, get_locale
from flask_babel import gettext as _
from jinja2 import pass_context
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from ilpes_lms.core.settings import institute_zone
from ilpes_lms.web.access import principal
from ilpes_lms.web.navigation import place

LANGUAGES = {"es": "Español", "en": "English", "pt": "Português", "fr": "Français"}
DEFAULT = "es"
_YEAR = 365 * 24 * 3600
_LONGEST_HEADER = 1000
_ROOMS = Path(__file__).resolve().parent.parent
# CLDR's own choice differs from United Nations style only in Spanish, which separates thousands by a space.
_THOUSANDS = {"es": "\u00a0", "en": ",", "pt": ".", "fr": "\u202f"}
_DECIMALS = {"es": ",", "en": ".", "pt": ",", "fr": ","}
# The mark of a value to be filled in, %(name)s, is none.
_BEFORE_A_MARK = re.compile(r" (?=[:;?!»]|%(?!\())|(?<=«) ")
_FIRST = {"pt": "1º", "fr": "1er"}
_LOCALES = {"es": "es_419", "en": "en_GB", "pt": "pt_BR", "fr": "fr"}


class RoomCatalogues(Domain):  # type: ignore[misc]  # flask-babel is untyped here
    """All rooms' translations as one catalogue a language, read from their .po files when first needed."""

    def __init__(self) -> None:
        super().__init__()
        self._loaded: dict[str, Translations] = {}

    def get_translations(self) -> Translations:
        language = language_of(get_locale())
        if language not in self._loaded:
            self._loaded[language] = _catalogue(language)
        return self._loaded[language]


def open_languages(app: Flask) -> None:
    """Answer each request in its reader's language and time zone."""
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT
    app.config.setdefault("LANGUAGE_COOKIE_NAME", "language")
    babel = Babel(app, locale_selector=language, timezone_selector=zone)
    babel.domain_instance = RoomCatalogues()
    app.extensions["ilpes-babel"] = babel
    app.after_request(_remember_language)
    app.context_processor(_in_templates)
    app.jinja_env.globals["ngettext"] = _counting(app.jinja_env.globals["ngettext"])
    # Globals, since imported macros do not see context processors.
    app.jinja_env.globals["labelled"] = labelled
    app.jinja_env.globals["number"] = number


def language() -> str:
    """Return the language to answer in: asked for, remembered, the person's own, the browser's, Spanish."""
    if not has_request_context():
        return DEFAULT
    asked = request.args.get("lang") or request.cookies.get(_cookie_name())
    if asked in LANGUAGES:
        return asked
    return principal().language or _read_best(request.headers.get("Accept-Language", "")[:_LONGEST_HEADER])


@lru_cache(maxsize=1024)
def _read_best(wanted: str) -> str:
    """Return the language that a browser's header asks for most; browsers say the same with every request.

    Of whatever country: who reads Brazilian Portuguese before French is not to be given French.
    """
    asked = (tag.partition("-")[0].lower() for tag, quality in parse_accept_header(wanted, LanguageAccept) if quality)
    return next((code for code in asked if code in LANGUAGES), DEFAULT)


def language_of(locale: Locale | None) -> str:
    """Return the code of one of the four languages for a locale."""
    return locale.language if locale and locale.language in LANGUAGES else DEFAULT


def current_language() -> str:
    """Return the language in force, in a request or under `in_language`."""
    return language_of(get_locale())


def in_language(code: str) -> Any:
    """Let everything inside a `with` speak one language."""
    return force_locale(code)


def zone() -> str:
    """Return the reader's time zone."""
    return principal().zone or institute_zone()


def day(value: date) -> str:
    """Return a date in words: 6 de abril de 2027."""
    return _first_of_month(format_date(value, "long", locale=_locale()))


def short_day(value: date) -> str:
    """Return a date for tables: 6 abr 2027."""
    return _first_of_month(format_date(value, "medium", locale=_locale()))


def weekday(value: date) -> str:
    """Return a date with its weekday: martes, 6 de abril de 2027."""
    return _first_of_month(format_date(value, "full", locale=_locale()))


def moment(value: datetime, at: str | None = None) -> str:
    """Return a moment with weekday, time and the zone named: martes, 6 de abril de 2027, 10:00 (hora de Santiago)."""
    place = ZoneInfo(at or zone())
    local = value.astimezone(place)
    clock = format_time(local.time(), "HH:mm", locale=_locale())
    return f"{weekday(local.date())}, {clock} ({zone_name(str(place))})"


def zone_name(name: str) -> str:
    """Return what people call a zone: hora de Santiago.

    By its town, because the names of regions are not known in all of them ("Eastern Time" in Panama), and CLDR
    has none for some.
    """
    town = _town(name, _locale())
    return town if town == "UTC" else str(_("%(town)s time", town=town))


@lru_cache(maxsize=4096)
def _town(zone: str, locale: str) -> str:
    # Of Argentina's zones, CLDR names the town together with the country.
    return get_timezone_location(ZoneInfo(zone), locale=locale, return_city=True).rpartition("/")[2]


def clock_time(value: datetime, at: str | None = None) -> str:
    """Return the hour and minute at a place."""
    return value.astimezone(ZoneInfo(at or zone())).strftime("%H:%M")


def period(start: date, end: date, start_precision: str = "day", end_precision: str = "day") -> str:
    """Return two dates as one text, with no more precision than is known: 7 de junio de 2021 – agosto de 2021."""
    first, last = _dated(start, start_precision), _dated(end, end_precision)
    return first if first == last else f"{first} – {last}"


def short_period(start: date, end: date, start_precision: str = "day", end_precision: str = "day") -> str:
    """Return a period without saying month or year twice: 11 de noviembre – 10 de diciembre de 2026."""
    if start_precision != end_precision:
        return period(start, end, start_precision, end_precision)
    skeleton = "yMMMMd" if start_precision == "day" else "yMMMM"
    return _first_of_month(str(format_interval(start, end, skeleton, locale=_locale())))


def number(value: Decimal | float | None) -> str:
    """Return a number as the United Nations print it in the reader's language; a dash for what is unknown."""
    if value is None:
        return "–"
    code = current_language()
    text = f"{value:,.2f}".rstrip("0").rstrip(".") if value != int(value) else f"{int(value):,}"
    signs: dict[str, str | int | None] = {",": _THOUSANDS[code], ".": _DECIMALS[code]}
    return text.translate(str.maketrans(signs))


def ngettext(singular: str, plural: str, num: int, **values: Any) -> str:
    """Return a text for one or for many, with the number as the reader's language writes it."""
    # flask-babel's own puts the number in as Python writes it.
    text = get_domain().get_translations().ungettext(singular, plural, num)
    return str(text % {"num": number(num), **values})


def _counting(one_or_many: Any) -> Any:
    """Return what templates choose one or many by, with the number put in as `ngettext` here does."""

    @pass_context
    def counted(context: Any, singular: str, plural: str, num: int, **values: Any) -> Any:
        return one_or_many(context, singular, plural, num, **{"num": number(num), **values})

    return counted


def listed(texts: Iterable[object]) -> str:
    """Return texts, which may hold commas, one after the other, with the semicolon of the reader's language."""
    semicolon = "\u00a0; " if current_language() == "fr" else "; "
    return semicolon.join(map(str, texts))


def labelled(label: object, text: object) -> str:
    """Return a text after what it is about, as the reader's language writes it: Cuándo: 6 de abril.

    A label that is a sentence or a question has its own mark and takes no colon.
    """
    said = str(label)
    return f"{said} {text}" if said.endswith((".", "?")) else str(_("%(label)s: %(text)s", label=said, text=text))


def in_own_words(texts: dict[str, str] | None, code: str | None = None) -> str:
    """Return a text that people wrote in several languages, in the reader's if there, else in another."""
    if not texts:
        return ""
    for choice in (code or current_language(), "es", "en"):
        if texts.get(choice):
            return texts[choice]
    return next(iter(texts.values()))


def catalogue_files(code: str) -> list[Path]:
    """Return the translation files of all rooms for one language."""
    return sorted(_ROOMS.glob(f"*/translations/{code}.po"))


def _catalogue(code: str) -> Translations:
    from io import BytesIO

    whole = Translations()
    for path in catalogue_files(code):
        compiled = BytesIO()
        with path.open("rb") as file:
            written = read_po(file, locale=code)
        if code == "fr":
            _keep_together(written)
        write_mo(compiled, written)
        compiled.seek(0)
        room = Translations(compiled)
        whole.merge(room)
        whole.plural = room.plural
    return whole


def _keep_together(catalogue: Catalog) -> None:
    """Let no line end before a mark, or within its guillemets, that French sets apart by a space."""
    for message in catalogue:
        said = message.string
        message.string = _unbroken(said) if isinstance(said, str) else tuple(map(_unbroken, said or ()))


def _unbroken(text: str) -> str:
    return _BEFORE_A_MARK.sub("\u00a0", text)


def _dated(value: date, precision: str) -> str:
    return day(value) if precision == "day" else str(format_skeleton("yMMMM", value, locale=_locale()))


def _first_of_month(text: str) -> str:
    # French and Brazilian Portuguese write the first of a month as an ordinal; CLDR does not.
    ordinal = _FIRST.get(current_language())
    return re.sub(r"\b1\b", ordinal, text) if ordinal else text


def _locale() -> str:
    return _LOCALES[current_language()]


def _remember_language(response: Response) -> Response:
    asked = request.args.get("lang")
    if asked in LANGUAGES and request.cookies.get(_cookie_name()) != asked:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(_cookie_name(), asked, max_age=_YEAR, samesite="Lax", httponly=True, secure=secure)
    return response


def _cookie_name() -> str:
    name: str = current_app.config["LANGUAGE_COOKIE_NAME"]
    return name


def _switch() -> list[dict[str, Any]]:
    values = {**(request.view_args or {}), **request.args.to_dict(flat=False)}
    values.pop("lang", None)
    endpoint = request.endpoint if request.method == "GET" else None
    return [
        {"code": code, "name": name, "url": _here_in(code, endpoint, values), "current": code == current_language()}
        for code, name in LANGUAGES.items()
    ]


def _here_in(code: str, endpoint: str | None, values: dict[str, Any]) -> str:
    return url_for(endpoint, **values, lang=code) if endpoint else place("home", lang=code)


def _in_templates() -> dict[str, Any]:
    return {
        "languages": _switch() if has_request_context() else [],
        "language": current_language(),
        "day": day, "short_day": short_day, "weekday": weekday, "moment": moment, "clock_time": clock_time,
        "period": period, "in_own_words": in_own_words, "zone_name": zone_name,
        "translated": lambda text: _(text) if text else "",
    }  # fmt: skip
