"""What is kept of the chain outside the database: a file of lines, which are only ever added.

The file is as safe as the place where it lies: whoever can change both it and the database is not found out by it.
"""

import json
import os
from pathlib import Path

from ilpes_lms.audit.chain.rules import Anchor
from ilpes_lms.core.settings import settings

_NAME = "audit-anchors.jsonl"


def file() -> Path:
    """Return where anchors are kept."""
    found = settings()
    return Path(found.audit_anchors) if found.audit_anchors else found.var / _NAME


def kept(path: Path | None = None) -> list[Anchor]:
    """Return the anchors of a file in their order, none where there is no file; raises ValueError on a bad line."""
    path = path or file()
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_read(line) for line in lines if line.strip()]


def keep(anchor: Anchor) -> None:
    """Add an anchor, on the disk before this returns."""
    path = file()
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"number": anchor.number, "digest": anchor.digest}) + "\n"
    # One write at the end of the file: two writers don't get into each other's line.
    with path.open("ab", buffering=0) as out:
        out.write(line.encode())
        os.fsync(out.fileno())


def _read(line: str) -> Anchor:
    values = json.loads(line)
    return Anchor(int(values["number"]), str(values["digest"]))
