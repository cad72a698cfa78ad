"""Questions about courses, activities, class sessions and staff."""

from ilpes_lms.catalogue.queries.activities import (
    activities_overlapping,
    activities_taught_by,
    activity_by_id,
    conditions_of,
    course,
    courses,
    is_staff,
    managed_activity,
    managed_list,
    managed_outline,
    material_in,
    published_activity,
    staffed_activity,
    taught_activity,
    traits_of,
)
from ilpes_lms.catalogue.queries.class_sessions import (
    class_session,
    class_sessions,
    is_instructor,
    sessions_between,
    staff_of,
)
from ilpes_lms.catalogue.queries.headcounts import Counted, headcount_changes
from ilpes_lms.catalogue.queries.search import Card, Facet, Filters, SearchResult, edition, search
from ilpes_lms.catalogue.queries.visibility import managed_by, published

__all__ = [
    "Card",
    "Counted",
    "Facet",
    "Filters",
    "SearchResult",
    "activities_overlapping",
    "activities_taught_by",
    "activity_by_id",
    "class_session",
    "class_sessions",
    "conditions_of",
    "course",
    "courses",
    "edition",
    "headcount_changes",
    "is_instructor",
    "is_staff",
    "managed_activity",
    "managed_by",
    "managed_list",
    "managed_outline",
    "material_in",
    "published",
    "published_activity",
    "search",
    "sessions_between",
    "staff_of",
    "staffed_activity",
    "taught_activity",
    "traits_of",
]
