"""The dashboard's filters in the reader's language: what is chosen, and what may be added."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flask_babel import gettext as _

from ilpes_lms.catalogue.rules import MODALITIES
from ilpes_lms.people.models import Organization
from ilpes_lms.people.vocabularies import countries, divisions, sectors, topics
from ilpes_lms.statistics.dashboard import answers, asking, wording
from ilpes_lms.statistics.dashboard.addresses import Address
from ilpes_lms.statistics.dashboard.wording import label_of
from ilpes_lms.statistics.rules import KINDS, SEXES
from ilpes_lms.web import i18n

# Groups of values with their labels; a group without a name stands alone.
Groups: TypeAlias = Sequence[tuple[str, Sequence[tuple[str, str]]]]
_NOT_ON_RECORD = ("country", "sector", "division")


@dataclass(frozen=True, slots=True)
class Choice:
    """A link to the same page seen otherwise."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """One filter that a value can be added to."""

    name: str
    label: str
    groups: Groups


class Filters:
    """What is filtered by, each value with the address without it, and what may be added; the periods on offer."""

    def __init__(self, address: Address, institutions: Mapping[str, str], like: Sequence[Organization] = ()) -> None:
        self.address = address
        self.question = address.question
        self._institutions = institutions
        self._like = like

    @property
    def chosen(self) -> list[Choice]:
        return [
            Choice(i18n.labelled(_(wording.FILTER_LABELS[name]), self._label(name, code)),
                   self.address.without(name, code))
            for name, field in asking.FIELDS.items() for code in getattr(self.question, field)
        ]  # fmt: skip

    @property
    def periods(self) -> list[Choice]:
        return [
            Choice(wording.year_label(year), self.address.of_period(year), year == self.question.period)
            for year in answers.years_offered()
        ]

    @property
    def hidden(self) -> dict[str, str]:
        """Return the filters as a form carries them along."""
        values = asking.values_of(self.question)
        return {name: text for name, text in values.items() if name not in ("from", "to")}

    @property
    def offers(self) -> list[Offer]:
        return [
            Offer(name, _(wording.FILTER_LABELS[name]), self._left(name, groups)) for name, groups in _offered().items()
        ]

    @property
    def found_institutions(self) -> list[Choice]:
        """Return the institutions that a text was found in, each with the address that adds it."""
        taken = self.question.institutions
        return [
            Choice(f"{one.name} ({countries.country_name(one.country, i18n.current_language())})",
                   self.address.filtered("institution", one.public_id))
            for one in self._like if one.public_id not in taken
        ]  # fmt: skip

    def _left(self, name: str, groups: Groups) -> Groups:
        taken = {asking.code_of(code) for code in getattr(self.question, asking.FIELDS[name])}
        return [(group, [choice for choice in choices if choice[0] not in taken]) for group, choices in groups]

    def _label(self, name: str, code: str) -> str:
        return label_of(name, code, self._institutions.get(code, code) if name == "institution" else None)


def _offered() -> Mapping[str, Groups]:
    """Return the values that each filter may have; institutions are found by a text instead."""
    language = i18n.current_language()
    by_region = [
        (countries.group_label(code, language), found)
        for code, found in countries.countries_for_choice(language)
    ]  # fmt: skip
    alone = {
        "kind": _labelled("kind", KINDS), "sex": _labelled("sex", SEXES), "sector": sectors.choices(language),
        "topic": topics.choices(language), "division": divisions.choices(language),
        "modality": _labelled("modality", MODALITIES),
    }  # fmt: skip
    offered: dict[str, Groups] = {"country": by_region, **{name: [("", found)] for name, found in alone.items()}}
    for name in _NOT_ON_RECORD:
        offered[name] = [*offered[name], ("", [(asking.NOT_ON_RECORD, label_of(name, None))])]
    return {name: offered[name] for name in asking.FIELDS if name in offered}


def _labelled(name: str, codes: Sequence[str]) -> list[tuple[str, str]]:
    return [(code, label_of(name, code)) for code in codes]
