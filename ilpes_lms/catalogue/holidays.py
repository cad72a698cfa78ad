"""Public holidays of a country, from a library that follows the laws; asked only where a coordinator asks."""

from collections.abc import Iterable
from datetime import date

from ilpes_lms.people.vocabularies import countries


def public_holidays(country: str | None, years: Iterable[int]) -> dict[date, str]:
    """Return a country's public holidays of some years with their names there, nothing where none are known."""
    # Two megabytes of laws, needed by a handful of requests a day.
    import holidays

    known = countries.COUNTRIES.get(country or "")
    if known is None or known.alpha_2 not in holidays.list_supported_countries():
        return {}
    # Without a language the library takes that of the machine.
    own = holidays.country_holidays(known.alpha_2).default_language
    return dict(holidays.country_holidays(known.alpha_2, years=list(years), language=own))
