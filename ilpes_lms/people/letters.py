"""What this room writes to people by mail, handed to whoever sends mail.

People stands below the room that sends. That room registers itself here, and asks `KINDS` at send time what a
letter says: `KINDS[kind].template`, `.is_due(values, person_id)`, `.values(values, language)`.

A posted letter's values hold references only:

- `people.confirm_email`: `{"token": ref}`; its template gets `name`, `path`, `hours`
- `people.reset_password`: `{"token": ref}`; its template gets `name`, `path`, `hours`
- `people.address_known`: `{}`, to a person; its template gets `sign_in_path`, `reset_path`

The letters that go with a deed (`deeds.Deed`) are their rooms' own and hold `{"token": ref}` too.

The texts of the first two hold a key to an account. It contains the reference, so that whoever keeps the texts
can mask it there (`secrets`).
"""

import hashlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask import Flask, current_app
from itsdangerous import BadSignature, Signer

from ilpes_lms.core import clock
from ilpes_lms.core.settings import settings
from ilpes_lms.people import queries
from ilpes_lms.people.errors import LinkNotValid
from ilpes_lms.people.models import OneTimeToken

_EXTENSION = "ilpes-letters"
_UNSENT = 100
_PATHS = {"confirm_email": "/confirm/", "reset_password": "/reset/"}

Values = dict[str, Any]


class Sender(Protocol):
    """What sends: takes a letter in the open unit of work; the same `key` is the same letter."""

    def __call__(
        self, *, kind: str, key: str, values: Values, person_id: int | None, address: str | None, language: str | None
    ) -> None: ...


@dataclass(frozen=True)
class Letter:
    """A letter as it was posted."""

    kind: str
    key: str
    values: Values
    person_id: int | None
    address: str | None
    language: str | None


@dataclass(frozen=True)
class Kind:
    """How a kind of letter is written, and whether it is still wanted when its turn comes."""

    template: str
    is_due: Callable[[Values, int | None], bool]
    values: Callable[[Values, str], Values]
    secrets: tuple[str, ...] = ()


@dataclass
class Post:
    """The application's way to send; without one, the last letters are kept here."""

    sender: Sender | None = None
    unsent: deque[Letter] = field(default_factory=lambda: deque(maxlen=_UNSENT))


def open_post(app: Flask) -> None:
    """Give the application a place to post letters."""
    app.extensions[_EXTENSION] = Post()


def register(app: Flask, sender: Sender) -> None:
    """Let a room send what this one posts."""
    post_of(app).sender = sender


def post_of(app: Flask) -> Post:
    """Return the application's way to send."""
    found: Post = app.extensions[_EXTENSION]
    return found


def post(
    kind: str, *, key: str, values: Values, person_id: int | None = None, address: str | None = None,
    language: str | None = None,
) -> None:  # fmt: skip
    """Hand over a letter to the person's own address, or to another when `address` is given."""
    here = post_of(current_app)
    if here.sender is None:
        here.unsent.append(Letter(kind, key, values, person_id, address, language))
    else:
        here.sender(kind=kind, key=key, values=values, person_id=person_id, address=address, language=language)


def sealed(token: OneTimeToken) -> str:
    """Return a token as it stands in a link: it can't be made from what the database holds alone."""
    return _seal(token.purpose).sign(token.public_id).decode()


def unsealed(text: str, purpose: str) -> str:
    """Return the reference of the token that a link holds; raises LinkNotValid when it was not sealed for this."""
    try:
        return _seal(purpose).unsign(text).decode()
    except (BadSignature, UnicodeError) as error:
        raise LinkNotValid from error


def _seal(purpose: str) -> Signer:
    return Signer(settings().secret_key, salt=f"people.{purpose}", digest_method=hashlib.sha256)


def token_is_open(values: Values, _person_id: int | None) -> bool:
    """Tell whether the link of a letter can still be used."""
    token = queries.token(values["token"])
    return token is not None and token.used_at is None and token.expires_at > clock.now()


def link_values(values: Values, _language: str) -> Values:
    """Return what a letter with a link says of it: to whom, the path, for how many hours."""
    token = queries.token(values["token"])
    if token is None:
        raise LinkNotValid
    lasts = token.expires_at - token.created_at
    return {
        "name": _first_name(token),
        "path": _PATHS[token.purpose] + sealed(token),
        "hours": round(lasts.total_seconds() / 3600),
    }


def _first_name(token: OneTimeToken) -> str:
    if token.account_id is None:
        return str(token.values["profile"]["given_names"])
    return queries.person_of_account(token.account_id).given_names


def _account_is_usable(_values: Values, person_id: int | None) -> bool:
    account = queries.account_of(person_id) if person_id is not None else None
    return account is not None and account.disabled_at is None


def _known_values(_values: Values, _language: str) -> Values:
    return {"sign_in_path": "/sign-in", "reset_path": "/reset"}


KINDS = {
    "people.confirm_email": Kind("people/mail/confirm_email", token_is_open, link_values, secrets=("token",)),
    "people.reset_password": Kind("people/mail/reset_password", token_is_open, link_values, secrets=("token",)),
    "people.address_known": Kind("people/mail/address_known", _account_is_usable, _known_values),
}
