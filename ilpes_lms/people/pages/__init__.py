"""The pages of the room: accounts, what is one's own, administration."""

from ilpes_lms.people.pages import accounts, administration, mine  # noqa: F401 - their views must be known
from ilpes_lms.people.pages.blueprint import pages

__all__ = ["pages"]
