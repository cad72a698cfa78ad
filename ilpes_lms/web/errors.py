"""From facts to HTTP, once: problem+json (RFC 9457) for clients, a page that says how to go on for people."""

from collections.abc import Iterable
from typing import Any

import structlog
from flask import Flask, Response, flash, g, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError, Unauthorized

from ilpes_lms.core import errors
from ilpes_lms.core.database import db, only_reads
from ilpes_lms.core.text import N_
from ilpes_lms.web.access import is_api
from ilpes_lms.web.i18n import in_own_words, labelled
from ilpes_lms.web.navigation import place

log = structlog.get_logger(__name__)

STATUS: dict[type[errors.DomainError], int] = {
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.Stale: 412,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.Invalid: 422,
    errors.TooMany: 429,
    errors.Unavailable: 503,
    errors.DomainError: 400,
}
TITLES = {
    400: N_("The request could not be understood"),
    401: N_("Please sign in"),
    403: N_("You may not open this page"),
    404: N_("This page does not exist"),
    405: N_("This can't be done here"),
    406: N_("This format is not on offer"),
    409: N_("This conflicts with what is stored"),
    410: N_("This is no longer available"),
    412: N_("Someone else changed this"),
    413: N_("This is too large"),
    415: N_("This format is not understood"),
    422: N_("Something needs to be corrected"),
    428: N_("The version you saw is needed"),
    429: N_("Too many attempts"),
    500: N_("Something went wrong on our side"),
    503: N_("The service is busy"),
}
TEXTS = {
    400: N_("Go back, reload the page and try again. If it happens again, write to us and say what you did."),
    401: N_("This page is for people who are signed in."),
    403: N_("Your account does not have the permission this page asks for. If you need it, write to your coordinator."),
    404: N_("The address may be mistyped, or what was here may not be visible to you."),
    405: N_("Go back to the page you came from and use the buttons there."),
    413: N_("What you sent is larger than this page takes, so nothing was saved. Send a smaller file."),
    500: N_("The fault has been recorded. What you had saved is safe. Please try again in a few minutes."),
    503: N_("Nothing was saved. Please try again in a moment."),
}
# What a program does about it is not what a person does on a page.
TOLD_TO_PROGRAMS = {
    400: N_("What was sent can't be read. A body must be JSON in UTF-8; no text may hold the character NUL."),
    401: N_("Send a token that is in force as “Authorization: Bearer …”."),
    403: N_("The account of this token does not have the permission that is asked for here."),
    404: N_("Nothing is at this address, or the account of this token may not see it."),
    405: N_("This address does not take this method; the header Allow names those it takes."),
    406: N_("This address answers in JSON only."),
    413: N_("What you sent is larger than this address takes, so nothing was saved."),
    415: N_("This address does not take this Content-Type; the documentation names the one it takes."),
    428: N_("Send If-Match with the ETag of the version you saw."),
}
_BAD_REQUEST, _OUR_FAULT = 400, 500
_KEPT_OUT = frozenset({401, 403, 429})


def open_errors(app: Flask) -> None:
    """Answer every error in the form its caller understands."""
    # Not above: who has no forms says refusals, too.
    from flask_wtf.csrf import CSRFError

    app.register_error_handler(errors.DomainError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database_busy)
    app.register_error_handler(InternalError, _not_written)
    app.register_error_handler(PoolTimeout, _database_busy)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(Exception, _unforeseen)


def text_of(error: errors.DomainError) -> str:
    """Return a refusal's message in the reader's language; of a title, the words that its writers have for it."""
    params = {name: in_own_words(value) if isinstance(value, dict) else value for name, value in error.params.items()}
    return str(_(error.message, **params))


def told_in_full(error: errors.DomainError) -> str:
    """Return a refusal's message after what people call the input, for who has no form beside it."""
    called = " \u2013 ".join(str(_(one)) for one in error.called)
    return labelled(called, text_of(error)) if called else text_of(error)


def status_of(error: errors.DomainError) -> int:
    """Return the HTTP status of a refusal, by the base fact it inherits from."""
    return next(STATUS[base] for base in type(error).__mro__ if base in STATUS)


def title_of(status: int) -> str:
    """Return the heading of an answer in the reader's language; one without words of its own gets its class's."""
    return str(_(TITLES.get(status) or TITLES[_class_of(status)]))


def detail_of(status: int) -> str:
    """Return in the caller's language what to do about a status, as a program or a person would do it."""
    said = {**TEXTS, **TOLD_TO_PROGRAMS} if is_api() else TEXTS
    return str(_(said.get(status) or said[_class_of(status)]))


def problem(
    status: int, detail: str | None = None, *, code: str = "error", faults: list[dict[str, str]] | None = None
) -> Response:
    """Return a problem document; `faults` name the fields to blame and what is wrong with each."""
    body: dict[str, Any] = {"type": "about:blank", "title": title_of(status), "status": status, "code": code}
    if detail:
        body["detail"] = detail
    if faults:
        body["errors"] = faults
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def note_refused_shape(faults: Iterable[str]) -> None:
    """Write a line about what has a shape that no page of ours sends: where and of which kinds, never what it says."""
    log.warning("shape_refused", route=_route(), faults=sorted(set(faults)))


def _refused(error: errors.DomainError) -> ResponseReturnValue:
    _undo()
    status, text = status_of(error), told_in_full(error)
    _note_refusal(status, error.code)
    if is_api():
        faults = [{"field": error.field, "code": error.code, "message": text}] if error.field else None
        response = problem(status, text, code=error.code, faults=faults)
    else:
        response = Response(_page(status, text), status)
    if isinstance(error, errors.TooMany):
        response.headers["Retry-After"] = str(round(error.within.total_seconds()))
    return response


def _http(error: HTTPException) -> ResponseReturnValue:
    _undo()
    if error.response is not None:
        return error.response
    status = error.code or 500
    if isinstance(error, Unauthorized) and not is_api():
        return redirect(place("sign_in", next=_way_back()), 303)
    _note_refusal(status)
    if is_api():
        return _with_headers(problem(status, detail_of(status), code=error.name.lower().replace(" ", "_")), error)
    return _page(status, detail_of(status)), status


def _forged(_error: Exception) -> ResponseReturnValue:
    # JSON knows no cookie, so no form token is asked of it.
    log.warning("form_not_ours", route=_route())
    flash(_("The form had expired. Please send it again."), "caution")
    return _page(
        400, str(_("The form had expired, so nothing was saved. Go back, reload the page and send it again."))
    ), 400


def _database_busy(error: Exception) -> ResponseReturnValue:
    _undo()
    log.warning("database_busy", error=type(error).__name__)
    if is_api():
        response = problem(503, detail_of(503), code="unavailable")
    else:
        response = Response(_page(503, detail_of(503)), 503)
    response.headers["Retry-After"] = "2"
    return response


def _not_written(error: InternalError) -> ResponseReturnValue:
    # As while databases change places: in a moment, the one that is written to answers at this address.
    return _database_busy(error) if only_reads(error) else _unforeseen(error)


def _unforeseen(error: Exception) -> ResponseReturnValue:
    _undo()
    log.error("unforeseen", exc_info=error, endpoint=request.endpoint)
    if g.get("propagate_errors"):
        raise error
    if is_api():
        return problem(500, detail_of(500), code="internal")
    return _page(500, detail_of(500)), InternalServerError.code or 500


def _note_refusal(status: int, code: str = "") -> None:
    """Write a line about somebody who was kept out: where, never who or from where."""
    if status in _KEPT_OUT:
        log.warning("access_refused", route=_route(), status=status, code=code)


def _route() -> str:
    return request.url_rule.rule if request.url_rule else ""


def _class_of(status: int) -> int:
    return _OUR_FAULT if status >= _OUR_FAULT else _BAD_REQUEST


def _undo() -> None:
    db.session.rollback()


def _with_headers(response: Response, error: HTTPException) -> Response:
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    if isinstance(error, Unauthorized):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _way_back() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else place("home")


def _page(status: int, text: str) -> str:
    ways = [(place("home"), _("Home")), (place("catalogue"), _("Courses and webinars"))]
    return render_template("errors/problem.html", status=status, title=title_of(status), text=text, ways=ways)
