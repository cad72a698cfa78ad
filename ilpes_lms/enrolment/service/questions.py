"""What coordinators ask applicants: added, put in order, corrected, stopped; answers keep their meaning."""

from collections.abc import Mapping, Sequence

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock, ordering
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.ids import public_id
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.errors import QuestionAnswered, TooManyFiles, TooManyQuestions
from ilpes_lms.enrolment.models import ApplicationQuestion
from ilpes_lms.enrolment.rules import Question

ANYWHERE: frozenset[str] = frozenset()
Words = Mapping[str, str]
_LONGEST_NOTE = 300


@transaction
def add_question(
    *,
    activity_ref: str,
    kind: str,
    labels: Words,
    hints: Words | None = None,
    options: Sequence[Words] = (),
    required: bool = True,
    long: bool = False,
    divisions: frozenset[str] = ANYWHERE,
) -> ApplicationQuestion:
    """Ask applicants one thing more, at the end."""
    activity = catalogue.lock_managed(activity_ref, divisions)
    shape = rules.question(
        ref=public_id(), kind=kind, labels=labels, hints=hints or {}, options=options, required=required, long=long
    )
    others = queries.all_questions(activity.id)
    _check_number([*others, shape])
    question = ApplicationQuestion(
        public_id=shape.ref, activity_id=activity.id, number=ordering.next_number(others), asked=True
    )
    _write(question, shape)
    db.session.add(question)
    db.session.flush()
    audit.record("question.added", "question", question.public_id, activity=activity.public_id, kind=kind)
    return question


@transaction
def edit_question(
    *,
    activity_ref: str,
    question_ref: str,
    kind: str,
    labels: Words,
    hints: Words | None = None,
    options: Sequence[Words] = (),
    required: bool = True,
    long: bool = False,
    note: str = "",
    divisions: frozenset[str] = ANYWHERE,
) -> ApplicationQuestion:
    """Change a question; once people have answered it, only its words may be corrected, with a note.

    Raises AnsweredKindStays, AnsweredOptionsStay, NoteMissing.
    """
    activity, question = _locked(activity_ref, question_ref, divisions)
    before = queries.shape_of(question)
    after = rules.question(
        ref=question_ref, kind=kind, labels=labels, hints=hints or {}, options=options, required=required, long=long
    )
    if queries.answered(activity.id).get(question.id):
        rules.check_change(before, after, note=note)
        _remember(question, before, after, note)
    _write(question, after)
    _check_number(queries.all_questions(activity.id))
    audit.record("question.edited", "question", question.public_id, activity=activity.public_id)
    return question


@transaction
def move_question(
    *, activity_ref: str, question_ref: str, direction: ordering.Direction, divisions: frozenset[str] = ANYWHERE
) -> ApplicationQuestion:
    """Let a question change places with its neighbour among those that are asked."""
    activity, question = _locked(activity_ref, question_ref, divisions)
    if question.asked:
        ordering.move(queries.questions(activity.id), question, direction)
    return question


@transaction
def stop_asking(*, activity_ref: str, question_ref: str, divisions: frozenset[str] = ANYWHERE) -> ApplicationQuestion:
    """Ask a question no more; the answers that were given stay."""
    activity, question = _locked(activity_ref, question_ref, divisions)
    question.asked = False
    audit.record("question.stopped", "question", question.public_id, activity=activity.public_id)
    return question


@transaction
def ask_again(*, activity_ref: str, question_ref: str, divisions: frozenset[str] = ANYWHERE) -> ApplicationQuestion:
    """Ask a question that was stopped again, at the end."""
    activity, question = _locked(activity_ref, question_ref, divisions)
    question.asked = True
    everything = queries.all_questions(activity.id)
    _check_number(everything)
    question.number = ordering.next_number(everything)
    audit.record("question.asked_again", "question", question.public_id, activity=activity.public_id)
    return question


@transaction
def delete_question(*, activity_ref: str, question_ref: str, divisions: frozenset[str] = ANYWHERE) -> None:
    """Take away a question that nobody has answered; raises QuestionAnswered."""
    activity, question = _locked(activity_ref, question_ref, divisions)
    if queries.answered(activity.id).get(question.id):
        raise QuestionAnswered
    db.session.delete(question)
    audit.record("question.deleted", "question", question.public_id, activity=activity.public_id)


def copy_questions(model: Activity, copy: Activity) -> None:
    """Let a cloned activity ask what its model asks now, as words that nobody has answered yet."""
    for number, question in enumerate(queries.questions(model.id), start=1):
        copied = ApplicationQuestion(activity_id=copy.id, number=number, asked=True)
        _write(copied, queries.shape_of(question))
        db.session.add(copied)
    db.session.flush()


def _locked(activity_ref: str, question_ref: str, divisions: frozenset[str]) -> tuple[Activity, ApplicationQuestion]:
    # Whoever applies holds the same lock, so nobody answers a question while it changes.
    activity = catalogue.lock_managed(activity_ref, divisions)
    return activity, queries.question_in(activity.id, question_ref)


def _write(question: ApplicationQuestion, shape: Question) -> None:
    question.kind, question.long, question.required = shape.kind, shape.long, shape.required
    question.labels, question.hints = dict(shape.labels), dict(shape.hints)
    question.options = [dict(option) for option in shape.options]
    db.session.flush()


def _remember(question: ApplicationQuestion, before: Question, after: Question, note: str) -> None:
    if rules.says_otherwise(before, after):
        correction = {
            "at": clock.now().isoformat(), "note": note.strip()[:_LONGEST_NOTE], "labels": dict(before.labels),
        }  # fmt: skip
        question.corrections = [*question.corrections, correction]


def _check_number(those: Sequence[ApplicationQuestion | Question]) -> None:
    asked = [one for one in those if getattr(one, "asked", True)]
    if len(asked) > rules.MOST_QUESTIONS:
        raise TooManyQuestions(most=rules.MOST_QUESTIONS)
    if sum(one.kind == "file" for one in asked) > rules.MOST_FILES:
        raise TooManyFiles(field="kind", most=rules.MOST_FILES)
