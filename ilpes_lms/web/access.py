"""Who may call a view: declared beside it, enforced before it, and checked when the app starts (law 6)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Unauthorized

from ilpes_lms.core import actor
from ilpes_lms.core.errors import NotAllowed

View = TypeVar("View", bound=Callable[..., Any])
_EXTENSION = "ilpes-access"


@dataclass(frozen=True)
class Principal:
    """Who is asking: an account with its roles and permissions, or nobody.

    It speaks flask-login's protocol; `sign_in_key` identifies the sign-in that the cookie stands for. `granted` are the
    roles somebody was given; those that rooms derive from their own data are asked when a view first needs them.
    """

    account_id: int | None = None
    person_id: int | None = None
    public_id: str = actor.NOBODY
    name: str = ""
    language: str | None = None
    zone: str | None = None
    sign_in_key: str = ""
    granted: frozenset[str] = frozenset()
    divisions: frozenset[str] = frozenset()  # empty: not restricted to a division
    organizations: frozenset[int] = frozenset()  # those a focal point speaks for
    owes: str | None = None  # the page where something has to be done before any other page is opened

    @property
    def is_authenticated(self) -> bool:
        return self.account_id is not None

    @property
    def is_active(self) -> bool:
        return self.is_authenticated

    @property
    def is_anonymous(self) -> bool:
        return not self.is_authenticated

    @cached_property
    def roles(self) -> frozenset[str]:
        return self.granted if self.person_id is None else self.granted | roles_by_data(self.person_id)

    @cached_property
    def permissions(self) -> frozenset[str]:
        return permissions_of(self.roles)

    def get_id(self) -> str:
        return self.sign_in_key

    def may(self, permission: str) -> bool:
        return permission in self.permissions


ANONYMOUS = Principal()


@dataclass(frozen=True)
class Requirement:
    """What a view asks of its caller: nothing, a sign-in, or one of some permissions."""

    kind: Literal["public", "signed_in", "permission"]
    permissions: tuple[str, ...] = ()


@dataclass
class Register:
    """What rooms told the web about roles, and how principals are found."""

    grants: dict[str, set[str]] = field(default_factory=dict)
    by_token: Callable[[str], Principal | None] = lambda _token: None
    by_session: Callable[[], Principal] = lambda: ANONYMOUS
    role_sources: list[Callable[[int], set[str]]] = field(default_factory=list)
    comes_first: set[str] = field(default_factory=set)


def open_access(app: Flask) -> None:
    """Enforce every view's declared requirement before it runs."""
    app.extensions[_EXTENSION] = Register()
    app.before_request(_identify)
    app.before_request(_enforce)
    app.teardown_request(_forget_actor)
    app.context_processor(lambda: {"principal": principal()})


def register_of(app: Flask) -> Register:
    register: Register = app.extensions[_EXTENSION]
    return register


def grant(app: Flask, role: str, *permissions: str) -> None:
    """Give a role permissions; a role nobody granted anything may do nothing."""
    register_of(app).grants.setdefault(role, set()).update(permissions)


def add_role_source(app: Flask, source: Callable[[int], set[str]]) -> None:
    """Let a room name the roles that a person has by its own data, for example instructor of an activity."""
    register_of(app).role_sources.append(source)


def come_first(app: Flask, *endpoints: str) -> None:
    """Open these pages also to whoever owes something: on them it is done."""
    register_of(app).comes_first.update(endpoints)


def permissions_of(roles: frozenset[str]) -> frozenset[str]:
    """Return all that these roles together may do."""
    grants = register_of(current_app).grants
    return frozenset(permission for role in roles for permission in grants.get(role, ()))


def roles_by_data(person_id: int) -> set[str]:
    """Return the roles that rooms derive from their own data."""
    return {role for source in register_of(current_app).role_sources for role in source(person_id)}


def public(view: View) -> View:
    """Let everyone call a view."""
    return _declare(view, Requirement("public"))


def signed_in(view: View) -> View:
    """Let anyone who is signed in call a view; the view loads only what is theirs."""
    return _declare(view, Requirement("signed_in"))


def requires(*permissions: str) -> Callable[[View], View]:
    """Let only those call a view who have at least one of the permissions."""

    def declare(view: View) -> View:
        return _declare(view, Requirement("permission", permissions))

    return declare


def principal() -> Principal:
    """Return who is asking."""
    found: Principal = g.get("principal", ANONYMOUS)
    return found


def become(found: Principal) -> None:
    """Let who has just signed in be the one who asks, for the rest of the request."""
    g.principal = found


def requirement_of(app: Flask, endpoint: str) -> Requirement | None:
    """Return what a view declared, None if nothing."""
    return getattr(app.view_functions.get(endpoint), "__access__", None)


def verify(app: Flask) -> None:
    """Stop the start of an app that has a view without a declared permission."""
    undeclared = sorted(e for e in app.view_functions if requirement_of(app, e) is None)
    if undeclared:
        raise RuntimeError(f"views without a declared permission: {', '.join(undeclared)}")


def is_api() -> bool:
    """Tell whether the present request is for JSON."""
    return request.path.startswith("/api/")


def _declare(view: View, requirement: Requirement) -> View:
    view.__access__ = requirement  # type: ignore[attr-defined]  # functions take attributes
    return view


def _identify() -> None:
    register = register_of(current_app)
    if is_api():
        token = request.authorization.token if request.authorization else None
        found = register.by_token(token) if token else None
        if token and found is None:
            raise Unauthorized
    else:
        found = register.by_session()
    g.principal = found or ANONYMOUS
    g.acting = actor.acting(g.principal.public_id)
    g.acting.__enter__()


def _forget_actor(_error: BaseException | None) -> None:
    acting = g.pop("acting", None)
    if acting is not None:
        acting.__exit__(None, None, None)


def _enforce() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    requirement = requirement_of(current_app, request.endpoint)
    if requirement is None:
        raise NotAllowed
    if requirement.kind == "public":
        return None
    if not principal().is_authenticated:
        raise Unauthorized
    if (owed := principal().owes) and request.endpoint not in register_of(current_app).comes_first:
        way = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for(owed, next=way), 303)
    if requirement.kind == "permission" and not any(principal().may(p) for p in requirement.permissions):
        raise NotAllowed
    return None
