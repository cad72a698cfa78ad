"""What this room writes to people: that a certificate is ready, that one was revoked."""

from typing import Any

from flask import Flask

from ilpes_lms.certificates import queries, rules
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.certificates.service import READY, REVOKED
from ilpes_lms.core.text import N_
from ilpes_lms.notifications import kinds, links
from ilpes_lms.notifications.kinds import Kind
from ilpes_lms.notifications.placeholders import ACTIVITY, NAME, Placeholder

_OF_BOTH = (
    NAME,
    ACTIVITY,
    Placeholder("serial", N_("Serial number of the certificate"), "ILPES-2026-000123"),
    Placeholder(
        "mine_url", N_("Link to their certificates"), "https://example.org/my/certificates", required=True, form="link",
        action=N_("See my certificates"),
    ),
)  # fmt: skip
_PLACEHOLDERS = (
    *_OF_BOTH,
    Placeholder(
        "verify_url", N_("Link where anyone can check the certificate"), "https://example.org/verify/1", form="link",
        action=N_("Check this certificate"),
    ),
    Placeholder("replaced_serial", N_("Serial number of the certificate that it replaces"), "ILPES-2026-000045"),
)  # fmt: skip


def register(app: Flask) -> None:
    """Make the room's messages known."""
    kinds.register(
        app,
        Kind(
            READY, "certificates/mail/ready", is_due=_still_stands, values=_words, label=N_("A certificate is ready"),
            placeholders=_PLACEHOLDERS,
        ),
    )  # fmt: skip
    kinds.register(
        app,
        Kind(
            REVOKED, "certificates/mail/revoked", is_due=_still_revoked, values=_words,
            label=N_("A certificate was revoked"), placeholders=_OF_BOTH,
        ),
    )  # fmt: skip


def _still_stands(values: dict[str, Any], person_id: int | None) -> bool:
    found = queries.by_code(values["code"])
    return found is not None and found.state == rules.ISSUED and found.person_id == person_id


def _still_revoked(values: dict[str, Any], person_id: int | None) -> bool:
    # Not of one whose holder was erased meanwhile.
    found = queries.by_code(values["code"])
    return found is not None and found.state == rules.REVOKED and found.person_id == person_id


def _words(values: dict[str, Any], language: str) -> dict[str, Any]:  # noqa: ARG001 - every kind is asked in a language
    found = queries.by_code(values["code"])
    content = found.content if found else {}
    return {
        "title": content.get("title", ""),
        "serial": content.get("serial", ""),
        "mine_url": links.absolute("/my/certificates"),
        "verify_url": content.get("verify_url", ""),
        "replaced_serial": _replaced_serial(found),
    }


def _replaced_serial(found: Certificate | None) -> str:
    before = queries.chain(found).before if found and found.replaces_id else None
    return before.serial if before else ""
