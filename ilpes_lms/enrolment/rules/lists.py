"""Lists of people: which columns they have, what is wrong with a row, what may be a mistake."""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ilpes_lms.core.errors import DomainError
from ilpes_lms.core.text import fold
from ilpes_lms.enrolment import errors
from ilpes_lms.enrolment.rules.names import same_name
from ilpes_lms.people import rules as people

COLUMNS = ("given_names", "first_surname", "email", "position", "language")
NEEDED = COLUMNS[:3]
_MISSING: Mapping[str, type[DomainError]] = {
    "given_names": errors.NoGivenNamesColumn, "first_surname": errors.NoSurnamesColumn, "email": errors.NoAddressColumn,
}  # fmt: skip
# What the template calls them in each language, and what else people write.
HEADERS: dict[str, dict[str, str]] = {
    "given_names": {"es": "Nombres", "en": "Given names", "pt": "Nomes", "fr": "Prénoms"},
    "first_surname": {"es": "Apellidos", "en": "Surnames", "pt": "Sobrenomes", "fr": "Noms de famille"},
    "email": {"es": "Correo electrónico", "en": "E-mail address", "pt": "E-mail", "fr": "Adresse électronique"},
    "position": {"es": "Cargo", "en": "Position", "pt": "Cargo", "fr": "Fonction"},
    "language": {"es": "Idioma", "en": "Language", "pt": "Idioma", "fr": "Langue"},
}
_ALSO = {
    "given_names": ("Nombre", "Nombre(s)", "First name", "First names", "Name", "Nome", "Prénom"),
    "first_surname": (
        "Apellido", "Apellido(s)", "Surname", "Last name", "Last names", "Family name", "Sobrenome", "Apelido", "Nom",
        "Noms", "Nom de famille",
    ),
    "email": ("Correo", "Email", "Mail", "Correio eletrônico", "Courriel", "Dirección de correo electrónico"),
    "position": ("Puesto", "Función", "Job title", "Post", "Função", "Poste"),
    "language": ("Lengua", "Língua"),
}  # fmt: skip
KNOWN_HEADERS = {name: (*HEADERS[name].values(), *_ALSO[name]) for name in COLUMNS}

_LANGUAGES = {
    "es": ("es", "español", "castellano", "spanish", "espanhol", "espagnol"),
    "en": ("en", "inglés", "english", "inglês", "anglais"),
    "pt": ("pt", "portugués", "portuguese", "português", "portugais"),
    "fr": ("fr", "francés", "french", "francês", "français"),
}
_LANGUAGE_OF = {fold(name): code for code, names in _LANGUAGES.items() for name in names}
_LONGEST_POSITION = 200
_OFTEN = 3
# Those that most private addresses are at; who mistypes one writes to a stranger.
_MAIL_DOMAINS = frozenset({
    "gmail.com", "hotmail.com", "hotmail.es", "hotmail.fr", "outlook.com", "outlook.es", "outlook.fr", "yahoo.com",
    "yahoo.es", "yahoo.fr", "yahoo.com.br", "yahoo.com.mx", "yahoo.com.ar", "icloud.com", "live.com", "msn.com",
    "uol.com.br", "bol.com.br", "terra.com.br", "mail.com", "ymail.com", "gmx.com", "me.com", "aol.com", "orange.fr",
})  # fmt: skip


@dataclass(frozen=True)
class Line:
    """What one row of a list says, as it was read."""

    number: int
    said: Mapping[str, str]


@dataclass(frozen=True)
class Named:
    """A person on a list, checked and in normal form."""

    number: int
    given_names: str
    first_surname: str
    email: str
    email_key: str
    position: str
    language: str | None


@dataclass(frozen=True)
class Remark:
    """What is wrong in a cell, or may be a mistake."""

    number: int
    column: str
    said: str
    why: DomainError


@dataclass(frozen=True)
class Checked:
    """A list that was looked through: who is on it, what is wrong, what may be a mistake."""

    people: Sequence[Named] = ()
    faults: Sequence[Remark] = ()
    doubts: Sequence[Remark] = ()
    lines: Sequence[Line] = field(default=())

    def with_faults(self, more: Iterable[Remark]) -> "Checked":
        """Return the same with what else was found wrong, by row."""
        return replace(self, faults=sorted([*self.faults, *more], key=lambda fault: fault.number))


def check(lines: Sequence[Line]) -> Checked:
    """Look through a list on its own, whatever else is known about the people on it."""
    people_found: list[Named] = []
    faults: list[Remark] = []
    for line in lines:
        person, wrong = _read(line)
        faults.extend(wrong)
        if person:
            people_found.append(person)
    faults.extend(_twice(people_found))
    doubts = sorted([*_doubtful(people_found), *_alike(people_found)], key=lambda doubt: doubt.number)
    return Checked(people_found, sorted(faults, key=lambda fault: fault.number), doubts, lines)


def _read(line: Line) -> tuple[Named | None, list[Remark]]:
    """Return the person that a row names, if it names one, and what is wrong with its cells."""
    clean: dict[str, str | None] = {}
    wrong: list[Remark] = []
    for column, cleaner in _CLEANERS.items():
        said = line.said.get(column, "")
        try:
            clean[column] = cleaner(said)
        except DomainError as refused:
            wrong.append(Remark(line.number, column, _short(said), refused))
    if wrong:
        return None, wrong
    email = str(clean["email"])
    return Named(line.number, email_key=people.address_key(email), **clean), []  # type: ignore[arg-type]


def _language(said: str) -> str | None:
    if not said:
        return None
    if (code := _LANGUAGE_OF.get(fold(said[:_LONGEST_POSITION]))) is None:
        raise errors.LanguageUnknown(field="language")
    return code


_CLEANERS = {
    "given_names": lambda said: people.name_part(said, field="given_names"),
    "first_surname": lambda said: people.name_part(said, field="first_surname"),
    "email": lambda said: people.address(said, field="email"),
    "position": lambda said: people.one_line(said, longest=_LONGEST_POSITION, field="position"),
    "language": _language,
}


def _short(said: str) -> str:
    """Return what stands in a cell as a table of faults shows it."""
    line = "".join(letter if letter.isprintable() else "\ufffd" for letter in said)
    return f"{line[:80]}…" if len(line) > 80 else line  # noqa: PLR2004 - what a phone shows in two lines


def _twice(found: Sequence[Named]) -> Iterator[Remark]:
    first: dict[str, int] = {}
    for person in found:
        key = unicodedata.normalize("NFKC", person.email_key).casefold()
        if key in first:
            yield Remark(person.number, "email", person.email, errors.TwiceOnList(row=first[key], field="email"))
        first.setdefault(key, person.number)


def _doubtful(found: Sequence[Named]) -> Iterator[Remark]:
    domains = Counter(_domain(person.email_key) for person in found)
    right = _MAIL_DOMAINS | {domain for domain, times in domains.items() if times >= _OFTEN}
    meant = {domain: _meant(domain, right) for domain in domains}
    for person in found:
        if _mixes_scripts(person.email):
            yield Remark(person.number, "email", person.email, errors.LettersOfAnotherScript(field="email"))
        elif known := meant[_domain(person.email_key)]:
            yield Remark(person.number, "email", person.email, errors.MayBeMistyped(known=known, field="email"))


def _alike(found: Sequence[Named]) -> Iterator[Remark]:
    names = {place: f"{person.given_names} {person.first_surname}" for place, person in enumerate(found)}
    for one, other in same_name(names.items()):
        if found[one].email_key != found[other].email_key:
            why = errors.MayBeSamePerson(row=found[one].number, field="given_names")
            yield Remark(found[other].number, "given_names", names[other], why)


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _meant(domain: str, right: Iterable[str]) -> str | None:
    """Return the well-known domain that another is one slip of the finger away from."""
    if domain in right:
        return None
    return next((known for known in sorted(right) if _one_slip(domain, known)), None)


def _one_slip(written: str, known: str) -> bool:
    """Tell whether one letter was left out, added, changed, or swapped with its neighbour."""
    if abs(len(written) - len(known)) > 1:
        return False
    same = next((place for place, (a, b) in enumerate(zip(written, known, strict=False)) if a != b), None)
    if same is None:
        return len(written) != len(known)
    rest, wanted = written[same:], known[same:]
    swapped = len(rest) > 1 and rest[1::-1] + rest[2:] == wanted
    return swapped or rest[1:] == wanted[1:] or rest[1:] == wanted or rest == wanted[1:]


def _mixes_scripts(address: str) -> bool:
    """Tell whether an address has letters of other scripts among Latin ones, or any in its domain."""
    others = [letter for letter in address if letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN")]
    return bool(others) or not _domain(address).isascii()


def columns_missing(found: Collection[str]) -> DomainError:
    """Return what is said of a list that lacks a needed column: which one, or, where it has none, which they are."""
    missing = [name for name in NEEDED if name not in found]
    if len(missing) == len(NEEDED):
        return errors.ColumnsUnknown(field="file")
    return _MISSING[missing[0]](field="file")
