"""Two records of one person become one: messages, and what somebody does not want to get."""

from collections.abc import Mapping

from ilpes_lms.core import moving
from ilpes_lms.core.moving import Move
from ilpes_lms.notifications.models import DeclinedKind, DigestChoice, Message


def merge_persons(gone: int, stays: int, _aside: Mapping[int, int]) -> list[Move]:
    """Plan what moves: messages sent and to be sent, and choices that who stays has not made."""
    return [
        *moving.pointing(Message, "person_id", gone, stays),
        *moving.pointing(DeclinedKind, "person_id", gone, stays, unless_alike=("kind",)),
        *moving.pointing(DigestChoice, "person_id", gone, stays, unless_alike=()),
    ]
