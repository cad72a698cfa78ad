"""What a monitoring system watches of the places: the counts that cards and buttons show, beside the rows."""

from ilpes_lms.enrolment import queries
from ilpes_lms.web.metrics import Gauge, Samples


def _off() -> Samples:
    return {"": queries.activities_off_their_counts()}


GAUGES = (
    Gauge(
        "ilpes_places_off", "Activities whose confirmed or waiting count is not the number of such enrolments.", _off
    ),
)
