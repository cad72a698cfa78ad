"""What an address asks of the dashboard: a period, and filters as lists of codes with commas between."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from ilpes_lms.catalogue.rules import MODALITIES
from ilpes_lms.people.vocabularies import countries, divisions, sectors, topics
from ilpes_lms.statistics.dashboard.rules import UNKNOWN, Question
from ilpes_lms.statistics.rules import KINDS, SEXES, Period

# In an address, what is not on record needs a name.
NOT_ON_RECORD = "unknown"
_REF = re.compile(r"[a-z2-7]{26}")


class _Refs(Collection[str]):
    """Everything that can be the public id of an organization."""

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and (code == NOT_ON_RECORD or _REF.fullmatch(code) is not None)

    def __iter__(self) -> Iterator[str]:
        return iter((NOT_ON_RECORD,))

    def __len__(self) -> int:
        return 1


@dataclass(frozen=True, slots=True)
class Lists(Collection[str]):
    """The lists that can be made of some codes; a list with another code in it is none."""

    codes: Collection[str]

    def __contains__(self, text: object) -> bool:
        return isinstance(text, str) and all(code in self.codes for code in text.split(","))

    def __iter__(self) -> Iterator[str]:
        return iter(self.codes)

    def __len__(self) -> int:
        return len(self.codes)


# Each filter's codes, by its name in an address; the question has it in the plural.
FILTERS: Mapping[str, Collection[str]] = {
    "kind": KINDS,
    "country": (*countries.CODES, NOT_ON_RECORD),
    "sex": SEXES,
    "sector": (*sectors.CODES, NOT_ON_RECORD),
    "institution": _Refs(),
    "topic": topics.CODES,
    "division": (*divisions.CODES, NOT_ON_RECORD),
    "modality": MODALITIES,
}
FIELDS = {
    "kind": "kinds", "country": "countries", "sex": "sexes", "sector": "sectors", "institution": "institutions",
    "topic": "topics", "division": "divisions", "modality": "modalities",
}  # fmt: skip


def question_of(period: Period, values: Mapping[str, str | None]) -> Question:
    """Return what lists of codes ask for of a period; a list with a code that is not known asks for nothing."""
    lists = {name: values.get(name) or "" for name in FILTERS}
    known = {name: text for name, text in lists.items() if text and text in Lists(FILTERS[name])}
    return Question(period, **{FIELDS[name]: _codes(text) for name, text in known.items()})


def values_of(question: Question) -> dict[str, str]:
    """Return the lists of codes that a question stands for in an address, its period with them."""
    lists = {name: getattr(question, field) for name, field in FIELDS.items()}
    period = {"from": question.period.start.isoformat(), "to": question.period.end.isoformat()}
    return period | {name: ",".join(map(code_of, codes)) for name, codes in lists.items() if codes}


def code_of(value: str | None) -> str:
    """Return how a value stands in an address; what is not on record has a name there."""
    return value or NOT_ON_RECORD


def _codes(text: str) -> tuple[str, ...]:
    return tuple(UNKNOWN if code == NOT_ON_RECORD else code for code in dict.fromkeys(text.split(",")))
