"""From a cookie or a bearer token to the principal: who asks, with the permissions of this moment."""

from typing import Any

from flask import Flask, request, session
from flask_login import LoginManager, current_user, login_user

from ilpes_lms.core.ids import digest
from ilpes_lms.people import queries, rules
from ilpes_lms.web import access
from ilpes_lms.web.access import ANONYMOUS, Principal

_BROWSER, _TOKEN = "browser", "token"


def open_sign_in(app: Flask) -> None:
    """Let the web find out who asks."""
    manager = LoginManager()
    # The sign-in's row decides; a phone that changes its network is no reason to send its owner away.
    manager.session_protection = None
    manager.anonymous_user = lambda: ANONYMOUS
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(lambda key: _principal(key, _BROWSER))
    register = access.register_of(app)
    register.by_session = _by_session
    register.by_token = lambda token: _principal(token, _TOKEN)


def remember(sign_in_key: str) -> None:
    """Give the browser a new session for a sign-in, in force at once; nothing of an earlier one stays."""
    session.clear()
    found = _principal(sign_in_key, _BROWSER)
    if found is not None:
        login_user(found)
        access.become(found)


def forget() -> None:
    """Leave nothing of the sign-in in the browser."""
    session.clear()


def _by_session() -> Principal:
    if request.endpoint == "static":
        return ANONYMOUS
    user: Any = current_user
    found: Principal = user._get_current_object()  # noqa: SLF001 - the proxy's documented way to its object
    return found


def _principal(key: str, kind: str) -> Principal | None:
    found = queries.signed_in(digest(key))
    if found is None or found.kind != kind:
        return None
    grants = found.grants
    return Principal(
        account_id=found.account_id,
        person_id=found.person_id,
        public_id=found.account_ref,
        name=found.name,
        language=found.language,
        zone=found.zone,
        sign_in_key=key,
        granted=frozenset(grant.role for grant in grants),
        divisions=rules.divisions_of((grant.role, grant.division) for grant in grants),
        organizations=frozenset(g.organization_id for g in grants if g.role == "focal_point" and g.organization_id),
    )
