"""Invented people: one account for each audience, instructors, and participants from all over the region."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from ilpes_lms.core.text import slug
from ilpes_lms.demo.accounts import ACCOUNTS, DemoAccount
from ilpes_lms.demo.service.files import read
from ilpes_lms.people import queries
from ilpes_lms.people import service as people
from ilpes_lms.people.models import Organization, Person
from ilpes_lms.people.rules import PRIVACY_NOTICE_VERSION

_ROLES = {
    "coordinator": "coordinator", "administrator": "administrator", "statistics reader": "statistics_reader",
    "auditor": "auditor",
}  # fmt: skip
# Mostly women and men, as in the report; the others so that tables show what they do with them.
_SEXES = (("female", 53), ("male", 43), ("other", 1), ("not_stated", 3))


@dataclass
class Population:
    """Who there is in the demonstration."""

    accounts: dict[str, Person] = field(default_factory=dict)
    instructors: list[Person] = field(default_factory=list)
    by_country: dict[str, list[Person]] = field(default_factory=dict)
    organizations: dict[str, list[Organization]] = field(default_factory=dict)

    @property
    def participant(self) -> Person:
        return self.accounts["participant"]

    @property
    def ids(self) -> set[int]:
        """Return the numbers of all of them."""
        known = (*self.accounts.values(), *self.instructors, *self.everyone)
        return {person.id for person in known}

    @property
    def everyone(self) -> list[Person]:
        """Return those who are nobody's demonstration account."""
        return [person for persons in self.by_country.values() for person in persons]


def add_population(chance: Random) -> Population:
    """Add the demonstration's institutions, people and accounts; who is there already is the same as before."""
    data, population = read("programme", "people"), Population()
    for country in data["countries"]:
        code, offered = country["code"], data["organizations"][country["names"]]
        population.organizations[code] = [people.find_or_add_organization(country=code, **one) for one in offered]
        population.by_country[code] = [
            _invented(chance, country, data["names"][country["names"]], population.organizations[code])
            for _ in range(country["people"])
        ]
    _add_accounts(data["accounts"], population)
    _add_instructors(data["instructors"], population)
    return population


def _invented(chance: Random, country: dict[str, Any], names: dict[str, Any], places: list[Organization]) -> Person:
    sex = chance.choices([code for code, _ in _SEXES], [weight for _, weight in _SEXES])[0]
    given = chance.choice(names[sex] if sex in names else names["female"] + names["male"])
    surnames = chance.sample(names["surnames"], names["surnames_each"])
    number, place, position = chance.randrange(1000, 10_000), chance.choice(places), chance.choice(names["positions"])
    email = f"{slug(given).replace('-', '.')}.{slug(surnames[0])}.{country['code'].lower()}{number}@example.org"
    return queries.person_by_email(email) or people.create_person(
        email=email, given_names=given, first_surname=surnames[0], second_surname="".join(surnames[1:]), sex=sex,
        country=country["code"], organization_id=place.id, language=country["names"], position=position,
    )  # fmt: skip


def _add_accounts(wanted: Iterable[dict[str, Any]], population: Population) -> None:
    known = {account.audience: account for account in ACCOUNTS}
    for one in wanted:
        account = known[one["audience"]]
        there = queries.person_by_email(account.email)
        population.accounts[account.audience] = there or _new_account(one, account, population)
    population.instructors.append(population.accounts["instructor"])


def _new_account(one: dict[str, Any], account: DemoAccount, population: Population) -> Person:
    institution = population.organizations[one["country"]][0]
    person = _named(one, email=account.email, password=account.password, organization_id=institution.id)
    people.give_consent(person_id=person.id, notice_version=PRIVACY_NOTICE_VERSION)
    if role := _ROLES.get(account.audience):
        people.grant_role(person_id=person.id, role=role)
    if needs := one.get("needs"):
        people.complete_profile(person_id=person.id, accessibility_needs=needs)
    if account.audience == "focal point":
        people.grant_role(person_id=person.id, role="focal_point", organization_id=institution.id)
    return person


def _add_instructors(wanted: Iterable[dict[str, Any]], population: Population) -> None:
    population.instructors += [
        queries.person_by_email(one["email"]) or _named(one, email=one["email"]) for one in wanted
    ]


def _named(one: dict[str, Any], **more: Any) -> Person:
    return people.create_person(
        given_names=one["given_names"], first_surname=one["first_surname"], second_surname=one["second_surname"],
        sex=one["sex"], country=one["country"], language="pt" if one["country"] == "BRA" else "es", **more,
    )  # fmt: skip
