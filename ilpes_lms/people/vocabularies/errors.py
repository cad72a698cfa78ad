"""What a vocabulary refuses."""

from ilpes_lms.core.errors import Invalid
from ilpes_lms.core.text import N_


class UnknownCode(Invalid, ValueError):
    """A code is not in its vocabulary; also a ValueError, so that request schemas report the field."""

    message = N_("“%(value)s” is not one of the known values.")

    def __init__(self, value: object, vocabulary: str, *, field: str | None = None) -> None:
        super().__init__(field=field, value=value, vocabulary=vocabulary)
