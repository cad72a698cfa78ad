"""What reviewers wrote about applications, and who declared a conflict of interest."""

from collections.abc import Iterable

from sqlalchemy import CTE, ColumnElement, and_, exists, func, select
from sqlalchemy.orm import aliased, contains_eager

from ilpes_lms.core.database import db, found_once
from ilpes_lms.enrolment.models import ConflictOfInterest, Enrolment, Review
from ilpes_lms.people.models import Person


def scores(activity_id: int) -> CTE:
    """Return, to join with, the number of each application's scores, their sum, and their average in hundredths."""
    total, number = func.sum(Review.score), func.count(Review.score)
    # Found once: PostgreSQL would add them up again for each application where it expects none, as before it has
    # looked at what a committee wrote in its first minutes.
    return found_once(
        select(
            Review.enrolment_id.label("enrolment_id"),
            total.label("total"),
            number.label("number"),
            (total * 100 // number).label("average"),
        )
        .join(Enrolment, Enrolment.id == Review.enrolment_id)
        .where(Enrolment.activity_id == activity_id, Review.score.is_not(None))
        .group_by(Review.enrolment_id)
    )


def reviews_of(enrolment_id: int) -> list[Review]:
    """Return what was written about an application, with who wrote it, by name."""
    statement = (
        select(Review)
        .join(Review.reviewer)
        .options(contains_eager(Review.reviewer))
        .where(Review.enrolment_id == enrolment_id)
        .order_by(Person.name_key, Review.id)
    )
    return list(db.session.scalars(statement))


def review_by(reviewer_id: int, enrolment_id: int) -> Review | None:
    """Return what one reviewer wrote about an application, as it is now."""
    statement = select(Review).where(Review.enrolment_id == enrolment_id, Review.reviewer_id == reviewer_id)
    return db.session.scalar(statement.execution_options(populate_existing=True))


def conflicts_of(enrolment_id: int) -> list[ConflictOfInterest]:
    """Return who declared a conflict of interest about an application, in the order they did."""
    statement = (
        select(ConflictOfInterest)
        .join(ConflictOfInterest.reviewer)
        .options(contains_eager(ConflictOfInterest.reviewer))
        .where(ConflictOfInterest.enrolment_id == enrolment_id)
        .order_by(ConflictOfInterest.id)
    )
    return list(db.session.scalars(statement))


def conflict_by(reviewer_id: int, enrolment_id: int) -> ConflictOfInterest | None:
    """Return one reviewer's declaration about an application."""
    return db.session.scalar(
        select(ConflictOfInterest).where(
            ConflictOfInterest.enrolment_id == enrolment_id, ConflictOfInterest.reviewer_id == reviewer_id
        )
    )


def conflicted(reviewer_id: int, activity_id: int) -> set[int]:
    """Return the enrolments of an activity about which somebody declared a conflict of interest."""
    return set(
        db.session.scalars(
            select(ConflictOfInterest.enrolment_id)
            .join(Enrolment, Enrolment.id == ConflictOfInterest.enrolment_id)
            .where(ConflictOfInterest.reviewer_id == reviewer_id, Enrolment.activity_id == activity_id)
        )
    )


def not_judged_by(reviewer_id: int) -> ColumnElement[bool]:
    """Return the condition that a reviewer has neither scored an application nor declared a conflict about it."""
    # Joined already where the board asks, so named once more here.
    own = aliased(Review)
    scored = exists().where(own.enrolment_id == Enrolment.id, own.reviewer_id == reviewer_id, own.score.is_not(None))
    declared = exists().where(
        ConflictOfInterest.enrolment_id == Enrolment.id, ConflictOfInterest.reviewer_id == reviewer_id
    )
    return and_(~scored, ~declared)


def to_review(reviewer_id: int, activity_ids: Iterable[int]) -> dict[int, int]:
    """Return how many applications under review each activity has that somebody has not judged yet."""
    statement = (
        select(Enrolment.activity_id, func.count())
        .where(Enrolment.activity_id.in_(list(activity_ids)), Enrolment.state == "applied")
        .where(not_judged_by(reviewer_id))
        .group_by(Enrolment.activity_id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}
