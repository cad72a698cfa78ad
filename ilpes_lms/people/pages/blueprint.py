"""The blueprint that all pages of the room share, and where people are led when they are done."""

from apiflask import APIBlueprint
from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from ilpes_lms.people import rules, service, sign_in
from ilpes_lms.web.navigation import beginning
from ilpes_lms.web.security import safe_way

pages = APIBlueprint(
    "people", "ilpes_lms.people.pages", enable_openapi=False,
)  # fmt: skip


def way_on(target: str | None) -> str:
    """Return where a person was going if that is here, else where they begin."""
    return safe_way(target) or beginning()


def caller() -> str:
    """Return who calls, for counting attempts."""
    return request.remote_addr or ""


def device() -> str:
    """Return the browser's name for the list of sign-ins."""
    return rules.device_name(request.user_agent.string)


def let_in(found: str | service.SecondStep, target: str | None) -> ResponseReturnValue:
    """Sign the browser in and lead its owner on, or to the second step."""
    if isinstance(found, service.SecondStep):
        sign_in.hold(found.token)
        return redirect(url_for(".second_step", next=safe_way(target)), 303)
    sign_in.remember(found)
    return redirect(way_on(target), 303)
