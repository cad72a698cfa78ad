"""What a row of an imported list means: plain cells in, somebody to enrol or the reasons why not out."""

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import Any

from ilpes_lms.core.errors import DomainError
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import errors
from ilpes_lms.enrolment.rules.standings import HOLDING, LIVE
from ilpes_lms.people import rules as people
from ilpes_lms.people.vocabularies import words

MOST_ROWS = 200_000
MOST_BYTES = 30_000_000
# What carries the file takes a little room too.
MOST_BODY = MOST_BYTES + 100_000
LONGEST_INSTITUTION = 300
LONGEST_POSITION = 200
IMPORTED = N_("Imported from a list.")

# How the columns may be called; case, accents and punctuation do not matter.
HEADERS: Mapping[str, list[str]] = json.loads(
    files("ilpes_lms.enrolment.rules").joinpath("import_headers.json").read_text(encoding="utf-8")
)
NEEDED: Mapping[str, type[DomainError]] = {
    "given_names": errors.NoGivenNamesColumn, "first_surname": errors.NoSurnamesColumn, "email": errors.NoAddressColumn,
}  # fmt: skip
COLUMN_LABELS = {
    "given_names": N_("Given names"),
    "first_surname": N_("Surnames"),
    "second_surname": N_("Second surname"),
    "email": N_("E-mail address"),
    "sex": N_("Sex"),
    "country": N_("Country"),
    "institution": N_("Institution"),
    "institution_country": N_("Country of the institution"),
    "position": N_("Position"),
    "sector": N_("Sector"),
}

UPLOADED, CHECKING, READY, APPLYING, DONE, FAILED, DISCARDED = LIST_STATES = (
    "uploaded", "checking", "ready", "applying", "done", "failed", "discarded",
)  # fmt: skip
LIST_STATE_LABELS = {
    UPLOADED: N_("Waits to be checked"),
    CHECKING: N_("Being checked"),
    READY: N_("Checked, not imported yet"),
    APPLYING: N_("Being imported"),
    DONE: N_("Imported"),
    FAILED: N_("Stopped"),
    DISCARDED: N_("Discarded"),
}
LIST_STATE_TONES = {
    UPLOADED: "waiting", CHECKING: "waiting", READY: "caution", APPLYING: "waiting", DONE: "good", FAILED: "wrong",
    DISCARDED: "plain",
}  # fmt: skip
IN_WORK = frozenset({UPLOADED, CHECKING, APPLYING})
MOST_ATTEMPTS = 5

_LONGEST_QUOTE = 120
_MISTAKABLE = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l"})


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody a row is about, in the form in which it is stored."""

    row: int
    email: str
    key: str
    given_names: str
    first_surname: str
    second_surname: str = ""
    sex: str = "not_stated"
    country: str | None = None
    institution: str = ""
    institution_country: str | None = None
    position: str = ""
    sector: str | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a row that whoever made the list should see; `stops` says that the row is not imported.

    `message` is a gettext key, `read` what stood in the column.
    """

    row: int
    column: str
    read: str
    message: str
    params: dict[str, Any] = field(default_factory=dict)
    stops: bool = True


@dataclass
class Reading:
    """What was understood of one row."""

    listed: Listed | None
    remarks: list[Remark]


def remark(row: int, column: str, read: str, refused: DomainError, *, stops: bool = True) -> Remark:
    """Put a refusal beside the cell it is about; a long cell is quoted by its beginning."""
    quoted = "".join(c if c.isprintable() else "�" for c in read[: _LONGEST_QUOTE + 1])
    quoted = f"{quoted[:_LONGEST_QUOTE]}…" if len(quoted) > _LONGEST_QUOTE else quoted
    return Remark(row, column, quoted, refused.message, refused.params, stops)


def check_columns(headers: Mapping[str, str], twice: Sequence[str]) -> None:
    """Refuse a list that lacks a needed column, or has two for the same; `headers` are its own, by meaning."""
    for name, missing in NEEDED.items():
        if name not in headers:
            raise missing(field="file")
    if twice:
        raise errors.ColumnsMeanTheSame(field="file", column=headers[twice[0]])


def becomes(standing: str | None) -> str:
    """Return what the list makes of somebody who stands so in the activity: added, moved, already or kept_out.

    Who applied, waits or was offered a place gets it; who withdrew, was not selected or let an offer lapse stays out.
    """
    if standing is None:
        return "added"
    if standing == "confirmed":
        return "already"
    return "moved" if standing in LIVE else "kept_out"


def kept_out(standing: str) -> DomainError:
    """Return why somebody stays out of the activity although the list has them."""
    reasons: dict[str, type[DomainError]] = {
        "withdrawn": errors.HasWithdrawn, "declined": errors.WasDeclined, "expired": errors.LetOfferLapse,
    }  # fmt: skip
    return reasons[standing]()


def takes_place(standing: str | None) -> bool:
    """Tell whether the list takes one more place for somebody who stands so."""
    return becomes(standing) in ("added", "moved") and standing not in HOLDING


def may_import(state: str, *, checked: bool) -> bool:
    """Tell whether a list can be imported, or gone on with after it stopped on the way."""
    return state == READY or (state == FAILED and checked)


def may_discard(state: str, *, begun: bool) -> bool:
    """Tell whether a list can be given up: not once its import has begun."""
    return state in (UPLOADED, CHECKING, READY) or (state == FAILED and not begun)


def check_places(needed: int, left: int | None) -> None:
    """Refuse a list that needs more places than are left."""
    if left is not None and needed > left:
        raise errors.ListExceedsPlaces(needed=needed, left=left)


class Sieve:
    """Reads the rows of one list in their order, and remembers what it needs to find who stands in it twice."""

    def __init__(self, *, letter_m: str | None = None) -> None:
        self._letter_m = letter_m
        self._rows: dict[str, int] = {}
        self._domains: dict[str, tuple[str, int]] = {}

    def read(self, row: int, cells: Mapping[str, str]) -> Reading:
        """Return whom a row is about, or None and what stops it; what does not stop it is remarked too."""
        told = _Cells(row, cells)
        values = {**self._person(told), **self._details(told)}
        if values["email"]:
            self._check_address(told, values["email"])
        if told.stopped:
            return Reading(None, [replace(one, stops=True) for one in told.remarks])
        listed = Listed(row=row, key=values["email"].casefold(), **values)
        self._rows[_same(listed.email)] = row
        return Reading(listed, told.remarks)

    def _person(self, told: "_Cells") -> dict[str, Any]:
        for name in _NAMES:
            if told.is_broken(name):
                told.refuse(name, errors.LettersBroken())
        return {name: told.needed(name, clean) for name, clean in _PERSON.items()}

    def _details(self, told: "_Cells") -> dict[str, Any]:
        for name in ("institution", "position"):
            if told.is_broken(name):
                told.note(name, errors.LettersBroken())
        sex = told.coded("sex", lambda text: words.sex_of(text, letter_m=self._letter_m), errors.SexNotUnderstood)
        return {
            "sex": sex or "not_stated",
            "country": told.coded("country", words.country_of, errors.CountryNotUnderstood),
            "institution": told.needed("institution", _one_line(LONGEST_INSTITUTION)),
            "institution_country": told.coded("institution_country", words.country_of, errors.CountryNotUnderstood),
            "position": told.needed("position", _one_line(LONGEST_POSITION)),
            "sector": told.coded("sector", words.sector_of, errors.SectorNotUnderstood),
        }

    def _check_address(self, told: "_Cells", email: str) -> None:
        if letter := foreign_letter(email):
            told.refuse("email", errors.SurelyMistyped(letter=letter))
        elif before := self._rows.get(_same(email)):
            told.refuse("email", errors.ListedBefore(row=before))
        else:
            self._compare_domain(told, email.rpartition("@")[2].casefold())

    def _compare_domain(self, told: "_Cells", domain: str) -> None:
        other, row = self._domains.setdefault(appearance(domain), (domain, told.row))
        if other != domain:
            told.note("email", errors.LooksLikeAnother(domain=domain, other=other, row=row))


class _Cells:
    """The cells of one row while they are read, and what is remarked about them."""

    def __init__(self, row: int, cells: Mapping[str, str]) -> None:
        self.row = row
        self.remarks: list[Remark] = []
        self._cells = cells

    @property
    def stopped(self) -> bool:
        return any(remark.stops for remark in self.remarks)

    def needed(self, column: str, clean: Callable[..., str]) -> str | None:
        try:
            return clean(self._cells.get(column, ""), field=column)
        except DomainError as refused:
            self.refuse(column, refused)
            return None

    def coded(self, column: str, code_of: Callable[[str], str | None], unknown: type[DomainError]) -> str | None:
        text = self._cells.get(column, "")
        code = code_of(text) if text else None
        if text and code is None:
            self.note(column, unknown())
        return code

    def is_broken(self, column: str) -> bool:
        return has_broken_letters(self._cells.get(column, ""))

    def refuse(self, column: str, refused: DomainError) -> None:
        self.remarks.append(remark(self.row, column, self._cells.get(column, ""), refused))

    def note(self, column: str, noted: DomainError) -> None:
        self.remarks.append(remark(self.row, column, self._cells.get(column, ""), noted, stops=False))


def has_broken_letters(text: str) -> bool:
    """Tell whether a text was written in UTF-8 and read as something else, or lost letters on the way."""
    if text.isascii():
        return False
    try:
        text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return "\ufffd" in text
    return True


def foreign_letter(email: str) -> str | None:
    """Return the first letter of an address that is not Latin: Cyrillic and Greek ones pass for Latin unseen."""
    if email.isascii():
        return None
    return next((c for c in email if c.isalpha() and "LATIN" not in unicodedata.name(c, "")), None)


def _same(email: str) -> str:
    """Return what is the same for an address in other letters of the same meaning: capitals, wide or joined ones."""
    return email.casefold() if email.isascii() else unicodedata.normalize("NFKC", email).casefold()


def appearance(domain: str) -> str:
    """Return what a domain looks like at a glance: the same for names that readers take for one another."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", domain) if not unicodedata.combining(c))
    return plain.translate(_MISTAKABLE).replace("rn", "m").replace("vv", "w").replace("-", "")


def meaning_of_m(cells: Iterable[str]) -> str | None:
    """Return what M means in a column of sexes."""
    return words.meaning_of_m(cells)


def _one_line(longest: int) -> Callable[..., str]:
    def clean(text: str, *, field: str) -> str:
        return people.one_line(text, longest=longest, field=field)

    return clean


def _second_surname(text: str, *, field: str) -> str:
    return people.name_part(text, field=field, needed=False)


_NAMES = ("given_names", "first_surname", "second_surname")
_PERSON: dict[str, Callable[..., str]] = {
    "email": people.address,
    "given_names": people.name_part,
    "first_surname": people.name_part,
    "second_surname": _second_surname,
}
