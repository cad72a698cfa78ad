"""Staff as JSON."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import StringConstraints

from ilpes_lms.catalogue.queries import Staff
from ilpes_lms.catalogue.schemas.fields import Text
from ilpes_lms.web.api import In, Out, Query


class AssignmentIn(In):
    """Somebody who has an account, by e-mail address."""

    email: Annotated[Text, StringConstraints(max_length=254)]
    role: Literal["instructor", "co_coordinator"]


class AssignmentQuery(Query):
    """In which role somebody is taken off."""

    role: Literal["instructor", "co_coordinator"]


class AssignmentOut(Out):
    """Somebody is assigned."""

    role: str
    person: str
    name: str


class AssignmentsOut(Out):
    """Who is assigned, instructors first."""

    items: list[AssignmentOut]

    @classmethod
    def of(cls, staff: Sequence[Staff]) -> "AssignmentsOut":
        named = [AssignmentOut(role=one.role, person=one.person.public_id, name=one.person.full_name) for one in staff]
        return cls(items=named)
