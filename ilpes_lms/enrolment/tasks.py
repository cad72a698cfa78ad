"""What beat asks of this room."""

from ilpes_lms.enrolment import service


def expire_offers() -> None:
    """End lapsed offers and pass their places on."""
    service.expire_offers()


def remind_invited() -> None:
    """Remind the invited whose time to answer is nearly over."""
    service.remind_invited()


def lapse_holds() -> None:
    """End the holds that nobody confirmed in time and pass their places on."""
    service.lapse_holds()


def promote() -> None:
    """Give places that became free by other ways than a withdrawal to those who wait."""
    service.promote_waiting()


def work_on_lists() -> None:
    """Check and import the lists of participants that wait for it, also those a dead worker left."""
    service.imports.work_on_lists()
