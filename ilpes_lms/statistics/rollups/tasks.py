"""Work in the background."""

from ilpes_lms.statistics.rollups import service


def refresh() -> None:
    """Refresh the activities that changed."""
    service.refresh()


def check() -> None:
    """See whether the roll-ups are those that the record makes, and make them anew if not."""
    service.mend()
