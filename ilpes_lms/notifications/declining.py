"""The link in a message by which a person declines its kind, without signing in."""

from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer

from ilpes_lms.core.settings import settings
from ilpes_lms.notifications import links, queries
from ilpes_lms.notifications.errors import StopLinkNotValid
from ilpes_lms.notifications.kinds import Kind, kind_named
from ilpes_lms.people.models import Person


@dataclass(frozen=True)
class Choice:
    """Whose choice it is, about which kind."""

    person: Person
    kind: Kind


def stop_url(person_ref: str, kind: str) -> str:
    """Return the address where a person declines a kind of message."""
    return links.absolute(links.STOP + str(_seal().dumps([person_ref, kind])))


def test_url() -> str:
    """Return the address in a message that is only looked at, where nothing is declined."""
    return links.absolute(links.STOP + links.A_TEST)


def choice(token: str) -> Choice:
    """Return whom and what a link is about; raises StopLinkNotValid for one we did not write."""
    try:
        person_ref, name = _seal().loads(token)
    except (BadSignature, ValueError) as error:
        raise StopLinkNotValid from error
    person, kind = queries.person(person_ref), kind_named(name)
    if person is None or kind is None or kind.essential:
        raise StopLinkNotValid
    return Choice(person, kind)


def _seal() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="notifications.stop")
