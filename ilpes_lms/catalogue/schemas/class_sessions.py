"""Class sessions as JSON."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field, NaiveDatetime, StringConstraints

from ilpes_lms.catalogue.schemas.fields import Short, Text, Zone
from ilpes_lms.web.api import In, Out


class ClassSessionIn(In):
    """One dated meeting, by the clocks of its place."""

    starts_wall: NaiveDatetime = Field(description="without an offset: what clocks at the place show")
    minutes: int = Field(gt=0, le=1440)
    zone: Zone | None = Field(None, description="IANA time zone; by default the activity's")
    title: Short = ""
    joining_link: Annotated[Text, StringConstraints(max_length=500)] | None = None


class ClassSessionChanges(ClassSessionIn):
    """Only the fields that are sent are changed; with other times, who has a place gets a letter with the reason."""

    reason: Annotated[Text, StringConstraints(max_length=400)] = ""

    starts_wall: NaiveDatetime = datetime.min  # noqa: DTZ901 - stands for what is not sent, and is never read
    minutes: int = Field(0, gt=0, le=1440)


class CalledOffIn(In):
    """Why a class session does not take place."""

    reason: Annotated[Text, StringConstraints(max_length=400)] = ""


class ClassSessionOut(Out):
    """One dated meeting."""

    ref: str
    number: int
    title: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    zone: str
    wall_start: str
    status: str
    version: int = Field(description="what If-Match names")
