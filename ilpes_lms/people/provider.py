"""Sign-in by a provider of OpenID Connect, as the settings name one: discovery, PKCE, state and nonce are authlib's."""

from collections.abc import Mapping
from typing import Any

import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import current_app, url_for
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError
from requests import RequestException

from ilpes_lms.core.settings import settings

_EXTENSION = "ilpes-provider"
_SECONDS = 10
log = structlog.get_logger(__name__)


class ProviderFailed(Exception):
    """The provider did not answer, or said nothing that can be trusted."""


def is_named() -> bool:
    """Tell whether the settings name a provider."""
    return bool(settings().oidc_issuer)


def away() -> ResponseReturnValue:
    """Send the browser to the provider; raises ProviderFailed."""
    # Never from the request's Host: whoever forges it would be sent the code.
    back = f"{current_app.config['BASE_URL']}{url_for('people.back_from_provider')}"
    try:
        found: ResponseReturnValue = _client().authorize_redirect(back)
    except (AuthlibBaseError, RequestException, ValueError, KeyError) as fault:
        raise _failed(fault) from fault
    return found


def claims() -> Mapping[str, Any]:
    """Return what the provider says of who has come back, in a token that it signed for us; raises ProviderFailed."""
    try:
        said: Mapping[str, Any] | None = _client().authorize_access_token().get("userinfo")
    except (AuthlibBaseError, JoseError, RequestException, ValueError, KeyError) as fault:
        raise _failed(fault) from fault
    if not said or not said.get("sub") or said.get("iss") != settings().oidc_issuer or not _is_for_us(said):
        raise ProviderFailed
    return said


def _is_for_us(said: Mapping[str, Any]) -> bool:
    # The library lets pass what is for somebody else where we are named as who asked.
    audience = said.get("aud")
    return settings().oidc_client_id in (audience if isinstance(audience, list) else [audience])


def _client() -> Any:
    # What the provider says of itself is asked for once; other settings, as in tests, are another client.
    wanted = (settings().oidc_issuer, settings().oidc_client_id)
    kept: dict[tuple[str, str], Any] = current_app.extensions.setdefault(_EXTENSION, {})
    if wanted not in kept:
        kept[wanted] = OAuth(current_app).register(
            "provider", client_id=settings().oidc_client_id, client_secret=settings().oidc_client_secret,
            server_metadata_url=f"{settings().oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid email profile", "code_challenge_method": "S256", "default_timeout": _SECONDS,
            },
        )  # fmt: skip
    return kept[wanted]


def _failed(fault: Exception) -> ProviderFailed:
    # What the provider says in words may name a person.
    log.warning("provider_failed", error=type(fault).__name__)
    return ProviderFailed()
