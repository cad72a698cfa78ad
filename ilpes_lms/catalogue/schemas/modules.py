"""Modules as JSON."""

from collections.abc import Sequence
from decimal import Decimal

from pydantic import Field

from ilpes_lms.catalogue.models import ClassSession, Module
from ilpes_lms.catalogue.schemas.activities import _MOST_HOURS
from ilpes_lms.catalogue.schemas.fields import Language, Short
from ilpes_lms.web.api import In, Out


class ModuleIn(In):
    """A part of an activity with hours of its own, and the class sessions that belong to it."""

    titles: dict[Language, Short]
    hours: Decimal | None = Field(None, gt=0, le=_MOST_HOURS, max_digits=6, decimal_places=2)
    class_sessions: list[Short] = Field(default_factory=list, max_length=400)


class ModuleOut(Out):
    """A part of an activity with hours of its own."""

    ref: str
    number: int
    titles: dict[str, str]
    hours: float | None
    class_sessions: list[str]

    @classmethod
    def of(cls, module: Module, sessions: Sequence[ClassSession]) -> "ModuleOut":
        return cls(
            ref=module.public_id, number=module.number, titles=module.titles,
            hours=float(module.hours) if module.hours else None,
            class_sessions=[session.public_id for session in sessions if session.module_id == module.id],
        )  # fmt: skip


class ModulesOut(Out):
    """An activity's modules in their order."""

    items: list[ModuleOut]
