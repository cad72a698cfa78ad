"""How long what is kept, in the reader's language."""

from datetime import date, datetime

from flask_babel import gettext as _

from ilpes_lms.core import clock
from ilpes_lms.privacy.retention.queries import Health, Standing, days_by_kind
from ilpes_lms.privacy.retention.rules import is_silent
from ilpes_lms.web import i18n
from ilpes_lms.web.i18n import ngettext

_YEAR = 365


def period_text(days: int | None) -> str:
    """Return a period in words, in years where it is whole ones."""
    if days is None:
        return str(_("for ever"))
    if days % _YEAR == 0:
        return str(ngettext("%(num)s year", "%(num)s years", days // _YEAR))
    return str(ngettext("%(num)s day", "%(num)s days", days))


def period_texts() -> dict[str, str]:
    """Return in words how long each kind of data is kept at present."""
    return {kind: period_text(days) for kind, days in days_by_kind().items()}


def counted_from(standing: Standing) -> str:
    """Return how long a kind is kept and from when the days count: 90 days since they ended."""
    kept = period_text(standing.days)
    return kept if standing.days is None else f"{kept} {_(standing.keeping.since)}"


def oldest_text(oldest: datetime | date | None) -> str | None:
    """Return from when the oldest of what is due counts."""
    if oldest is None:
        return None
    # What is counted from a day has no hour.
    return i18n.short_day(oldest.date() if isinstance(oldest, datetime) else oldest)


def run_text(standing: Standing) -> str:
    """Return when a kind was last let go, and how much of it."""
    run = standing.run
    if run is None:
        return str(_("not yet"))
    went = ngettext("%(num)s record let go", "%(num)s records let go", run.let_go)
    at = run.touched_at if run.is_under_way or run.ended_at is None else run.ended_at
    parts = [i18n.short_day(at.date()), i18n.clock_time(at), str(went)]
    return ", ".join([*parts, *_left(standing)])


def _left(standing: Standing) -> list[str]:
    run = standing.run
    if run is None:
        return []
    if run.is_under_way:
        return [str(_("under way"))]
    if run.error:
        return [str(_("failed (%(error)s), tried again within the hour", error=run.error))]
    return [str(ngettext("%(num)s left over", "%(num)s left over", run.left_over))] if run.left_over else []


def warning_text(found: Health) -> str:
    """Return what is wrong with the nights, nothing where all is well."""
    # Where it never ran the system is new: its first turn comes within the hour.
    if found.last and is_silent(found.last, clock.now()):
        return str(_("Nothing was let go for two days. Does the scheduler run?"))
    if found.failed or found.left_over:
        return str(_("Some of it should have gone and is still here. The doctor names it."))
    return ""
