"""What this room writes to people by mail, handed to whoever sends mail.

People stands below the room that sends. That room registers itself here, and asks `KINDS` at send time what a
letter says: `KINDS[kind].template`, `.is_due(values, person_id)`, `.values(values, language)`.

A posted letter's values hold references only:

- `people.confirm_email`: `{"token": ref}`; its template gets `name`, `path`, `hours`
- `people.reset_password`: `{"token": ref}`; its template gets `name`, `path`, `hours`
- `people.change_email`, `people.object_email`: `{"token": ref}`; their templates get `name`, `path`, `hours`, and the
  second the new `address`
- `people.address_known`: `{}`, to a person; its template gets `sign_in_path`, `reset_path`
- `people.second_factor_set_up`, `people.second_factor_removed`, `people.recovery_codes_renewed`: `{}`, to the owner of
  an account in which that was done; their templates get `sign_in_path`, `reset_path`
- `people.signed_out`: `{}`, to the owner of an account whose sign-ins an administrator ended; its template gets
  `sign_in_path`, `reset_path`
- `people.role_given`, `people.role_taken`: `{"role": code, "division": code or null}`; their templates get `role` and
  `sign_in_path`

The letters that go with a deed (`deeds.Deed`) are their rooms' own and hold `{"token": ref}` too.

The texts of the first three hold a key to an account. It contains the reference, so that whoever keeps the texts
can mask it there (`secrets`).
"""

import hashlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask import Flask, current_app
from flask_babel import gettext as _
from itsdangerous import BadSignature, Signer

from ilpes_lms.core import clock
from ilpes_lms.core.settings import settings
from ilpes_lms.people import queries, rules
from ilpes_lms.people.errors import LinkNotValid
from ilpes_lms.people.models import OneTimeToken
from ilpes_lms.people.vocabularies import divisions

_EXTENSION = "ilpes-letters"
_UNSENT = 100
_SIGN_IN = "/sign-in"
_PATHS = {  # addresses  # nosec B105
    "confirm_email": "/confirm/", "reset_password": "/reset/", "change_email": "/change-address/",
    "object_email": "/object/",
}  # fmt: skip

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
        "name": _name(token),
        "path": _PATHS[token.purpose] + sealed(token),
        "hours": round(lasts.total_seconds() / 3600),
    }


def objection_values(values: Values, language: str) -> Values:
    """Return what the letter to the old address says: as any with a link, and to which address the account goes."""
    token = queries.token(values["token"])
    return {**link_values(values, language), "address": token.values["to"] if token else ""}


def _name(token: OneTimeToken) -> str:
    """Return whom the letter greets, as every other letter does: by the full name."""
    if token.account_id is None:
        said = token.values["profile"]
        return rules.full_name(said["given_names"], said["first_surname"], said.get("second_surname", ""))
    return queries.person_of_account(token.account_id).full_name


def _account_is_usable(_values: Values, person_id: int | None) -> bool:
    return person_id is not None and queries.has_usable_account(person_id)


def _role_values(values: Values, language: str) -> Values:
    label, division = rules.ROLE_LABELS[values["role"]], values["division"]
    role = str(_(label))
    return {
        "role": f"{role} ({divisions.label(division, language)})" if division else role, "sign_in_path": _SIGN_IN,
    }  # fmt: skip


def _known_values(_values: Values, _language: str) -> Values:
    return {"sign_in_path": _SIGN_IN, "reset_path": "/reset"}


def _notice(name: str, values: Callable[[Values, str], Values] = _known_values) -> Kind:
    """Return how the owner of an account is told of what somebody, they themselves or another, has done to it."""
    return Kind(f"people/mail/{name}", _account_is_usable, values)


KINDS = {
    "people.confirm_email": Kind("people/mail/confirm_email", token_is_open, link_values, secrets=("token",)),
    "people.reset_password": Kind("people/mail/reset_password", token_is_open, link_values, secrets=("token",)),
    "people.change_email": Kind("people/mail/change_email", token_is_open, link_values, secrets=("token",)),
    "people.object_email": Kind("people/mail/object_email", token_is_open, objection_values, secrets=("token",)),
    "people.address_known": Kind("people/mail/address_known", _account_is_usable, _known_values),
    "people.second_factor_set_up": _notice("second_factor_set_up"),
    "people.second_factor_removed": _notice("second_factor_removed"),
    "people.recovery_codes_renewed": _notice("recovery_codes_renewed"),
    "people.signed_out": _notice("signed_out"),
    "people.role_given": _notice("role_given", _role_values),
    "people.role_taken": _notice("role_taken", _role_values),
}
