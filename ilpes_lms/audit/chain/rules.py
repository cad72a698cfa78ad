"""How an entry of the record is sealed and chained, and what is wrong with a chain.

    seal   = SHA-256(salt ":" canonical JSON of a part)
    digest = SHA-256(canonical JSON of {number, predecessor, at, verb, object_type, actor: seal, object: seal})

An entry has two sealed parts: who acted, and what it was done to with its details and with the seals of the people
whose data were seen. A part whose salt and values are gone still counts by its seal, and nobody can try out from it
whom it named.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ilpes_lms.audit.rules import Seen, canonical, digest, salt, sealed

FIRST = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A deed as it is stored."""

    at: datetime
    verb: str
    object_type: str
    actor: str
    object_id: str
    details: Mapping[str, Any]
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """An entry's place in the chain; an empty salt is that of a part that was erased."""

    number: int
    predecessor: str
    actor_salt: str
    actor_seal: str
    object_salt: str
    object_seal: str
    digest: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """What was written down outside the database: which link the chain ended with."""

    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with which link, by code."""

    number: int
    code: str


@dataclass(frozen=True, slots=True)
class Erasures:
    """Which links lost the part that names who acted, what it was done to, or a person who was seen."""

    actors: set[int]
    objects: set[int]
    people: set[int]


def linked(number: int, predecessor: str, entry: Entry) -> Link:
    """Return an entry's link behind the one with a digest (empty for the first)."""
    actor_salt, object_salt = salt(), salt()
    actor_seal, object_seal = sealed(actor_salt, entry.actor), sealed(object_salt, object_part(entry))
    digest = _link_digest(number, predecessor, entry, actor_seal, object_seal)
    return Link(number, predecessor, actor_salt, actor_seal, object_salt, object_seal, digest)


def object_part(entry: Entry) -> dict[str, Any]:
    """Return what is sealed of what an entry was done to."""
    seals = sorted(seen.seal for seen in entry.seen)
    return {"object_id": entry.object_id, "details": entry.details, "people": seals}


@dataclass(slots=True)
class Verifier:
    """Goes along a chain in its order, and says what is wrong with each link and, at the end, with the whole."""

    anchors: Iterable[Anchor] = ()
    number: int = FIRST - 1
    digest: str = ""
    _anchored: dict[int, set[str]] = field(init=False)
    _erased: Erasures = field(default_factory=lambda: Erasures(set(), set(), set()), init=False)

    def __post_init__(self) -> None:
        self._anchored = {}
        for anchor in self.anchors:
            self._anchored.setdefault(anchor.number, set()).add(anchor.digest)

    def faults_of(self, link: Link, entry: Entry | None) -> Iterator[Fault]:
        """Say what is wrong with the next link; an entry that is gone is None."""
        codes = list(self._place(link))
        codes += ["entry"] if entry is None else _content(link, entry)
        self._note_erased(link, entry)
        if self._anchored.get(link.number, {link.digest}) != {link.digest}:
            codes.append("anchor")
        self.number, self.digest = link.number, link.digest
        return (Fault(link.number, code) for code in codes)

    def faults_at_end(self, told: Erasures) -> Iterator[Fault]:
        """Say which links look erased without a record of it, and which were written down outside and are gone.

        `told` are the erasures on record. Whoever has all rights over the database could make any entry look erased.
        """
        seen = self._erased
        untold = (seen.actors - told.actors) | (seen.objects - told.objects) | (seen.people - told.people)
        yield from (Fault(number, "erased") for number in sorted(untold))
        yield from (Fault(number, "cut") for number in sorted(self._anchored) if number > self.number)

    def _place(self, link: Link) -> Iterator[str]:
        if link.number != self.number + 1:
            yield "gap"
        if link.predecessor != self.digest:
            yield "predecessor"

    def _note_erased(self, link: Link, entry: Entry | None) -> None:
        if not link.actor_salt:
            self._erased.actors.add(link.number)
        if not link.object_salt:
            self._erased.objects.add(link.number)
        if entry and not all(seen.salt for seen in entry.seen):
            self._erased.people.add(link.number)


def _content(link: Link, entry: Entry) -> Iterator[str]:
    if link.digest != _link_digest(link.number, link.predecessor, entry, link.actor_seal, link.object_seal):
        yield "digest"
    if not _holds(link.actor_salt, link.actor_seal, entry.actor, empty=not entry.actor):
        yield "actor"
    empty = not entry.object_id and not entry.details
    if not _holds(link.object_salt, link.object_seal, object_part(entry), empty=empty):
        yield "object"
    if not all(_holds(seen.salt, seen.seal, seen.person_ref, empty=not seen.person_ref) for seen in entry.seen):
        yield "person"


def _holds(salt: str, seal: str, part: Any, *, empty: bool) -> bool:
    return sealed(salt, part) == seal if salt else empty


def _link_digest(number: int, predecessor: str, entry: Entry, actor_seal: str, object_seal: str) -> str:
    return digest(
        canonical({
            "number": number, "predecessor": predecessor, "at": entry.at.astimezone(UTC).isoformat(),
            "verb": entry.verb, "object_type": entry.object_type, "actor": actor_seal, "object": object_seal,
        })
    )  # fmt: skip
