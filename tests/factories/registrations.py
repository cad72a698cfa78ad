"""Registering in one step, as tests do it; the service's calls need an app context."""

from typing import Any

from sqlalchemy import select

from ilpes_lms.core.database import db
from ilpes_lms.enrolment import service
from ilpes_lms.notifications.models import Message
from ilpes_lms.people import letters
from ilpes_lms.people import service as people
from ilpes_lms.people.service import Confirmed
from tests.factories.people import PASSWORD

CALLER = "198.51.100.7"
ANSWERS = {
    "email": "rosa@example.org", "password": PASSWORD, "given_names": "Rosa", "first_surname": "Quispe",
    "country": "BOL", "sex": "female", "organization": "Municipalidad", "language": "es", "consent": True,
}  # fmt: skip
KINDS = ("enrolment.registration", "enrolment.registration_known")


def register(activity_ref: str, email: str = "rosa@example.org", **changes: Any) -> service.Registered:
    """Register an address for an activity."""
    values = {"caller": CALLER, **ANSWERS, "email": email, **changes}
    return service.register(activity_ref=activity_ref, **values)


def newest_token(kind: str | None = None) -> str:
    """Return what stands in the link of the newest letter about a registration, as its reader sees it."""
    wanted = Message.kind == kind if kind else Message.kind.in_(KINDS)
    message = db.session.scalars(select(Message).where(wanted).order_by(Message.id.desc())).first()
    assert message is not None, "no letter about a registration"
    path: str = letters.link_values(message.values, "es")["path"]
    return path.removeprefix("/confirm/")


def confirm(token: str | None = None) -> Confirmed:
    """Confirm the newest registration, or that of a token."""
    return people.confirm_email(token=token or newest_token())
