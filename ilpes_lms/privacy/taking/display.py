"""What somebody takes along, in their language."""

from datetime import datetime, timedelta

from flask_babel import gettext as _

from ilpes_lms.core import files
from ilpes_lms.core.errors import NotFound
from ilpes_lms.privacy.retention.queries import days_by_kind
from ilpes_lms.privacy.taking import rules
from ilpes_lms.privacy.taking.models import DataArchive
from ilpes_lms.web import i18n

_MEGABYTE = 1 << 20


def expires_at(found: DataArchive) -> datetime | None:
    """Return until when an archive is kept, None where it is not finished or kept for ever."""
    days = days_by_kind()["archives"]
    return found.ended_at + timedelta(days=days) if found.ended_at and days is not None else None


def size_text(found: DataArchive) -> str:
    """Return how large an archive is, in megabytes."""
    megabytes = max(round(found.size / _MEGABYTE, 1), 0.1)
    return str(_("%(number)s MB", number=i18n.number(megabytes)))


def content_of(found: DataArchive) -> tuple[bytes, str]:
    """Return the bytes of a finished archive and the name of its file; raises NotFound."""
    if found.file_key is None or found.ended_at is None:
        raise NotFound
    return files.fetch(found.file_key), f"ilpes-{found.ended_at.date().isoformat()}.zip"


def is_under_way(found: DataArchive | None) -> bool:
    """Tell whether an archive is still being made."""
    return found is not None and found.state in rules.UNDER_WAY


def as_record(found: DataArchive) -> dict[str, object]:
    """Return an archive as programs read it."""
    return {
        "id": found.public_id, "state": found.state, "asked_at": found.asked_at, "done": found.done,
        "total": found.total, "ended_at": found.ended_at, "size": found.size,
        "expires_at": expires_at(found) if found.state == rules.READY else None,
    }  # fmt: skip
