"""One controlled vocabulary: its codes in the order they are offered, its labels by language."""

import json
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from ilpes_lms.people.vocabularies.errors import UnknownCode

# The user interface's languages, Spanish first because most users read it.
LANGUAGES: tuple[str, ...] = ("es", "en", "pt", "fr")

Choices = list[tuple[str, str]]
ChoiceGroups = list[tuple[str, Choices]]


class Vocabulary:
    """Codes with a label in each language."""

    def __init__(self, name: str, labels: Mapping[str, Mapping[str, str]]) -> None:
        self.name = name
        self._labels = MappingProxyType(dict(labels))
        self._refuse_gaps()

    @classmethod
    def load(cls, name: str) -> "Vocabulary":
        """Read the vocabulary kept beside this module under its name."""
        return cls(name, read_data(name))

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes in the order they are offered."""
        return tuple(self._labels)

    def label(self, code: str, language: str) -> str:
        """Return what a code is called in a language; refuse a code or a language that is not known."""
        if not self.is_code(code):
            raise UnknownCode(code, self.name)
        return self._labels[code][known_language(language)]

    def is_code(self, code: object) -> bool:
        """Say whether a value is exactly one of the codes."""
        return isinstance(code, str) and code in self._labels

    def choices(self, language: str) -> Choices:
        """Return codes with their labels, in the order they are offered."""
        return [(code, self.label(code, language)) for code in self._labels]

    def _refuse_gaps(self) -> None:
        for code, labels in self._labels.items():
            if set(labels) != set(LANGUAGES) or not all(text.strip() for text in labels.values()):
                message = f"{self.name}: {code} needs a label in each of {', '.join(LANGUAGES)}"
                raise ValueError(message)


def known_language(language: str) -> str:
    """Return the language if labels exist in it, refuse it otherwise."""
    if language not in LANGUAGES:
        raise UnknownCode(language, "languages")
    return language


def read_data(name: str) -> Any:
    """Return the content of a JSON file of this folder."""
    source = files(__package__).joinpath(f"{name}.json").read_text(encoding="utf-8")
    return json.loads(source, object_pairs_hook=_without_duplicates)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # JSON readers silently keep the last of two equal keys; here that would lose a label.
    found = dict(pairs)
    if len(found) != len(pairs):
        message = f"a key stands twice among {', '.join(key for key, _ in pairs)}"
        raise ValueError(message)
    return found
