"""The texts of messages as pages and JSON show them."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from ilpes_lms.notifications import rendering
from ilpes_lms.notifications.editing.service import LANGUAGES
from ilpes_lms.notifications.kinds import Kind, all_kinds
from ilpes_lms.notifications.placeholders import Placeholder
from ilpes_lms.notifications.texts import queries
from ilpes_lms.notifications.texts.models import MessageText
from ilpes_lms.notifications.texts.rules import Words


@dataclass(frozen=True)
class Text:
    """What a kind of message says in a language, by which version; version 0 is the code's."""

    kind: Kind
    language: str
    version: int
    original: bool
    words: Words

    @property
    def label(self) -> str:
        return str(_(self.kind.label or self.kind.name))


def in_force(kind: Kind, language: str) -> Text:
    """Return the text in force."""
    return of_version(kind, language, queries.newest(kind.name, language))


def of_version(kind: Kind, language: str, row: MessageText | None) -> Text:
    """Return the text of a version, None being the code's own."""
    words = rendering.words_of(kind, row, language)
    return Text(kind, language, row.version if row else 0, row is None or row.original, words)


def all_texts() -> list[dict[str, Any]]:
    """Return every message that can be edited, by label, and in which languages it was."""
    newest = queries.all_newest()
    found = [
        {
            "kind": kind.name,
            "label": str(_(kind.label or kind.name)),
            "languages": [_standing(newest.get((kind.name, language)), language) for language in LANGUAGES],
        }
        for kind in all_kinds()
        if kind.placeholders
    ]
    return sorted(found, key=lambda one: str(one["label"]))


def placeholders_of(kind: Kind) -> list[dict[str, Any]]:
    """Return the names in braces that a message can have, with what each shows."""
    return [_placeholder(each) for each in kind.placeholders]


def _standing(row: MessageText | None, language: str) -> dict[str, Any]:
    return {
        "language": language, "version": row.version if row else 0, "original": row is None or row.original,
        "at": row.at if row else None,
    }  # fmt: skip


def _placeholder(each: Placeholder) -> dict[str, Any]:
    return {
        "name": each.name, "label": str(_(each.label)), "example": str(_(each.example)), "required": each.required,
        "link": each.form == "link",
    }  # fmt: skip
