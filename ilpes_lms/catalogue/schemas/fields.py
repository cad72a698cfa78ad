"""What fields of several shapes have in common."""

from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints

from ilpes_lms.people.vocabularies import time_zones

Kind = Literal["international_open", "national_restricted", "other_division", "webinar"]
Modality = Literal["self_paced_online", "live_online", "blended", "in_person"]
Admission = Literal["open", "selection", "nomination", "invitation"]
Precision = Literal["day", "month"]
Language = Literal["es", "en", "pt", "fr"]
# PostgreSQL keeps no NUL in a text.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
# A zone by an old name is kept by today's.
Zone = Annotated[Text, AfterValidator(time_zones.canonical)]
Short = Annotated[Text, StringConstraints(max_length=200)]
Medium = Annotated[Text, StringConstraints(max_length=300)]
Long = Annotated[Text, StringConstraints(max_length=400)]
MOST_OFFER_HOURS = 720
