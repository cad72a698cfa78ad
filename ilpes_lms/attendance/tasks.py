"""The sweeps of attendance."""

from ilpes_lms.attendance import service


def recompute() -> None:
    """Decide again where class sessions were added or cancelled since."""
    service.recompute_outdated()


def apply_reports() -> None:
    """Go on with the large reports that wait to be applied."""
    service.apply_waiting()


def apply_exports() -> None:
    """Go on with the large exports of the learning platform that wait to be applied."""
    service.apply_waiting_exports()
