"""What applicants are asked, what they answered, and what they have begun to write."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, Text, cast, exists, func, or_, select
from sqlalchemy.orm import contains_eager

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment.models import (
    ApplicationAnswer,
    ApplicationDraft,
    ApplicationQuestion,
    Enrolment,
    KeptLetter,
    ParticipantImport,
    PlaceRule,
)
from ilpes_lms.enrolment.rules import Question
from ilpes_lms.people.models import Person

_AT_ONCE = 500


def questions(activity_id: int) -> list[ApplicationQuestion]:
    """Return what an activity asks applicants now, in order, read afresh."""
    return [found for found in all_questions(activity_id) if found.asked]


def all_questions(activity_id: int) -> list[ApplicationQuestion]:
    """Return what an activity asks or has asked, in order, read afresh."""
    statement = select(ApplicationQuestion).where(ApplicationQuestion.activity_id == activity_id)
    statement = statement.order_by(ApplicationQuestion.number).execution_options(populate_existing=True)
    return list(db.session.scalars(statement))


def question_in(activity_id: int, question_ref: str) -> ApplicationQuestion:
    """Return a question of one activity; one of another does not exist."""
    found = next((one for one in all_questions(activity_id) if one.public_id == question_ref), None)
    if found is None:
        raise NotFound
    return found


def shape_of(question: ApplicationQuestion) -> Question:
    """Return a question as the rules take it."""
    return Question(
        ref=question.public_id, kind=question.kind, labels=question.labels, hints=question.hints,
        options=question.options, required=question.required, long=question.long,
    )  # fmt: skip


def answered(activity_id: int) -> dict[int, int]:
    """Return how many people have answered each of an activity's questions; those nobody answered are left out."""
    statement = (
        select(ApplicationAnswer.question_id, func.count())
        .join(ApplicationQuestion, ApplicationQuestion.id == ApplicationAnswer.question_id)
        .where(ApplicationQuestion.activity_id == activity_id)
        .group_by(ApplicationAnswer.question_id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def answers_of(enrolment_id: int) -> list[ApplicationAnswer]:
    """Return the answers of an application with their questions, in the order in which these are asked."""
    return answers_of_many([enrolment_id]).get(enrolment_id, [])


def answers_of_many(enrolment_ids: Collection[int]) -> dict[int, list[ApplicationAnswer]]:
    """Return the answers of several applications with their questions; applications without any are left out."""
    statement = (
        select(ApplicationAnswer)
        .join(ApplicationAnswer.question)
        .options(contains_eager(ApplicationAnswer.question))
        .where(ApplicationAnswer.enrolment_id.in_(enrolment_ids))
        .order_by(ApplicationQuestion.number)
    )
    found: dict[int, list[ApplicationAnswer]] = {}
    for answer in db.session.scalars(statement):
        found.setdefault(answer.enrolment_id, []).append(answer)
    return found


def answer_with_file(enrolment_id: int, answer_ref: str) -> ApplicationAnswer:
    """Return the answer of one application that is a file; one of another does not exist."""
    statement = select(ApplicationAnswer).where(
        ApplicationAnswer.enrolment_id == enrolment_id,
        ApplicationAnswer.public_id == answer_ref,
        ApplicationAnswer.file_key.is_not(None),
    )
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound
    return found


def draft(person_id: int, activity_id: int) -> ApplicationDraft | None:
    """Return what a person has begun to write for an activity, read afresh."""
    statement = select(ApplicationDraft).where(
        ApplicationDraft.person_id == person_id, ApplicationDraft.activity_id == activity_id
    )
    return db.session.scalar(statement.execution_options(populate_existing=True))


def old_unsent_letters(before: datetime) -> Select[int, str, datetime]:
    """Find the files chosen before a time that no application and no draft holds.

    One statement, so that a file that goes from a draft to an application is seen in one of the two.
    """
    chosen = KeptLetter.file_key
    drafted = cast(ApplicationDraft.values, Text).contains(chosen)
    return select(KeptLetter.id, chosen, KeptLetter.kept_at.label("since")).where(
        KeptLetter.kept_at < before,
        ~exists().where(ApplicationAnswer.file_key == chosen),
        ~exists().where(drafted),
    )


def unsent_letters(before: datetime, *, key: str | None = None) -> list[str]:
    """Return the keys of some of the files that `old_unsent_letters` finds; of one file only if named."""
    found = old_unsent_letters(before).subquery()
    statement = select(found.c.file_key).order_by(found.c.since).limit(_AT_ONCE)
    if key is not None:
        statement = statement.where(found.c.file_key == key)
    return list(db.session.scalars(statement))


# What was sent with applications, and lists of participants until they are done with.
LETTERS_AND_LISTS = tuple(
    select(column)
    for column in (
        ApplicationAnswer.file_key, KeptLetter.file_key, ParticipantImport.file_key, ParticipantImport.report_key,
    )
)  # fmt: skip


def letter_is_needed(key: str) -> bool:
    """Tell whether an application, a draft, or a list of participants is kept under a key."""
    held = or_(
        exists().where(ApplicationAnswer.file_key == key),
        exists().where(cast(ApplicationDraft.values, Text).contains(key)),
        exists().where(or_(ParticipantImport.file_key == key, ParticipantImport.report_key == key)),
    )
    return bool(db.session.scalar(select(held)))


def drafts_of(person_id: int) -> Sequence[ApplicationDraft]:
    """Return all that a person has begun to write and not sent, with the activities, the latest first."""
    statement = (
        select(ApplicationDraft)
        .join(ApplicationDraft.activity)
        .options(contains_eager(ApplicationDraft.activity))
        .where(ApplicationDraft.person_id == person_id, Activity.status == "published")
        .order_by(ApplicationDraft.saved_at.desc(), ApplicationDraft.id.desc())
    )
    return db.session.scalars(statement).all()


def place_rule_kinds(activity_id: int) -> set[str]:
    """Return the kinds of rules that stand over an activity's places."""
    return set(db.session.scalars(select(PlaceRule.kind).where(PlaceRule.activity_id == activity_id)))


def with_needs(activity_id: int) -> list[Enrolment]:
    """Return those with a place, or an offered one, who have said what they need to take part, by name."""
    statement = (
        select(Enrolment)
        .join(Enrolment.person)
        .options(contains_eager(Enrolment.person))
        .where(
            Enrolment.activity_id == activity_id,
            Enrolment.state.in_(("offered", "confirmed")),
            Person.accessibility_needs != "",
        )
        .order_by(Person.name_key, Enrolment.id)
    )
    return list(db.session.scalars(statement))
