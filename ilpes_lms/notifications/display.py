"""Messages as pages show them."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from ilpes_lms.core.text import N_
from ilpes_lms.notifications import queries, rules
from ilpes_lms.notifications.kinds import kind_named
from ilpes_lms.notifications.models import Message

STATES = {
    rules.QUEUED: (N_("Waiting to be sent"), "waiting"),
    rules.SENDING: (N_("Being sent"), "info"),
    rules.SENT: (N_("Sent"), "good"),
    rules.SKIPPED: (N_("Not needed any more"), "plain"),
    rules.FAILED: (N_("Failed"), "wrong"),
}


def lines_of(found: list[Message], *, with_names: bool = True) -> list[dict[str, Any]]:
    """Return messages as lists show them: to whom, about what, in which state, when."""
    names = queries.names_of(found) if with_names else {}
    return [_line(message, names) for message in found]


def _line(message: Message, names: dict[int, str]) -> dict[str, Any]:
    label, tone = STATES[message.state]
    kind = kind_named(message.kind)
    name = names.get(message.person_id, "") if message.person_id else ""
    return {
        "url": url_for("notifications.message", message_ref=message.public_id),
        "subject": message.subject or _(kind.label if kind and kind.label else message.kind),
        "kind": _(kind.label) if kind and kind.label else message.kind,
        "name": name, "address": message.sent_to or message.address or "", "label": _(label), "tone": tone,
        "at": message.sent_at or message.due_at,
    }  # fmt: skip
