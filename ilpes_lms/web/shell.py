"""Everything the web needs, opened in its order."""

import hashlib
from functools import lru_cache
from pathlib import Path

from apiflask import APIFlask
from flask import url_for

from ilpes_lms.web import access, api, api_docs, asked, cli, errors, health, i18n, navigation, openapi, security

_STATIC = Path(__file__).parent / "static"
_YEAR = 365 * 24 * 3600


def open_web(app: APIFlask, *, production: bool, proxies: int) -> None:
    """Give the application its layout, languages, access rules, errors and headers."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = _YEAR
    navigation.open_navigation(app)
    i18n.open_languages(app)
    access.open_access(app)
    asked.open_asked(app)
    security.open_security(app, production=production, proxies=proxies)
    api.open_api(app)
    openapi.open_document(app)
    errors.open_errors(app)
    health.open_health(app)
    app.register_blueprint(api_docs.pages)
    app.cli.add_command(cli.translations)
    app.jinja_env.globals["static_url"] = static_url  # a global, since imported macros do not see context processors
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for endpoint in ("static", "openapi.spec"):
        if endpoint in app.view_functions:
            access.public(app.view_functions[endpoint])


def static_url(name: str) -> str:
    """Return the address of a static file, changed whenever its content changes, so it may be kept for a year."""
    return url_for("static", filename=name, v=_content_hash(name))


@lru_cache(maxsize=256)
def _content_hash(name: str) -> str:
    return hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:10]
