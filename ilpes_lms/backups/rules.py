"""What a backup says of itself, and whether it may come back here."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from ilpes_lms.backups.errors import CountsDiffer, NewerSchema, OtherKind

FORMAT = 1
# A backup a day, with two hours for the making of it.
OLDEST = timedelta(hours=26)


@dataclass(frozen=True)
class Part:
    """One file of the dump: its hash, and for a table its columns."""

    sha256: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """What is in a backup. `secret` tells a SECRET_KEY without saying it; `files` are sizes by key.

    `damaged` are the keys of files that are not what was kept under them, or not there: there is nothing to copy.
    """

    format: int
    made_at: str
    release: str
    database: str
    schema: str
    secret: str
    rows: Mapping[str, int]
    parts: Mapping[str, Part]
    files: Mapping[str, int]
    damaged: Sequence[str]

    def text(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"


def read_manifest(text: str) -> Manifest:
    """Return what a manifest says; raises ValueError, KeyError or TypeError where it is none."""
    said: dict[str, Any] = json.loads(text)
    if said["format"] != FORMAT:
        raise ValueError(f"its format is {said['format']!r}, this release reads {FORMAT}")
    parts = {name: Part(part["sha256"], tuple(part["columns"])) for name, part in said["parts"].items()}
    return Manifest(**{**said, "parts": parts})


def check_may_come(manifest: Manifest, database: str, newest_schema: str) -> None:
    """Raise OtherKind or NewerSchema where a backup can't come back."""
    if manifest.database != database:
        raise OtherKind(manifest.database, database)
    if manifest.schema > newest_schema:
        raise NewerSchema(manifest.schema, newest_schema)


def check_counts(expected: Mapping[str, int], found: Mapping[str, int]) -> None:
    """Raise CountsDiffer where a table has another number of rows than it had."""
    differing = sorted(name for name in expected if expected[name] != found.get(name))
    if differing:
        raise CountsDiffer(differing)


def is_late(made_at: datetime | None, now: datetime) -> bool:
    """Tell whether there should be a newer backup than the last one."""
    return made_at is None or now - made_at > OLDEST
