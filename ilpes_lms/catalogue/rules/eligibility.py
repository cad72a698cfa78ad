"""Whom an activity is for: every condition it sets, answered for a person with the reason where one is not met."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ilpes_lms.core.text import N_


@dataclass(frozen=True, slots=True)
class Conditions:
    """Whom an activity is for; empty is no restriction. Institutions by public id."""

    kind: str
    countries: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Traits:
    """What a person says of themselves that conditions ask for; `organization` is None for one not in the list."""

    residence_country: str | None = None
    organization: str | None = None
    organization_country: str | None = None
    names_organization: bool = False
    sector: str | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not: the condition, a gettext key and its codes by what they are (countries, sectors, …).

    `silent` says that the profile does not tell, so that the person can mend it.
    """

    condition: str
    message: str
    params: dict[str, Any] = field(default_factory=dict)
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes, or no with the reasons."""

    ok: bool
    reasons: tuple[Reason, ...] = ()

    @property
    def can_be_mended(self) -> bool:
        """Tell whether it may become a yes once the profile says what it does not say now."""
        return not self.ok and all(reason.silent for reason in self.reasons)


def eligibility(conditions: Conditions, traits: Traits) -> Answer:
    """Answer whether a person may take part: a reason for each condition that is not met.

    What is not known of a person is no match (law 10): it does not pass.
    """
    found = tuple(reason for check in _CHECKS if (reason := check(conditions, traits)))
    return Answer(ok=not found, reasons=found)


def _country(conditions: Conditions, traits: Traits) -> Reason | None:
    # A national course asks for the country of the organization; any other is content with that or the residence.
    national = conditions.kind == "national_restricted"
    own = {traits.organization_country} if national else {traits.organization_country, traits.residence_country}
    known = {country for country in own if country}
    if not conditions.countries or known & set(conditions.countries):
        return None
    message = _COUNTRY_MESSAGES[national, not known]
    return Reason("country", message, {"countries": tuple(sorted(conditions.countries))}, silent=not known)


_COUNTRY_MESSAGES = {
    (True, False): N_("This course is for people who work in institutions of: %(countries)s."),
    (False, False): N_("This activity is for people of: %(countries)s."),
    (True, True): N_(
        "This course is for institutions of: %(countries)s. Your profile does not name an institution of the list."
    ),
    (False, True): N_("This activity is for people of: %(countries)s. Your profile does not name your country."),
}


def _organization(conditions: Conditions, traits: Traits) -> Reason | None:
    if not conditions.organizations or traits.organization in conditions.organizations:
        return None
    params = {"institutions": conditions.organizations}
    if traits.organization:
        return Reason("organization", N_("This activity is for the people of: %(institutions)s."), params)
    message = (
        N_(
            "This activity is for the people of: %(institutions)s. Your profile names an institution that is not in "
            "the list: choose it from there."
        )
        if traits.names_organization
        else N_("This activity is for the people of: %(institutions)s. Your profile does not say where you work.")
    )
    return Reason("organization", message, params, silent=True)


def _sector(conditions: Conditions, traits: Traits) -> Reason | None:
    if not conditions.sectors or traits.sector in conditions.sectors:
        return None
    params = {"sectors": conditions.sectors}
    if traits.sector:
        return Reason("sector", N_("This activity is for people who work in: %(sectors)s."), params)
    message = N_(
        "This activity is for people who work in: %(sectors)s. Your profile does not say in which sector you work."
    )
    return Reason("sector", message, params, silent=True)


def _languages(conditions: Conditions, traits: Traits) -> Reason | None:
    if not conditions.languages or set(conditions.languages) & set(traits.languages):
        return None
    params = {"languages": conditions.languages}
    if traits.languages:
        return Reason("languages", N_("This activity needs a working knowledge of: %(languages)s."), params)
    message = N_(
        "This activity needs a working knowledge of: %(languages)s. Your profile does not say in which languages you "
        "work."
    )
    return Reason("languages", message, params, silent=True)


_CHECKS: tuple[Callable[[Conditions, Traits], Reason | None], ...] = (_country, _organization, _sector, _languages)
