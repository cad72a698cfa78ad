"""What is agreed to before records become one: plain values in, a digest out."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

LONGEST_REASON = 500


def seen(moves: Mapping[str, Iterable[Sequence[Any]]], *others: Any) -> str:
    """Return the digest of exactly what would be written, so that what was looked at is what is done."""
    said = [{room: [list(move) for move in some] for room, some in moves.items()}, *others]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
