"""Courses: what is taught."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import select

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue.errors import SlugTaken, TitleMissing
from ilpes_lms.catalogue.models import Course
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.text import slug as slug_of


@transaction
def create_course(
    *,
    titles: Mapping[str, str],
    summaries: Mapping[str, str] | None = None,
    topics: Sequence[str] = (),
    sdgs: Sequence[int] = (),
    default_hours: Decimal | float | None = None,
    slug: str | None = None,
) -> Course:
    """Add a course to the catalogue; its address is made of its title unless one is given."""
    if not any(titles.values()):
        raise TitleMissing(field="titles")
    address = slug or slug_of(next(iter(titles.values())))
    if db.session.scalar(select(Course.id).where(Course.slug == address)):
        raise SlugTaken(field="slug")
    course = Course(
        slug=address, titles=dict(titles), summaries=dict(summaries or {}), topics=list(topics), sdgs=list(sdgs),
        default_hours=None if default_hours is None else Decimal(str(default_hours)),
    )  # fmt: skip
    db.session.add(course)
    db.session.flush()
    audit.record("course.created", "course", course.public_id)
    return course
