"""Which column of a table is which, by what its header says in any language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ilpes_lms.core.tables.shape import Row
from ilpes_lms.core.text import fold


@dataclass(frozen=True)
class Headers:
    """Where the known columns are, the headers nobody knows, and the columns that are there twice."""

    places: Mapping[str, int]
    unknown: tuple[str, ...]
    twice: tuple[str, ...]

    def of(self, row: Row) -> dict[str, str]:
        """Return a row's cells by column; what is not there is empty."""
        return {name: row.cells[place] if place < len(row.cells) else "" for name, place in self.places.items()}


def headers(first: Row | None, known: Mapping[str, Iterable[str]]) -> Headers:
    """Recognise the columns of a table by its first row; case, accents, spaces and punctuation do not matter."""
    names = {_key(spelling): name for name, spellings in known.items() for spelling in spellings}
    places: dict[str, int] = {}
    unknown, twice = [], []
    for place, cell in enumerate(first.cells if first else ()):
        name = names.get(_key(cell))
        if name is None:
            unknown.append(cell)
        elif name in places:
            twice.append(name)
        else:
            places[name] = place
    return Headers(places, tuple(filter(None, unknown)), tuple(twice))


def _key(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter.isalnum())
