"""All vocabularies side by side: each code with what it is called in each language."""

from dataclasses import dataclass

from ilpes_lms.core.text import N_
from ilpes_lms.people.vocabularies import countries, divisions, sectors, sexes, topics
from ilpes_lms.people.vocabularies.vocabulary import LANGUAGES, Vocabulary

# English gettext keys: what each is called.
TITLES = {
    "divisions": N_("Divisions"),
    "topics": N_("Topics"),
    "sectors": N_("Sectors"),
    "sexes": N_("Sex"),
    "countries": N_("Countries"),
}
_SMALL: dict[str, Vocabulary] = {
    "divisions": divisions.VOCABULARY,
    "topics": topics.VOCABULARY,
    "sectors": sectors.VOCABULARY,
    "sexes": sexes.VOCABULARY,
}


@dataclass(frozen=True, slots=True)
class Term:
    """A code with its labels by language."""

    code: str
    labels: dict[str, str]


def terms(name: str) -> list[Term]:
    """Return a vocabulary of TITLES, in the order in which it is offered; countries by code."""
    if name == "countries":
        named = countries.country_name
        return [Term(code, {one: named(code, one) for one in LANGUAGES}) for code in sorted(countries.CODES)]
    vocabulary = _SMALL[name]
    return [Term(code, {one: vocabulary.label(code, one) for one in LANGUAGES}) for code in vocabulary.codes]
