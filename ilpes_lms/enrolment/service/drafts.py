"""Applications that are not sent yet: begun, kept, thrown away."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.rules import Answer
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, savepoint, transaction
from ilpes_lms.core.errors import DomainError, NotFound
from ilpes_lms.core.ids import public_id
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.errors import NotAFileQuestion, NotEligible, UnknownQuestion
from ilpes_lms.enrolment.models import ApplicationDraft, ApplicationQuestion, Enrolment
from ilpes_lms.enrolment.rules import KeptFile
from ilpes_lms.enrolment.service import answers, letter_files
from ilpes_lms.enrolment.service.admission import eligibility_of, explain
from ilpes_lms.people import queries as people
from ilpes_lms.people import service as people_service
from ilpes_lms.people.models import Person
from ilpes_lms.people.rules import lines

LONGEST_MOTIVATION = 5000
_LONGEST = 10_000
Upload = tuple[str, bytes]


@dataclass(frozen=True)
class Beginning:
    """All that a person needs to apply: what is asked, what the profile lacks, what they wrote already.

    `refused` is why they can't apply now; a profile that only does not say enough is no refusal, for the form asks.
    `motivated` says that a committee wants to know why they want to take part.
    """

    activity: Activity
    person: Person
    standing: Enrolment | None
    questions: list[ApplicationQuestion]
    eligibility: Answer
    lacking: dict[str, bool]
    refused: DomainError | None
    motivated: bool = False
    motivation: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    saved_at: datetime | None = None

    @property
    def said(self) -> dict[str, str]:
        """Return the answers as they are sent."""
        return answers.said_in(self.answers)

    @property
    def files(self) -> dict[str, KeptFile]:
        """Return the files that are kept, by their tokens."""
        return answers.files_among(self.answers)

    @property
    def asks(self) -> bool:
        """Tell whether anything is to be filled in."""
        return self.motivated or bool(self.questions or self.lacking)


def begin(*, activity_ref: str, person_id: int) -> Beginning:
    """Return how a person's application to an activity stands; who applied before finds what they wrote then."""
    activity, person = catalogue.published_activity(activity_ref), people.person(person_id)
    return beginning_of(activity, person, queries.enrolment_of(person_id, activity.id))


def beginning_of(activity: Activity, person: Person, standing: Enrolment | None) -> Beginning:
    """Return the same for whom and what is loaded already."""
    eligibility, refused = eligibility_of(activity, person), explain(activity, person, standing)
    return Beginning(
        activity=activity,
        person=person,
        standing=standing,
        questions=queries.questions(activity.id),
        eligibility=eligibility,
        lacking=_lacking(activity, person, eligibility),
        refused=None if isinstance(refused, NotEligible) and eligibility.can_be_mended else refused,
        motivated=activity.admission == "selection",
        **written_before(person.id, activity, standing),
    )


def specimen(*, activity: Activity, person_id: int) -> Beginning:
    """Return what an applicant would be asked whose profile says everything, for a look at it beforehand."""
    return Beginning(
        activity=activity,
        person=people.person(person_id),
        standing=None,
        questions=queries.questions(activity.id),
        eligibility=Answer(ok=True),
        lacking={},
        refused=None,
        motivated=activity.admission == "selection",
    )


def may_apply_again(enrolment: Enrolment) -> bool:
    """Tell whether somebody who has left an activity may ask for a place in it again now."""
    return enrolment.state in rules.AGAIN and explain(enrolment.activity, enrolment.person, enrolment) is None


@transaction
def save_draft(*, activity_ref: str, person_id: int, **written: Any) -> ApplicationDraft:
    """Keep what is written so far, as `keep_written` takes it; raises also what makes it impossible to apply now."""
    return keep_written(_open(activity_ref, person_id), **written)


def keep_written(
    beginning: Beginning,
    *,
    motivation: str = "",
    said: Mapping[str, str],
    about: Mapping[str, Any] | None = None,
    uploads: Mapping[str, Upload] | None = None,
    forget: Collection[str] = (),
) -> ApplicationDraft:
    """Keep what is written so far, right or not; files that were kept stay unless they are to be forgotten.

    `said`, `uploads` and `forget` are by questions' public ids. Raises UnknownQuestion, TextTooLong, and why a file is
    no PDF document.
    """
    texts = {ref: lines(text, longest=_LONGEST, field=rules.field_of(ref)) for ref, text in said.items()}
    if unknown := texts.keys() - {question.public_id for question in beginning.questions}:
        raise UnknownQuestion(field=rules.field_of(min(unknown)))
    new = _kept(beginning, uploads or {})
    return _write(
        beginning,
        motivation=lines(motivation, longest=LONGEST_MOTIVATION, field="motivation"),
        answers=texts | _files(beginning, forget) | new,
        about={name: _tidy(name, value) for name, value in (about or {}).items()},
    )


@transaction
def prepare(*, activity_ref: str, person_id: int, about: Mapping[str, Any], **written: Any) -> ApplicationDraft:
    """Keep an application that is ready to be checked, and in the profile what was asked for, so that it is asked once.

    Raises what save_draft raises, and NotEligible with its reasons where the profile now says no.
    """
    person = people_service.complete_profile(person_id=person_id, **about)
    answer = eligibility_of(catalogue.published_activity(activity_ref), person)
    if not answer.ok:
        raise NotEligible(reasons=answer.reasons)
    return save_draft(activity_ref=activity_ref, person_id=person_id, **written)


@transaction
def keep_file(*, activity_ref: str, person_id: int, question_ref: str, name: str, content: bytes) -> str:
    """Keep a letter for an application that is being written; return the token by which it is sent with it.

    Raises why it is no PDF document, NotAFileQuestion.
    """
    return keep_file_of(_open(activity_ref, person_id), question_ref, name, content)


def keep_file_of(beginning: Beginning, question_ref: str, name: str, content: bytes) -> str:
    """Keep one file with what is written; return its token."""
    new = _kept(beginning, {question_ref: (name, content)})
    _write(beginning, answers={**beginning.answers, **new})
    token: str = new[question_ref]["token"]
    return token


@transaction
def discard_draft(*, activity_ref: str, person_id: int) -> None:
    """Throw away what is written so far; saying so again changes nothing."""
    activity = catalogue.published_activity(activity_ref)
    db.session.execute(
        delete(ApplicationDraft).where(
            ApplicationDraft.person_id == person_id, ApplicationDraft.activity_id == activity.id
        )
    )


def _open(activity_ref: str, person_id: int) -> Beginning:
    """Return what to build on; raise why the person can't apply now."""
    beginning = begin(activity_ref=activity_ref, person_id=person_id)
    if beginning.refused:
        raise beginning.refused
    return beginning


def _files(beginning: Beginning, forget: Collection[str]) -> dict[str, Any]:
    asked = {question.public_id for question in beginning.questions} - set(forget)
    return {ref: value for ref, value in beginning.answers.items() if isinstance(value, dict) and ref in asked}


def _kept(beginning: Beginning, uploads: Mapping[str, Upload]) -> dict[str, Any]:
    """Keep files that answer questions, all or none, and return them as a draft holds them."""
    for ref, (_name, content) in uploads.items():
        _check_upload(beginning, ref, content)
    keys = letter_files.keep([content for _name, content in uploads.values()])
    return {
        ref: {"token": public_id(), "name": rules.safe_name(name), "key": key, "size": len(content)}
        for (ref, (name, content)), key in zip(uploads.items(), keys, strict=True)
    }


def _check_upload(beginning: Beginning, question_ref: str, content: bytes) -> None:
    question = next((one for one in beginning.questions if one.public_id == question_ref), None)
    if question is None:
        raise NotFound
    if question.kind != "file":
        raise NotAFileQuestion(field=rules.field_of(question_ref))
    rules.check_document(content, field=rules.field_of(question_ref))


def _found_or_added(person_id: int, beginning: Beginning) -> ApplicationDraft:
    activity_id = beginning.activity.id
    if found := queries.draft(person_id, activity_id):
        return found
    values = {"motivation": beginning.motivation, "answers": beginning.answers, "about": {}}
    added = ApplicationDraft(person_id=person_id, activity_id=activity_id, values=values, saved_at=clock.now())
    try:
        with savepoint() as session:
            session.add(added)
            session.flush()
    except IntegrityError:
        # The page saves by itself while its button is pressed.
        found = queries.draft(person_id, activity_id)
        if found is None:
            raise
        return found
    return added


def _write(beginning: Beginning, **values: Any) -> ApplicationDraft:
    draft = _found_or_added(beginning.person.id, beginning)
    draft.values = {**draft.values, **values}
    draft.saved_at = clock.now()
    db.session.flush()
    return draft


def written_before(person_id: int, activity: Activity, standing: Enrolment | None) -> dict[str, Any]:
    """Return what a person has written of an application: in a draft, else when they applied before."""
    if draft := queries.draft(person_id, activity.id):
        return {**draft.values, "saved_at": draft.saved_at}
    if standing is None:
        return {}
    return {"motivation": standing.motivation, "answers": answers.said_before(standing.id)}


def _lacking(activity: Activity, person: Person, eligibility: Answer) -> dict[str, bool]:
    said = {
        "country": person.residence_country, "organization": person.organization_name, "position": person.position,
        "sector": catalogue.traits_of(person).sector, "working_languages": person.working_languages,
    }  # fmt: skip
    return rules.lacking(
        admission=activity.admission, kind=activity.kind, eligibility=eligibility,
        rule_kinds=queries.place_rule_kinds(activity.id), stated={name for name, value in said.items() if value},
    )  # fmt: skip


def _tidy(name: str, value: Any) -> Any:
    return value if isinstance(value, list) else lines(value or "", longest=_LONGEST, field=name)
