"""Whose data was shown to whom: every answer to somebody with a role for which other people's records were read.

Nothing has to be declared, so no page can forget it: what an answer read of other people counts as shown. Public pages
are left out, and what the same person was shown on the same page a few minutes ago.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from flask import Flask, Response, current_app, g, request

from ilpes_lms.core import witness
from ilpes_lms.web import access

_EXTENSION = "ilpes-witness"
_SHOWN = frozenset({200, 206, 422})
_REMEMBERED_SECONDS, _MOST_REMEMBERED = 600.0, 5_000
_LONGEST_REF = 64
_TYPES = {"activities": "activity", "announcements": "announcement", "compilations": "compilation"}
# Page, what it is about (its type and public id), and the public ids of the people on it.
Recorder = Callable[[str, str, str, frozenset[str]], None]
# From people's numbers to their public ids.
Naming = Callable[[Collection[int]], Mapping[int, str]]
_Key = tuple[str, str, str]


@dataclass
class Witness:
    """Who writes down what was shown, and what was written down a moment ago."""

    record: Recorder = lambda _page, _type, _ref, _people: None
    refs_of: Naming = lambda _ids: {}
    _recent: OrderedDict[_Key, tuple[float, frozenset[int]]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def knows(self, key: _Key, people: frozenset[int]) -> bool:
        """Tell whether the same people were shown under a key a moment ago."""
        with self._lock:
            since, known = self._recent.get(key, (0.0, frozenset[int]()))
        return people <= known and time.monotonic() - since < _REMEMBERED_SECONDS

    def remember(self, key: _Key, people: frozenset[int]) -> None:
        """Remember what was written down."""
        with self._lock:
            self._recent[key] = (time.monotonic(), people)
            self._recent.move_to_end(key)
            while len(self._recent) > _MOST_REMEMBERED:
                self._recent.popitem(last=False)


def open_witness(app: Flask) -> None:
    """Watch every answer; a room says by `record_with` who writes it down."""
    app.extensions[_EXTENSION] = Witness()
    app.before_request(_begin)
    app.after_request(_write_down)
    app.teardown_request(_end)


def record_with(app: Flask, recorder: Recorder) -> None:
    """Let a room write down what was shown."""
    app.extensions[_EXTENSION].record = recorder


def name_with(app: Flask, naming: Naming) -> None:
    """Let a room say by which public ids it knows people of whom only the numbers were read."""
    app.extensions[_EXTENSION].refs_of = naming


def _begin() -> None:
    requirement = access.requirement_of(current_app, request.endpoint or "")
    if request.method == "GET" and requirement and requirement.kind != "public":
        g.noting = witness.noting()
        g.people_read = g.noting.__enter__()


def _write_down(response: Response) -> Response:
    read, who = g.get("people_read"), access.principal()
    if not read or response.status_code not in _SHOWN:
        return response
    others = {number: ref for number, ref in read.items() if number != who.person_id}
    if not others or not who.roles:
        return response
    try:
        _record_once(who.public_id, others)
    except Exception as error:  # noqa: BLE001 - what can't be written down is not shown, whatever went wrong
        return current_app.make_response(current_app.handle_user_exception(error))
    return response


def _refs(people: witness.People) -> frozenset[str]:
    known = {number: ref for number, ref in people.items() if ref}
    found: Witness = current_app.extensions[_EXTENSION]
    rest = people.keys() - known.keys()
    return frozenset(known.values()) | frozenset(found.refs_of(rest).values() if rest else ())


def _record_once(who: str, people: witness.People) -> None:
    found: Witness = current_app.extensions[_EXTENSION]
    page, (kind, ref) = request.endpoint or "", _object()
    key, numbers = (who, page, ref), frozenset(people)
    if not found.knows(key, numbers):
        found.record(page, kind, ref, _refs(people))
        found.remember(key, numbers)


def _object() -> tuple[str, str]:
    """Return the type and the public id of what the address is about: its last argument that names something."""
    rule, values = request.url_rule, request.view_args or {}
    parts = rule.rule.split("/") if rule else []
    for place in reversed(range(len(parts))):
        name = parts[place].removeprefix("<").removesuffix(">")
        if name in values and (name == "code" or name.endswith("ref")):
            return _type(name, parts[place - 1]), str(values[name])[:_LONGEST_REF]
    return "list", ""


def _type(argument: str, before: str) -> str:
    if argument == "code":
        return "certificate"
    return argument.removesuffix("_ref") if argument != "ref" else _TYPES.get(before, before)


def _end(_error: BaseException | None) -> None:
    noting = g.pop("noting", None)
    if noting is not None:
        noting.__exit__(None, None, None)
