"""What the summary of the day says: the messages that it holds, each as it would be by itself."""

from collections.abc import Sequence
from dataclasses import replace

from ilpes_lms.core.text import N_
from ilpes_lms.notifications import digests, links
from ilpes_lms.notifications.digests import Item
from ilpes_lms.notifications.kinds import Kind, Values
from ilpes_lms.notifications.placeholders import LINK, NAME, Placeholder
from ilpes_lms.notifications.texts.rules import Block, Span
from ilpes_lms.web.i18n import ngettext

_PLACEHOLDERS = (
    NAME,
    Placeholder("how_many", N_("How many messages there are"), N_("2 messages for you today")),
    Placeholder(
        "messages", N_("The messages, one after the other"),
        N_("1. The activity is about to start\n\nThis is a reminder that “Territorial planning” starts tomorrow."),
        required=True, form="prose",
    ),
    replace(
        LINK, name="choices_link", label=N_("Link to choose which messages they get"), required=False,
        example="https://example.org/my/messages", action=N_("Choose"),
    ),
)  # fmt: skip


def kind() -> Kind:
    """Return the summary itself as a kind of message."""
    return Kind(
        digests.KIND, "notifications/mail/digest", values=_shown, essential=False, secrets=(),
        label=N_("Summary of the day"), placeholders=_PLACEHOLDERS,
    )  # fmt: skip


def _shown(values: Values, _language: str) -> Values:
    items: Sequence[Item] = values["items"]
    return {
        "how_many": ngettext("%(num)s message for you today", "%(num)s messages for you today", len(items)),
        "messages": tuple(block for number, item in enumerate(items, 1) for block in _numbered(number, item)),
        "choices_link": links.absolute("/my/messages"),
    }


def _numbered(number: int, item: Item) -> tuple[Block, ...]:
    heading = Span(f"{number}. {item.subject}", strong=True)
    return (Block("paragraph", ((heading,),)), *item.blocks)
