"""One's own data as an archive: what is stored as JSON and as a page to read, and the files beside it."""

import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import IO, Any, NamedTuple

from flask import render_template

from ilpes_lms.core import clock, files
from ilpes_lms.core.errors import NotFound
from ilpes_lms.people import queries as people
from ilpes_lms.privacy import exporters, queries, wording
from ilpes_lms.web.i18n import in_language

Rooms = dict[str, dict[str, Any]]


class Kept(NamedTuple):
    """A file of somebody's: how it is called in the archive, and the key under which it is kept."""

    name: str
    key: str


def taken_along(rooms: Rooms) -> dict[str, Any]:
    """Return an export with the moment it was made, in what JSON knows."""
    return {"taken_at": clock.now().isoformat(), "rooms": _plain(rooms)}


def as_json(rooms: Rooms) -> str:
    """Return an export as a text that people and programs can read."""
    return json.dumps(taken_along(rooms), ensure_ascii=False, indent=2)


def as_page(person_id: int, rooms: Rooms, kept: list[Kept]) -> str:
    """Return an export as one page in the person's language and time zone, which needs nothing but itself."""
    person = people.person(person_id)
    words = wording.Told(person.zone)
    with in_language(person.language):
        return render_template(
            "privacy/taken.html", rooms=rooms, kept=kept, person=person, words=words, taken_at=clock.now(),
            unfolded=True,
        )  # fmt: skip


def write_archive(out: IO[bytes], person_id: int) -> Iterator[tuple[int, int]]:
    """Write all of a person's data as a ZIP file; say after each step how many are done, and how many there are.

    A file that the store has lost is named as missing.
    """
    kept = [Kept(*one) for one in queries.files_of(person_id)]
    steps = len(exporters.rooms()) + len(kept) + 1
    rooms: Rooms = {}
    # PDF documents are compressed already.
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as box:
        for done, room in enumerate(exporters.rooms(), 1):
            rooms[room] = exporters.export_of(room, person_id)
            yield done, steps
        box.writestr("data.json", as_json(rooms), zipfile.ZIP_DEFLATED)
        box.writestr("data.html", as_page(person_id, rooms, kept), zipfile.ZIP_DEFLATED)
        yield len(rooms) + 1, steps
        for done, one in enumerate(kept, len(rooms) + 2):
            _put(box, one)
            yield done, steps


def _put(box: zipfile.ZipFile, one: Kept) -> None:
    try:
        with files.opened(one.key) as source, box.open(one.name, "w") as target:
            shutil.copyfileobj(source, target)
    except NotFound:
        box.writestr(f"{one.name}.missing.txt", one.key)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
