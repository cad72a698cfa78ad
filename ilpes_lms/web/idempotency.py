"""The same request twice does its work once: `Idempotency-Key` on every POST that creates."""

import hashlib
import json
from collections.abc import Callable, Collection
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from flask import Response, current_app, request
from sqlalchemy import ColumnElement, Select, delete, select
from sqlalchemy.exc import IntegrityError

from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction, violates, writing
from ilpes_lms.core.errors import Invalid
from ilpes_lms.core.keeping import delete_batch
from ilpes_lms.core.text import N_
from ilpes_lms.web.access import principal
from ilpes_lms.web.models import RememberedAnswer

View = TypeVar("View", bound=Callable[..., Any])
_LONGEST_KEY = 200
_CHUNK = 1024 * 1024


class KeyReused(Invalid):
    message = N_("This Idempotency-Key was already used for another request.")


class KeyTooLong(Invalid):
    message = N_("The Idempotency-Key is longer than 200 characters.")


def idempotent(view: View) -> View:
    """Keep a view's answer with its work, in one transaction, and give it again to the same key.

    The same key with another body is refused with KeyReused. Without a key the view just runs.
    """

    @wraps(view)
    def once(*args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key")
        if not key:
            return view(*args, **kwargs)
        if len(key) > _LONGEST_KEY:
            raise KeyTooLong
        return _remembered(key) or _first_time(key, view, args, kwargs)

    once.__idempotent__ = True  # type: ignore[attr-defined]  # functions take attributes
    return once  # type: ignore[return-value]  # same signature as the view


def is_idempotent(view: Callable[..., Any]) -> bool:
    """Tell whether a view heeds an Idempotency-Key."""
    return getattr(view, "__idempotent__", False)


def old(before: datetime) -> Select[int, datetime]:
    """Find the answers that were remembered before a moment."""
    return select(RememberedAnswer.id, RememberedAnswer.at.label("since")).where(RememberedAnswer.at < before)


@transaction
def let_go(before: datetime) -> int:
    """Delete some of the answers that were remembered before a moment; return how many."""
    return delete_batch(RememberedAnswer, old(before))


@transaction
def forget(caller: str | None, words: Collection[str]) -> int:
    """Delete the answers given to somebody, and those to others that hold one of these words; return how many."""
    number = _deleted(RememberedAnswer.caller == caller)
    forms = {form.casefold() for word in words for form in (word, json.dumps(word)[1:-1])}
    rows = db.session.execute(select(RememberedAnswer.id, RememberedAnswer.answer, RememberedAnswer.endpoint))
    held = [row.id for row in rows if any(form in _text(row.endpoint, row.answer) for form in forms)]
    return number + _deleted(RememberedAnswer.id.in_(held))


def _text(endpoint: str, answer: bytes) -> str:
    return f"{endpoint}\n{answer.decode(errors='replace')}".casefold()


def _deleted(condition: ColumnElement[bool]) -> int:
    number: int = getattr(db.session.execute(delete(RememberedAnswer).where(condition)), "rowcount", 0)
    return number


def _first_time(key: str, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    try:
        with writing() as session:
            memory = _memory(key)
            session.add(memory)
            session.flush()
            response = current_app.make_response(view(*args, **kwargs))
            memory.status, memory.answer = response.status_code, response.get_data()
            return response
    except IntegrityError as error:
        if not violates(error, "uq_remembered_answers_once", "remembered_answers.caller"):
            raise
        return _remembered(key)


def _memory(key: str) -> RememberedAnswer:
    return RememberedAnswer(
        caller=principal().public_id, endpoint=request.path, key=key, body_digest=_digest(),
        status=0, answer=b"", at=clock.now(),
    )  # fmt: skip


def _remembered(key: str) -> Response | None:
    memory = db.session.scalar(
        select(RememberedAnswer).where(
            RememberedAnswer.caller == principal().public_id,
            RememberedAnswer.endpoint == request.path,
            RememberedAnswer.key == key,
        )
    )
    if memory is None:
        return None
    if memory.body_digest != _digest():
        raise KeyReused
    return Response(memory.answer, memory.status, content_type="application/json")


def _digest() -> str:
    if request.mimetype == "multipart/form-data":
        return _digest_of_parts()
    return hashlib.sha256(request.get_data()).hexdigest()


def _digest_of_parts() -> str:
    """Digest what a form with files says: its own bytes are gone once it is read, and differ with every sending."""
    digest = hashlib.sha256(repr(sorted(request.form.items(multi=True))).encode())
    for name, file in request.files.items(multi=True):
        digest.update(repr((name, file.filename)).encode())
        while chunk := file.stream.read(_CHUNK):
            digest.update(chunk)
        file.stream.seek(0)
    return digest.hexdigest()
