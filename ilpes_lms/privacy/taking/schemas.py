"""Archives of one's own data, as JSON."""

from pydantic import AwareDatetime

from ilpes_lms.web.api import Out


class ArchiveOut(Out):
    """An archive: asked, making, ready or failed; once ready it is kept until `expires_at` (null: for ever)."""

    id: str
    state: str
    asked_at: AwareDatetime
    done: int
    total: int
    ended_at: AwareDatetime | None
    size: int
    expires_at: AwareDatetime | None


class ArchivesOut(Out):
    """The archive that was asked for last, nothing where none is kept."""

    items: list[ArchiveOut]
