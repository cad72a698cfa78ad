"""A period of the record to take along, with all it takes to check it without this system."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ilpes_lms.audit.chain.rules import Anchor, Entry, Erasures, Fault, Link, Verifier
from ilpes_lms.audit.chain.service import Exported
from ilpes_lms.audit.rules import Seen
from ilpes_lms.core import tables
from ilpes_lms.core.tables.writing import CSV, Cell

FORMAT = "ilpes-lms-audit/1"
JSON = "application/json"
TYPES = {"csv": CSV, "json": JSON}
FORMS = tuple(TYPES)
_COLUMNS = (
    "number", "at", "actor", "verb", "object_type", "object", "details", "people", "actor_salt", "object_salt",
    "actor_seal", "object_seal", "predecessor", "digest",
)  # fmt: skip
_HOW = (
    'seal = SHA-256(salt ":" canonical JSON of the part); the part of the actor is its text, that of the object '
    '{"object_id", "details", "people": sorted seals}, that of a person its text; digest = SHA-256(canonical JSON of '
    '{"number", "predecessor", "at", "verb", "object_type", "actor": seal, "object": seal}); canonical: sorted keys, '
    "no spaces, UTF-8; an empty salt is that of a part that was erased; entries without an actor's key lie outside "
    "the period and are here for the chain alone"
)


class NoExport(ValueError):
    """A file is no export of the record."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file to hand out."""

    content: bytes
    name: str
    content_type: str


def written(found: Exported, form: str) -> Made:
    """Return a period of the record as a file of one of FORMS."""
    name = f"audit-{found.first.isoformat()}-{found.last.isoformat()}.{form}"
    if form == "json":
        return Made(json.dumps(document(found), ensure_ascii=False, indent=1).encode(), name, TYPES[form])
    return Made(tables.as_csv([_COLUMNS, *map(_row, document(found)["entries"])]), name, TYPES[form])


def document(found: Exported) -> dict[str, Any]:
    """Return a period of the record as it is exported."""
    return {
        "format": FORMAT,
        "period": {"from": found.first.isoformat(), "to": found.last.isoformat()},
        "exported_at": found.at.isoformat(),
        "check": _HOW,
        "entries": [_entry(link, entry, whole=link.number in found.whole) for link, entry in found.links],
    }


def faults_of(said: Any, anchors: tuple[Anchor, ...] = ()) -> list[Fault]:
    """Return what is wrong with an exported document by itself, and held against anchors that lie in its reach.

    Raises NoExport. What was erased before the export is no fault.
    """
    try:
        if said["format"] != FORMAT:
            raise NoExport
        return list(_faults(said["entries"], anchors))
    except (TypeError, KeyError, ValueError, AttributeError) as wrong:
        raise NoExport from wrong


def _faults(entries: list[dict[str, Any]], anchors: tuple[Anchor, ...]) -> Iterator[Fault]:
    if not entries:
        return
    first, last = entries[0], entries[-1]["number"]
    near = [anchor for anchor in anchors if first["number"] <= anchor.number <= last]
    verifier = Verifier(near, number=first["number"] - 1, digest=first["predecessor"])
    for said in entries:
        yield from verifier.faults_of(_link_of(said), _entry_of(said))
    everything = set(range(first["number"], last + 1))
    yield from verifier.faults_at_end(Erasures(everything, everything, everything))


def _entry(link: Link, entry: Entry | None, *, whole: bool) -> dict[str, Any]:
    proof = {
        "number": link.number, "predecessor": link.predecessor, "digest": link.digest,
        "actor_seal": link.actor_seal, "object_seal": link.object_seal,
    }  # fmt: skip
    if entry is None:
        return {**proof, "at": None}
    told = {"at": entry.at.astimezone(UTC).isoformat(), "verb": entry.verb, "object_type": entry.object_type}
    if not whole:
        return {**proof, **told}
    people = [{"person": seen.person_ref, "salt": seen.salt, "seal": seen.seal} for seen in entry.seen]
    return {
        **proof, **told, "actor": entry.actor, "object": entry.object_id, "details": dict(entry.details),
        "people": people, "actor_salt": link.actor_salt, "object_salt": link.object_salt,
    }  # fmt: skip


def _row(said: Mapping[str, Any]) -> list[Cell]:
    return [_cell(said.get(column)) for column in _COLUMNS]


def _cell(value: Any) -> Cell:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, int) else value or ""


def _link_of(said: Mapping[str, Any]) -> Link:
    return Link(
        said["number"], said["predecessor"], said.get("actor_salt", ""), said["actor_seal"],
        said.get("object_salt", ""), said["object_seal"], said["digest"],
    )  # fmt: skip


def _entry_of(said: Mapping[str, Any]) -> Entry | None:
    if said["at"] is None:
        return None
    seen = tuple(Seen(one["person"], one["salt"], one["seal"]) for one in said.get("people", ()))
    return Entry(
        datetime.fromisoformat(said["at"]), said["verb"], said["object_type"], said.get("actor", ""),
        said.get("object", ""), said.get("details", {}), seen,
    )  # fmt: skip
