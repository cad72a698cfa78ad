"""Answers on their way in: checked against what is asked, written with the application they belong to."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import db
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.errors import UnknownQuestion
from ilpes_lms.enrolment.models import ApplicationAnswer, ApplicationDraft, ApplicationQuestion, Enrolment
from ilpes_lms.enrolment.rules import Given, KeptFile
from ilpes_lms.enrolment.service import letter_files
from ilpes_lms.people.models import Person

Checked = list[tuple[ApplicationQuestion, Given]]


def check(activity_id: int, said: Mapping[str, str], files: Mapping[str, KeptFile]) -> Checked:
    """Return what is answered to each question that an activity asks now; raise the first thing that is no answer.

    `said` are texts, codes, numbers and files' tokens by the question's public id; `files` those the person has kept.
    """
    asked = queries.questions(activity_id)
    if unknown := said.keys() - {question.public_id for question in asked}:
        raise UnknownQuestion(field=rules.field_of(min(unknown)))
    found = ((question, _answer(question, said, files)) for question in asked)
    return [(question, given) for question, given in found if given]


def checked(activity: Activity, person: Person, standing: Enrolment | None, said: Mapping[str, str]) -> Checked:
    """Return what a person answers to an activity's questions; their files are those of their draft, or of before."""
    draft = queries.draft(person.id, activity.id)
    written = draft.values["answers"] if draft else said_before(standing.id) if standing else {}
    return check(activity.id, said, files_among(written))


def check_without_files(activity_id: int, said: Mapping[str, str]) -> dict[str, str]:
    """Return what is answered by who has no account yet and so can send no file; raise the first that is no answer."""
    asked = [question for question in queries.questions(activity_id) if question.kind != "file"]
    if unknown := said.keys() - {question.public_id for question in asked}:
        raise UnknownQuestion(field=rules.field_of(min(unknown)))
    for question in asked:
        _answer(question, said, {})
    return {ref: text for ref, text in said.items() if text.strip()}


def finish(enrolment: Enrolment, checked: Checked) -> None:
    """Write the answers down with the application; what was being written is done."""
    write(enrolment, checked)
    db.session.execute(
        delete(ApplicationDraft).where(
            ApplicationDraft.person_id == enrolment.person_id, ApplicationDraft.activity_id == enrolment.activity_id
        )
    )


def write(enrolment: Enrolment, checked: Checked) -> None:
    """Make these the answers of an application; those of an earlier one by the same person give way."""
    earlier = select(ApplicationAnswer).where(ApplicationAnswer.enrolment_id == enrolment.id)
    before = {answer.question_id: answer for answer in db.session.scalars(earlier)}
    letter_files.hold({given.file.key: rules.field_of(asked.public_id) for asked, given in checked if given.file})
    for question, given in checked:
        answer = before.pop(question.id, None) or ApplicationAnswer(enrolment_id=enrolment.id, question_id=question.id)
        answer.text, answer.number = given.text, given.number
        answer.file_key = given.file.key if given.file else None
        answer.file_name = given.file.name if given.file else ""
        db.session.add(answer)
    for forsaken in before.values():
        db.session.delete(forsaken)
    db.session.flush()


def said_before(enrolment_id: int) -> dict[str, Any]:
    """Return the answers of an earlier application as a draft holds them."""
    return {answer.question.public_id: _as_draft(answer) for answer in queries.answers_of(enrolment_id)}


def files_among(answers: Mapping[str, Any]) -> dict[str, KeptFile]:
    """Return the kept files among the answers of a draft, by their tokens."""
    found = (KeptFile(**value) for value in answers.values() if isinstance(value, dict))
    return {file.token: file for file in found}


def said_in(answers: Mapping[str, Any]) -> dict[str, str]:
    """Return a draft's answers as they are sent: a file by its token."""
    return {ref: value["token"] if isinstance(value, dict) else value for ref, value in answers.items()}


def _answer(question: ApplicationQuestion, said: Mapping[str, str], files: Mapping[str, KeptFile]) -> Given | None:
    value = said.get(question.public_id, "")
    shape = queries.shape_of(question)
    return rules.answer_to(shape, files.get(value, value) if question.kind == "file" else value)


def _as_draft(answer: ApplicationAnswer) -> Any:
    if answer.file_key:
        return {"token": answer.public_id, "name": answer.file_name, "key": answer.file_key, "size": 0}
    if answer.number is not None:
        return f"{answer.number:f}".rstrip("0").rstrip(".") if "." in f"{answer.number:f}" else f"{answer.number:f}"
    return answer.text
