"""Participants ask for corrections, one at a time; whoever teaches answers, and a letter says so."""

import threading

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from ilpes_lms.attendance import errors, queries, rules, service
from ilpes_lms.attendance.models import OutcomeAppeal
from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.errors import NotFound
from ilpes_lms.notifications.models import Message
from ilpes_lms.notifications.tasks import deliver
from ilpes_lms.people.errors import TextTooLong
from ilpes_lms.people.models import Person
from tests.factories.attendance import Taught, make_taught, mark
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol
from tests.factories.people import bearer, form_post, person, sign_in

TEACHER, ANA = "profe@example.org", "ana@example.org"


@pytest.fixture
def taught(app: APIFlask) -> Taught:
    """An activity whose first participant has an account and was marked absent."""
    with app.app_context():
        made = make_taught(participants=0, sessions=2, instructor=TEACHER)
        made.enrolments = [enrol(made.activity, person(ANA))]
        made.refs = [made.enrolments[0].public_id]
        mark(made.sessions[0], made.enrolments[0], "absent")
        return made


def ask(taught: Taught, words: str = "Estuve presente.") -> OutcomeAppeal:
    return service.ask_for_correction(
        enrolment_ref=taught.refs[0], person_id=taught.enrolments[0].person_id, text=words
    )


def answer(asked: OutcomeAppeal, state: str = "corrected", words: str = "Se corrigió.") -> OutcomeAppeal:
    return service.answer_correction(appeal_ref=asked.public_id, state=state, text=words)


def appeals(app: APIFlask, taught: Taught) -> list[OutcomeAppeal]:
    with app.app_context():
        return queries.appeals_in(taught.activity.id)


def test_one_at_a_time_and_again_once_it_is_answered(context, taught) -> None:
    asked = ask(taught)
    with pytest.raises(errors.AppealOpen):
        ask(taught)
    assert answer(asked, "upheld").state == "upheld"
    with pytest.raises(errors.AppealAnswered):
        answer(asked)
    assert ask(taught, "Otra cosa").state == "open"
    assert [one.state for one in queries.appeals_in(taught.activity.id)] == ["open", "upheld"]
    verbs = list(db.session.scalars(select(AuditEntry.verb).where(AuditEntry.verb.like("attendance.correction%"))))
    assert verbs == ["attendance.correction_asked", "attendance.correction_answered", "attendance.correction_asked"]


def test_what_is_asked_for_has_bounds(context, taught) -> None:
    for words, error in (("", errors.AppealTextMissing), (" \n\u200b ", errors.AppealTextMissing),
                         ("x" * 2001, TextTooLong)):  # fmt: skip
        with pytest.raises(error):
            ask(taught, words)
    for number in range(rules.MOST_APPEALS):
        answer(ask(taught, f"{number}"))
    with pytest.raises(errors.AppealsTooMany):
        ask(taught)
    with pytest.raises(errors.AppealAnswerUnknown):
        answer(queries.appeals_in(taught.activity.id)[0], "open")


def test_nobody_asks_for_another_or_before_it_begins(context, taught) -> None:
    stranger = person("otra@example.org")
    for person_id in (stranger.id, None):
        with pytest.raises(NotFound):
            service.ask_for_correction(enrolment_ref=taught.refs[0], person_id=person_id, text="x")
    coming = enrol(make_activity(starts_in=5), stranger)
    with pytest.raises(errors.AppealTooEarly):
        service.ask_for_correction(enrolment_ref=coming.public_id, person_id=stranger.id, text="x")


def test_the_answer_comes_by_letter_once(app, context, taught) -> None:
    answer(ask(taught), "corrected", "Se corrigió la marca.\nGracias.")
    deliver()
    letters = db.session.scalars(select(Message).where(Message.kind == service.APPEAL_LETTER)).all()
    assert [letter.state for letter in letters] == ["sent"]
    assert "Se corrigió la marca.\nGracias." in (letters[0].text or "")
    assert f"/my/attendance/{taught.refs[0]}" in (letters[0].text or "")


def asked_at_once(app: APIFlask, taught: Taught, number: int) -> list[str]:
    """Let so many ask at the same moment; return by what they were refused."""
    barrier, refused = threading.Barrier(number), []

    def work() -> None:
        with app.app_context():
            barrier.wait()
            try:
                ask(taught)
            except (errors.AppealOpen, IntegrityError) as error:
                refused.append(type(error).__name__)

    threads = [threading.Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks before asking, as when two look at the same moment."""
    monkeypatch.setattr(rules, "check_may_appeal", lambda **_facts: None)


@pytest.mark.usefixtures("unchecked")
def test_of_several_at_once_one_is_kept(app: APIFlask, taught: Taught) -> None:
    assert asked_at_once(app, taught, 4) == ["AppealOpen"] * 3
    assert len(appeals(app, taught)) == 1


@pytest.mark.usefixtures("unchecked")
def test_without_the_constraint_several_would_be_kept(app: APIFlask, taught: Taught) -> None:
    """The negative control."""
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("DROP INDEX uq_outcome_appeals_open"))
    try:
        assert asked_at_once(app, taught, 4) == []
        assert len(appeals(app, taught)) == 4
    finally:
        with app.app_context():
            with writing() as session:
                session.execute(OutcomeAppeal.__table__.delete())
            index = next(one for one in OutcomeAppeal.__table__.indexes if one.name == "uq_outcome_appeals_open")
            index.create(db.engine)


def test_a_participant_asks_and_reads_the_answer(app: APIFlask, client: FlaskClient, taught: Taught) -> None:
    sign_in(client, ANA)
    own = f"/my/attendance/{taught.refs[0]}?lang=en"
    page = f"/my/attendance/{taught.refs[0]}/correction?lang=en"
    assert "Ask for a correction" in client.get(own).text
    assert form_post(client, page, {"text": " "}).status_code == 422
    assert form_post(client, page, {"text": "Estuve <b>presente</b>."}).status_code == 303
    text = client.get(own).text
    assert "Being looked at" in text
    assert "Estuve &lt;b&gt;presente&lt;/b&gt;." in text
    assert "/correction" not in text.split("</header>")[-1]
    again = form_post(client, page, {"text": "Otra vez"})
    assert (again.status_code, "You have asked for a correction already" in again.text) == (422, True)
    assert "Being looked at" in client.get(f"/my/enrolments/{taught.refs[0]}?lang=en").text
    with app.app_context():
        answer(queries.appeals_in(taught.activity.id)[0], "upheld", "Nadie lo vio.")
    assert "Nadie lo vio." in client.get(own).text


def test_where_nothing_can_be_asked_the_page_says_why_instead_of_a_form(
    app: APIFlask, client: FlaskClient, taught: Taught
) -> None:
    with app.app_context():
        ask(taught)
    sign_in(client, ANA)
    page = client.get(f"/my/attendance/{taught.refs[0]}/correction?lang=en")
    assert (page.status_code, "<textarea" in page.text) == (200, False)
    assert "You have asked for a correction already" in page.text
    with app.app_context():
        who = db.session.get(Person, taught.enrolments[0].person_id)
        later = enrol(make_activity(starts_in=5), who).public_id
    assert "has not begun" in client.get(f"/my/attendance/{later}/correction?lang=en").text
    assert "/correction" not in client.get(f"/my/attendance/{later}?lang=en").text.split("</header>")[-1]


def test_who_teaches_answers_what_is_asked(app: APIFlask, client: FlaskClient, taught: Taught) -> None:
    with app.app_context():
        asked = ask(taught, "Estuve.").public_id
    sign_in(client, TEACHER)
    here = f"/teach/activities/{taught.activity.public_id}/corrections"
    assert asked in client.get(here).text
    page = f"{here}/{asked}?lang=en"
    assert "Attended: 0 of 2" in client.get(page).text
    nothing = form_post(client, page, {})
    assert (nothing.status_code, 'id="answer-error"' in nothing.text) == (422, True)
    assert form_post(client, page, {"state": "corrected", "answer": "Cierto."}).status_code == 303
    assert "Cierto." in client.get(page).text
    assert 'name="answer"' not in client.get(page).text


def test_nobody_else_sees_or_answers(app: APIFlask, client: FlaskClient, taught: Taught) -> None:
    with app.app_context():
        asked = ask(taught).public_id
        other = make_taught(instructor="otra@example.org").activity.public_id
    sign_in(client, "otra@example.org")
    headers = bearer(app, "otra@example.org")
    for ref in (taught.activity.public_id, other):
        assert client.get(f"/teach/activities/{ref}/corrections/{asked}").status_code == 404
        url = f"/api/v1/activities/{ref}/corrections/{asked}/answer"
        assert client.put(url, json={"state": "upheld", "answer": "x"}, headers=headers).status_code == 404
    assert client.get(f"/my/attendance/{taught.refs[0]}/correction").status_code == 404
    own = f"/api/v1/enrolments/{taught.refs[0]}/corrections"
    assert client.get(own, headers=headers).status_code == 404
    assert client.post(own, json={"text": "x"}, headers=headers).status_code == 404


def test_programs_ask_and_answer(app: APIFlask, client: FlaskClient, taught: Taught) -> None:
    own = f"/api/v1/enrolments/{taught.refs[0]}/corrections"
    made = client.post(own, json={"text": "Estuve."}, headers=bearer(app, ANA))
    assert (made.status_code, made.json["state"]) == (201, "open")
    again = client.post(own, json={"text": "Estuve."}, headers=bearer(app, ANA))
    assert (again.status_code, again.json["code"]) == (409, "appeal_open")
    here = f"/api/v1/activities/{taught.activity.public_id}/corrections"
    (listed,) = client.get(here, headers=bearer(app, TEACHER)).json["items"]
    assert (listed["enrolment"], listed["text"]) == (taught.refs[0], "Estuve.")
    body = {"state": "corrected", "answer": "Cierto."}
    for expected in (200, 409):
        done = client.put(f"{here}/{listed['id']}/answer", json=body, headers=bearer(app, TEACHER))
        assert done.status_code == expected
    (mine,) = client.get(own, headers=bearer(app, ANA)).json["items"]
    assert (mine["state"], mine["answer"]) == ("corrected", "Cierto.")


def test_asking_is_kept_with_its_moment(context, taught) -> None:
    assert abs((clock.now() - ask(taught).asked_at).total_seconds()) < 60
