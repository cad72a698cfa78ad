"""Materials as JSON."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from ilpes_lms.catalogue.models import Activity, Material
from ilpes_lms.catalogue.schemas.fields import Short, Text
from ilpes_lms.web.api import In, Out


class MaterialIn(In):
    """A link to something that participants need."""

    title: Annotated[Short, StringConstraints(min_length=1)]
    link: Annotated[Text, StringConstraints(min_length=1, max_length=500)] = Field(description="an https address")


class MoveIn(In):
    """Which way to move something in its list."""

    direction: Literal["up", "down"]


class MaterialOut(Out):
    """A link to something that participants need."""

    ref: str
    title: str
    link: str

    @classmethod
    def of(cls, material: Material) -> "MaterialOut":
        return cls(ref=material.public_id, title=material.title, link=material.link)


class MaterialsOut(Out):
    """An activity's materials in their order."""

    items: list[MaterialOut]

    @classmethod
    def of(cls, activity: Activity) -> "MaterialsOut":
        return cls(items=[MaterialOut.of(material) for material in activity.materials])
