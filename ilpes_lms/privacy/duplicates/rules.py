"""What speaks for two records being one person: plain values in, pairs with their evidence out.

Nothing is guessed: each code is something that both records say, and people decide.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from ilpes_lms.core.text import fold
from ilpes_lms.people.rules import Known, evidence

# The codes, strongest first: what each is worth.
WORTH = {
    "address": 3, "report": 3, "domain": 2, "organization": 2, "name": 1, "certificate_name": 1,
    "residence_country": 1, "nationality": 1, "position": 1, "only_name": 1,
}  # fmt: skip
# Without one of these nothing is said of a person, only of where people live and work.
_OF_A_PERSON = frozenset({"address", "report", "domain", "name", "certificate_name"})
STRONG, FAIR, WEAK = 3, 2, 1
_STRONG_FROM, _FAIR_FROM = 4, 3
# More people than this who share one value are no evidence: an office's address, the commonest names.
_MOST_ALIKE = 40
_SHORTEST_LOCAL = 5
# Offices write from these; whoever does is not one person.
_OFFICES = frozenset({"contacto", "contact", "info", "correo", "secretaria", "oficina", "admin", "capacitacion"})


@dataclass(frozen=True, slots=True)
class Record:
    """A person as far as records are compared; `reported` are addresses under which a report showed the person."""

    number: int
    name: str
    certificate_name: str
    known: Known
    addresses: tuple[str, ...] = ()
    reported: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Likeness:
    """What speaks for two being one, what against it, and how much that is."""

    same: tuple[str, ...]
    different: tuple[str, ...]

    @property
    def strength(self) -> int:
        points = sum(WORTH[code] for code in self.same) - len(self.different)
        return STRONG if points >= _STRONG_FROM else FAIR if points >= _FAIR_FROM else WEAK


Pair = tuple[int, int]
Read = Callable[[], Iterable[Record]]


def pairs_of(read: Read) -> dict[Pair, Likeness]:
    """Return all pairs for whom something speaks, by their numbers, the lower one first.

    Records are read twice: first for what they might share, of which only digests are held, then those that may share
    something, which are few.
    """
    pairs = _candidates(read())
    wanted = {number for pair in pairs for number in pair}
    known = {record.number: record for record in read() if record.number in wanted}
    judged = {pair: _judged(known[pair[0]], known[pair[1]]) for pair in pairs if set(pair) <= known.keys()}
    return {pair: likeness for pair, likeness in judged.items() if likeness}


def words_of(name: str) -> str:
    """Return a name apart from accents, case and the order of its words."""
    return " ".join(sorted(fold(name).split()))


def mailbox(address: str) -> str:
    """Return an address apart from case, from what follows a plus, and from dots before the at-sign."""
    local, _at, domain = address.casefold().rpartition("@")
    return f"{local.split('+')[0].replace('.', '')}@{domain}"


def one_letter_apart(one: str, other: str) -> bool:
    """Tell whether two texts differ by one letter: another one, one more, or two that changed places."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    mine, theirs = one[start:], other[start:]
    swapped = mine[:2] == theirs[:2][::-1] and mine[2:] == theirs[2:]
    return swapped or mine[1:] == theirs[1:] or mine[1:] == theirs or mine == theirs[1:]


def _candidates(records: Iterable[Record]) -> set[Pair]:
    """Return who shares a value that not too many share."""
    # Most values are one person's: a list is made for the others alone.
    holders: dict[int, int | list[int]] = {}
    for record in records:
        for key in _keys(record):
            _note(holders, hash(key), record.number)
    shared = (numbers for numbers in holders.values() if isinstance(numbers, list) and len(numbers) <= _MOST_ALIKE)
    return {pair for numbers in shared for pair in combinations(sorted(numbers), 2)}


def _note(holders: dict[int, int | list[int]], key: int, number: int) -> None:
    known = holders.setdefault(key, number)
    if isinstance(known, list):
        if known[-1] != number:
            known.append(number)
    elif known != number:
        holders[key] = [known, number]


def _keys(record: Record) -> Iterator[tuple[str, ...]]:
    """Return under what else a person might be here again."""
    for name in {words_of(record.name), words_of(record.certificate_name)} - {""}:
        yield "name", name, record.known.residence_country
        if record.known.organization:
            yield "organization", name, record.known.organization
    for address in record.addresses:
        yield "mailbox", mailbox(address)
        if local := _own_local(address):
            yield "local", local
    for address in (*record.addresses, *record.reported):
        yield "report", address.casefold()


def _own_local(address: str) -> str:
    """Return what stands before the at-sign, nothing where that is short or an office's."""
    local = mailbox(address).rpartition("@")[0]
    return "" if len(local) < _SHORTEST_LOCAL or local in _OFFICES else local


def _judged(one: Record, other: Record) -> Likeness | None:
    """Return what speaks for two and against them; None where nothing does but a name that is all they share."""
    facts = evidence(one.known, other.known)
    same = {*_of_names(one, other), *_of_addresses(one, other), *facts.same}
    if facts.unknown and "name" in same:
        same.add("only_name")
    # A country or an institution says nothing of people who share no more.
    if same <= {"name", "certificate_name"} or not same & _OF_A_PERSON:
        return None
    return Likeness(tuple(code for code in WORTH if code in same), facts.different)


def _of_names(one: Record, other: Record) -> Iterator[str]:
    if words_of(one.name) == words_of(other.name) != "":
        yield "name"
    if words_of(one.certificate_name) == words_of(other.certificate_name) != "":
        yield "certificate_name"


def _of_addresses(one: Record, other: Record) -> Iterator[str]:
    mine, theirs = ({address.casefold() for address in record.addresses} for record in (one, other))
    if {mailbox(address) for address in mine} & {mailbox(address) for address in theirs}:
        yield "address"
    if mine & {address.casefold() for address in other.reported} or theirs & {a.casefold() for a in one.reported}:
        yield "report"
    if any(_mistyped(address, another) for address in mine for another in theirs):
        yield "domain"


def _mistyped(address: str, another: str) -> bool:
    local = _own_local(address)
    domains = (mailbox(each).rpartition("@")[2] for each in (address, another))
    return bool(local) and local == _own_local(another) and one_letter_apart(*domains)
