"""The few base facts a refusal can be; rooms name their own from these, web maps them to HTTP once."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from ilpes_lms.core.text import N_


class DomainError(Exception):
    """Something was refused.

    `message` is an English gettext key with %(name)s places; `params` fills them; `field` names the input
    that is to blame, if one is. Where that name is for programs only, `called` is what people call the input: gettext
    keys, the widest first.
    """

    message: ClassVar[str] = N_("This can't be done.")

    def __init__(self, *, field: str | None = None, called: Sequence[str] = (), **params: Any) -> None:
        super().__init__(self.message % params if params else self.message)
        self.field = field
        self.called = called
        self.params = params

    @property
    def code(self) -> str:
        """Return the fact's name as clients see it, for example `activity_full`."""
        name = type(self).__name__
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


class NotFound(DomainError):
    message = N_("This does not exist, or you may not see it.")


class NotAllowed(DomainError):
    message = N_("You do not have permission to do this.")


class Conflict(DomainError):
    message = N_("This conflicts with what is stored.")


class Stale(Conflict):
    message = N_("Someone else changed this in the meantime. Look at the current version and try again.")


class Gone(DomainError):
    message = N_("This is no longer available.")


class Invalid(DomainError):
    message = N_("This value is not valid.")


class TooMany(DomainError):
    """Something was done too often `within` a time: once that is over, it can be done again."""

    message = N_("Too many attempts. Please wait %(minutes)s minutes and try again.")

    def __init__(self, *, within: timedelta, **params: Any) -> None:
        super().__init__(minutes=round(within / timedelta(minutes=1)), **params)
        self.within = within


class Unavailable(DomainError):
    message = N_("The service is busy. Please try again in a moment.")


def refusal_of(check: Callable[[], object]) -> DomainError | None:
    """Return what a check refuses, None where it agrees."""
    try:
        check()
    except DomainError as refusal:
        return refusal
    return None
