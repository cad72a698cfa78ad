"""Messages as pages show them."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from ilpes_lms.core.text import N_, fold
from ilpes_lms.notifications import digests, queries, rules
from ilpes_lms.notifications.kinds import all_kinds, kind_named
from ilpes_lms.notifications.models import Message

STATES = {
    rules.QUEUED: (N_("Waiting to be sent"), "waiting"),
    rules.SENDING: (N_("Being sent"), "info"),
    rules.SENT: (N_("Sent"), "good"),
    rules.SKIPPED: (N_("Not needed any more"), "plain"),
    rules.FAILED: (N_("Failed"), "wrong"),
    rules.BOUNCED: (N_("Came back"), "wrong"),
}

# In these states a note says nothing that a list needs.
_PLAIN = frozenset({rules.SENT, rules.SENDING})


def lines_of(found: list[Message], *, with_names: bool = True) -> list[dict[str, Any]]:
    """Return messages as lists show them: to whom, about what, in which state, when."""
    names = queries.names_of(found) if with_names else {}
    return [_line(message, names) for message in found]


def kind_labels() -> dict[str, str]:
    """Return what every kind of message is called, by its code, in the order of the words."""
    named = {kind.name: str(_(kind.label)) for kind in all_kinds() if kind.label}
    return dict(sorted(named.items(), key=lambda pair: fold(pair[1])))


def kinds_by_need(*, daily: bool) -> dict[bool, list[tuple[str, str]]]:
    """Return code and name of the kinds that everybody gets (True), and of those that one may decline (False).

    The summary of the day is among them only for who chose it (`daily`).
    """
    found: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    labels = kind_labels()
    if not daily:
        labels.pop(digests.KIND, None)
    for code, label in labels.items():
        kind = kind_named(code)
        found[kind is None or kind.essential].append((code, label))
    return found


def notes_of(message: Message) -> list[str]:
    """Return what is noted of a message in the reader's language; what a server said stays as it said it."""
    return [str(_(note)) for note in message.note.splitlines()]


def _line(message: Message, names: dict[int, str]) -> dict[str, Any]:
    label, tone = STATES[message.state]
    kind = kind_named(message.kind)
    name = names.get(message.person_id, "") if message.person_id else ""
    return {
        "url": url_for("notifications.message", message_ref=message.public_id),
        "subject": message.subject or _(kind.label if kind and kind.label else message.kind),
        "again": message.again_of_id is not None,
        "kind": _(kind.label) if kind and kind.label else message.kind,
        "name": name, "address": message.sent_to or message.address or "", "label": _(label), "tone": tone,
        "why": notes_of(message)[:1] if message.state not in _PLAIN else [],
        "at": message.sent_at or message.due_at,
    }  # fmt: skip
