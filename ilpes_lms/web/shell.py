"""Everything the web needs, opened in its order."""

import hashlib
from functools import lru_cache
from pathlib import Path

from apiflask import APIFlask
from flask import url_for

from ilpes_lms.web import (
    access,
    api,
    api_docs,
    asked,
    errors,
    metrics,
    navigation,
    openapi,
    probes,
    requests,
    security,
    sessions,
    witness,
)

_STATIC = Path(__file__).parent / "static"
_YEAR = 365 * 24 * 3600


def open_web(app: APIFlask, *, production: bool, proxies: int, counted: Path | None = None) -> None:
    """Give the application its layout, access rules, errors and headers; requests are counted in a folder, if given."""
    # First, so that it begins before all others and ends after them.
    requests.open_requests(app, folder=counted)
    app.session_interface = sessions.Sessions()
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = _YEAR
    navigation.open_navigation(app)
    access.open_access(app)
    witness.open_witness(app)
    asked.open_asked(app)
    security.open_security(app, production=production, proxies=proxies)
    api.open_api(app)
    openapi.open_document(app)
    errors.open_errors(app)
    app.register_blueprint(probes.pages)
    metrics.open_metrics(app)
    app.register_blueprint(api_docs.pages)
    app.jinja_env.globals["static_url"] = static_url  # a global, since imported macros do not see context processors
    for endpoint in ("static", "openapi.spec"):
        if endpoint in app.view_functions:
            access.public(app.view_functions[endpoint])


def static_url(name: str) -> str:
    """Return the address of a static file, changed whenever its content changes, so it may be kept for a year."""
    return url_for("static", filename=name, v=_content_hash(name))


@lru_cache(maxsize=256)
def _content_hash(name: str) -> str:
    return hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:10]
