"""The JSON of the room: accounts, what is one's own, administration."""

from ilpes_lms.people.routes import accounts, administration, mine, second_factor  # noqa: F401 - their views must be known
from ilpes_lms.people.routes.blueprint import api

__all__ = ["api"]
