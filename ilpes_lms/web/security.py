"""Headers and cookies that keep a page to itself, and addresses that stay ours."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix

from ilpes_lms.web.access import principal

View = TypeVar("View", bound=Callable[..., Any])
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_HOST_ALONE = "__Host-"
_VARY = ("Cookie", "Accept-Language")
LARGEST_BODY = 10 * 1024 * 1024


def open_security(app: Flask, *, production: bool, proxies: int) -> None:
    """Protect every form, cookie and response; `proxies` of our own stand in front and name the caller truly."""
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    prefix = _HOST_ALONE if production else ""
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=production,
        # Browsers take a cookie of such a name from this host alone, over TLS and for all of it: no neighbouring name
        # can put one of its own in its place. Over plain http they would not take it at all.
        SESSION_COOKIE_NAME=f"{prefix}session",
        LANGUAGE_COOKIE_NAME=f"{prefix}language",
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        COMPRESS_REGISTER=False,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_STREAMS=False,
        COMPRESS_BR_LEVEL=5,
        COMPRESS_MIN_SIZE=1000,
    )
    # Before anything reads a body, for a form is read whole once it is looked at.
    app.before_request(_limit_body)
    app.before_request(_refuse_nul)
    CSRFProtect(app)
    compress = Compress(app)

    @app.after_request
    def compressed(response: Response) -> Response:
        if request.endpoint == "static" and not response.is_sequence:
            response.direct_passthrough = False
            response.make_sequence()
        # What a signed-in person sees holds their secrets beside what others may have written; compressed
        # together, its length would tell of them (BREACH).
        return response if principal().is_authenticated else compress.after_request(response)

    app.after_request(_protect)


def safe_way(target: str | None) -> str | None:
    r"""Return an address if it leads back into this site, else None.

    Browsers read `\`, tabs and doubled slashes as ways out, so only a plain local path passes.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if any(c in target for c in "\\\t\r\n") or not target.isprintable():
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def largest_body(size: int) -> Callable[[View], View]:
    """Let the requests of a view be of so many bytes, which is less or more than what all others may be."""

    def declare(view: View) -> View:
        view.__largest_body__ = size  # type: ignore[attr-defined]  # functions take attributes
        return view

    return declare


def is_upload(view: Any) -> bool:
    """Tell whether a view takes files, whose size is limited for it alone."""
    return hasattr(view, "__largest_body__")


def _limit_body() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    request.max_content_length = getattr(view, "__largest_body__", LARGEST_BODY)


def _refuse_nul() -> None:
    # PostgreSQL keeps this character in no text; nobody types it.
    if "\x00" in request.path or _says_nul(request.args) or (request.content_type and _says_nul(request.form)):
        raise BadRequest


def _says_nul(said: MultiDict[str, str]) -> bool:
    return any("\x00" in text for _name, text in said.items(multi=True))


def _protect(response: Response) -> Response:
    _add_missing(response, _HEADERS)
    if request.is_secure:
        _add_missing(response, {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"})
    if request.endpoint != "static":
        personal = principal().is_authenticated
        _add_missing(response, {"Cache-Control": "private, no-store" if personal else "no-cache"})
        _vary(response)
    return response


def _add_missing(response: Response, headers: Mapping[str, str]) -> None:
    # `setdefault` goes through all headers twice for each.
    there = {name.lower() for name, _value in response.headers}
    response.headers.extend([pair for pair in headers.items() if pair[0].lower() not in there])


def _vary(response: Response) -> None:
    if "Vary" in response.headers:
        response.vary.update(_VARY)
    else:
        response.headers["Vary"] = ", ".join(_VARY)
