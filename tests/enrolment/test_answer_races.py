"""A question changed while people answer it; two savings of one draft at the same moment; and what protects them."""

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import db
from ilpes_lms.enrolment import service
from ilpes_lms.enrolment.models import ApplicationAnswer, ApplicationDraft
from tests.enrolment.test_races import at_once, in_context, on_postgresql, people_and_activity
from tests.factories.applications import LABELS, OPTIONS, make_question

ROUNDS, PEOPLE = 6, 5


def a_round(app: APIFlask) -> int:
    """Let people choose the third option while a coordinator takes it away; return answers that mean nothing now."""
    ref, people = people_and_activity(app, PEOPLE, kind="international_open")
    with app.app_context():
        activity = db.session.scalars(select(Activity).where(Activity.public_id == ref)).one()
        question = make_question(activity, "choice").public_id
    changed = {
        "activity_ref": ref, "question_ref": question, "kind": "choice", "labels": LABELS["choice"],
        "options": OPTIONS[:2],
    }  # fmt: skip
    applied = [{"activity_ref": ref, "person_id": one, "motivation": "Sí", "said": {question: "3"}} for one in people]
    deeds = [in_context(app, service.apply, **values) for values in applied]
    deeds.insert(PEOPLE // 2, in_context(app, service.edit_question, **changed))
    at_once(deeds)
    with app.app_context():
        found = list(db.session.scalars(select(ApplicationAnswer)))
        return sum(answer.text not in {option["code"] for option in answer.question.options} for answer in found)


@on_postgresql
def test_a_question_that_changes_while_it_is_answered_leaves_no_answer_without_meaning(app: APIFlask) -> None:
    assert [a_round(app) for _ in range(ROUNDS)] == [0] * ROUNDS


@on_postgresql
def test_without_the_lock_some_answer_loses_its_meaning(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the coordinator's change no longer waits for who applies."""

    def unlocked(activity_ref: str, _divisions: frozenset[str]) -> Activity:
        return db.session.scalars(select(Activity).where(Activity.public_id == activity_ref)).one()

    monkeypatch.setattr(catalogue, "lock_managed", unlocked)
    # Whether it happens in one round is chance; that it never happens would mean the test above proves nothing.
    assert any(a_round(app) for _ in range(20 * ROUNDS))


def test_a_draft_that_is_saved_five_times_at_once_is_one_draft(app: APIFlask) -> None:
    ref, (ana,) = people_and_activity(app, 1, kind="international_open")
    deeds = [
        in_context(app, service.save_draft, activity_ref=ref, person_id=ana, motivation=str(number), said={})
        for number in range(5)
    ]
    assert [result for result in at_once(deeds) if isinstance(result, Exception)] == []
    with app.app_context():
        assert len(list(db.session.scalars(select(ApplicationDraft)))) == 1
