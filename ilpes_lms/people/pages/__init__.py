"""The pages of the room: accounts, what is one's own, administration."""

from ilpes_lms.people.pages import accounts, addresses, administration, consent, mine, second_factor  # noqa: F401 - their views must be known
from ilpes_lms.people.pages.blueprint import pages

COME_FIRST = (*second_factor.ENDPOINTS, *consent.ENDPOINTS)

__all__ = ["COME_FIRST", "pages"]
