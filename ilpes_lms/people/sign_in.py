"""From a cookie or a bearer token to the principal: who asks, with the permissions of this moment."""

from datetime import timedelta
from typing import Any

import structlog
from flask import Flask, request, session
from flask_login import LoginManager, current_user, login_user
from sqlalchemy.exc import OperationalError

from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.core.ids import digest
from ilpes_lms.core.settings import settings
from ilpes_lms.people import queries, rules, service
from ilpes_lms.web import access
from ilpes_lms.web.access import ANONYMOUS, Principal

_BROWSER, _TOKEN = "browser", "token"
# Where flask-login keeps the key of a sign-in.
_KEY = "_user_id"
_STEP, _WAY = "second_step", "way_on"
SECOND_FACTOR, CONSENT = "people.second_factor", "people.consent"
log = structlog.get_logger(__name__)


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


def unused_for() -> timedelta | None:
    """Return how long this browser was not used if that has signed its owner out, else None."""
    key = session.get(_KEY)
    return queries.ended_without_use(digest(key)) if key else None


def hold(step: str) -> None:
    """Let the browser keep, in a session of its own, what the second step of a sign-in needs."""
    session.clear()
    session[_STEP] = step


def held() -> str | None:
    """Return what `hold` kept."""
    return session.get(_STEP)


def keep_way(way: str | None) -> None:
    """Let the browser keep where its owner was going while they are at a provider."""
    session[_WAY] = way


def kept_way() -> str | None:
    """Return what `keep_way` kept, once."""
    way: str | None = session.pop(_WAY, None)
    return way


def forget() -> None:
    """Leave nothing of the sign-in in the browser."""
    session.clear()


def _by_session() -> Principal:
    # Nobody is remembered but by the session, so without one there is nobody to look for.
    if request.endpoint == "static" or not session:
        return ANONYMOUS
    user: Any = current_user
    found: Principal = user._get_current_object()  # noqa: SLF001 - the proxy's documented way to its object
    return found


def _principal(key: str, kind: str) -> Principal | None:
    found = queries.signed_in(digest(key))
    if found is None or found.kind != kind:
        return None
    _note_seen(found, key)
    owes = _owed(found, kind)
    # Who owes a second factor is nobody of the staff until it is there.
    grants = () if owes == SECOND_FACTOR else found.grants
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
        owes=owes,
    )


def _owed(found: queries.SignedIn, kind: str) -> str | None:
    # A program can do neither: what it needed was asked for when its token was made.
    if kind == _TOKEN:
        return None
    roles = {grant.role for grant in found.grants}
    if rules.owes_second_factor(roles, has_one=found.second_factor, required_of=settings().second_factor):
        return SECOND_FACTOR
    return None if found.consented else CONSENT


def _note_seen(found: queries.SignedIn, key: str) -> None:
    if found.last_seen_at and clock.now() - found.last_seen_at < rules.SEEN_AGAIN_AFTER:
        return
    try:
        service.note_seen(sign_in_key=key, caller=request.remote_addr)
    except OperationalError:
        # Reading goes on where nothing can be written at present.
        db.session.rollback()
        log.warning("sign_in_not_noted")
