"""Who was erased, written down outside the database too: a database restored from before does not know it.

A line holds a digest of a public id of 130 random bits. Nobody can try ids against it; whoever has an old copy of the
database, where the id still stands, finds whom to erase again.
"""

import json
import os
from datetime import datetime
from pathlib import Path

from ilpes_lms.core.ids import digest
from ilpes_lms.core.settings import settings

_NAME = "erasures.jsonl"


def digest_of(person_ref: str) -> str:
    """Return what is kept of a public id."""
    return digest(f"erased:{person_ref}")


def file() -> Path:
    """Return where erasures are written down."""
    found = settings()
    return Path(found.erasure_ledger) if found.erasure_ledger else found.var / _NAME


def kept(path: Path | None = None) -> set[str]:
    """Return the digests in a file, none where there is no file; raises ValueError on a bad line."""
    path = path or file()
    if not path.exists():
        return set()
    return {str(json.loads(line)["digest"]) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()}


def keep(erased: str, at: datetime) -> None:
    """Add a digest, on the disk before this returns."""
    path = file()
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"digest": erased, "at": at.isoformat()}) + "\n"
    # One write at the end of the file: two writers don't get into each other's line.
    with path.open("ab", buffering=0) as out:
        out.write(line.encode())
        os.fsync(out.fileno())
