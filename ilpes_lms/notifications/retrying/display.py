"""What did not get through, in the reader's language."""

from typing import Any

from flask_babel import gettext as _

from ilpes_lms.notifications.display import kind_labels, lines_of
from ilpes_lms.notifications.models import Message
from ilpes_lms.notifications.retrying.queries import REASONS, Counts
from ilpes_lms.web import i18n

Choices = list[tuple[str, str]]


def choices_of(counts: Counts) -> dict[str, Choices]:
    """Return what the list can be narrowed by, each code with its words and how many messages that is."""
    words = {code: str(_(note)) for code, note in REASONS.items()}
    return {
        "reason": _counted(counts.reasons, words),
        "domain": _counted(counts.domains, {}),
        "kind": _counted(counts.kinds, kind_labels()),
    }


def rows_of(found: list[Message]) -> list[dict[str, Any]]:
    """Return messages as the log shows them, with their references where they can be sent again."""
    lines = lines_of(found)
    for line, message in zip(lines, found, strict=True):
        line["again_ref"] = None if message.erased else message.public_id
    return lines


def _counted(counts: dict[str, int], words: dict[str, str]) -> Choices:
    return [(code, f"{words.get(code, code)} ({i18n.number(number)})") for code, number in counts.items()]
