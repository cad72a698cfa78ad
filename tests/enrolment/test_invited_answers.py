"""Who comes by an invitation past the committee, or by nomination, is asked what the activity asks, when accepting."""

import io
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import files
from ilpes_lms.enrolment import errors, queries, service
from ilpes_lms.people import queries as people
from tests.factories.applications import make_question, pdf
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_quota, make_someone, token_of
from tests.factories.people import bearer, csrf_token, person, sign_in

API = "/api/v1"
FULL = {"language": "en", "organization": "Ministry", "position": "Analyst", "sector": "academia"}
LUZ = {"email": "luz@example.org", "given_names": "Luz", "first_surname": "Paz"}


def invited(activity: Activity, **terms: Any) -> str:
    service.invite(activity_ref=activity.public_id, **LUZ, **terms)
    return token_of("enrolment.invitation")


def nominated(activity: Activity) -> str:
    _quota, token = make_quota(activity)
    service.nominate(token=token, **LUZ)
    return token_of("enrolment.invitation")


def selecting() -> tuple[Activity, str]:
    activity = make_activity("international_open", capacity=5)
    return activity, invited(activity)


def national() -> tuple[Activity, str]:
    activity = make_activity("national_restricted", capacity=5)
    return activity, nominated(activity)


WAYS = pytest.mark.parametrize("way", [selecting, national])


@WAYS
def test_a_needed_answer_is_needed_and_kept_with_the_enrolment(context: APIFlask, way: Any) -> None:
    activity, token = way()
    project, years = make_question(activity), make_question(activity, "number", required=False)
    luz = make_someone()
    with pytest.raises(errors.AnswerMissing) as refused:
        service.accept_invitation(token=token, person_id=luz.id)
    assert refused.value.field == f"answer-{project.public_id}"
    assert queries.invitation_by_token(token).state == "sent"
    said = {project.public_id: "Roads", years.public_id: "3"}
    accepted = service.accept_invitation(token=token, person_id=luz.id, said=said)
    assert accepted.state == "confirmed"
    found = {answer.question.public_id: answer.text or answer.number for answer in queries.answers_of(accepted.id)}
    assert found == {project.public_id: "Roads", years.public_id: 3}


@WAYS
def test_a_letter_is_kept_first_and_sent_by_its_token(context: APIFlask, way: Any) -> None:
    activity, token = way()
    question, luz = make_question(activity, "file").public_id, make_someone()
    with pytest.raises(errors.FileMissing):
        service.accept_invitation(token=token, person_id=luz.id)
    letter = pdf()
    kept = service.keep_invited_file(
        token=token, person_id=luz.id, question_ref=question, name="carta.pdf", content=letter
    )
    with pytest.raises(errors.FileGone):
        service.accept_invitation(token=token, person_id=make_someone().id, said={question: kept})
    accepted = service.accept_invitation(token=token, person_id=luz.id, said={question: kept})
    (answer,) = queries.answers_of(accepted.id)
    assert files.fetch(answer.file_key or "") == letter
    assert queries.draft(luz.id, activity.id) is None


def test_who_has_applied_has_answered(context: APIFlask) -> None:
    activity, token = selecting()
    question, luz = make_question(activity, required=False), make_someone()
    applied = service.apply(
        activity_ref=activity.public_id, person_id=luz.id, motivation="Planning", said={question.public_id: "Roads"}
    )
    assert service.begin_invited(token=token, person_id=luz.id).questions == []
    service.accept_invitation(token=token, person_id=luz.id)
    assert [answer.text for answer in queries.answers_of(applied.id)] == ["Roads"]


def test_who_is_led_to_the_committee_is_asked_both(context: APIFlask) -> None:
    activity = make_activity("international_open", capacity=5)
    token, question, luz = invited(activity, skips_selection=False), make_question(activity), make_someone()
    with pytest.raises(errors.AnswerMissing):
        service.accept_invitation(token=token, person_id=luz.id, motivation="Planning")
    said = {question.public_id: "Roads"}
    accepted = service.accept_invitation(token=token, person_id=luz.id, motivation="Planning", said=said)
    assert (accepted.state, len(queries.answers_of(accepted.id))) == ("applied", 1)


def test_an_answer_to_what_is_not_asked_is_refused(context: APIFlask) -> None:
    _activity, token = selecting()
    with pytest.raises(errors.UnknownQuestion):
        service.accept_invitation(token=token, person_id=make_someone().id, said={"x" * 26: "Roads"})


def test_nothing_is_kept_for_an_invitation_that_can_t_be_answered_any_more(context: APIFlask) -> None:
    activity, token = selecting()
    question = make_question(activity, "file").public_id
    service.decline_invitation(token=token)
    with pytest.raises(errors.InvitationDeclined):
        service.keep_invited_file(
            token=token, person_id=make_someone().id, question_ref=question, name="a.pdf", content=pdf()
        )


@pytest.fixture
def luz(app: APIFlask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        person("luz@example.org", **FULL)
    sign_in(client, "luz@example.org")
    return client


def sends(client: FlaskClient, token: str, data: dict[str, Any]) -> TestResponse:
    page = f"/invitations/{token}"
    boundary, body = encode_multipart({**data, "csrf_token": csrf_token(client, page)})
    return client.post(page, data=body, content_type=f"multipart/form-data; boundary={boundary}")


@WAYS
def test_the_page_asks_keeps_a_right_file_and_confirms(app: APIFlask, luz: FlaskClient, way: Any) -> None:
    with app.app_context():
        activity, token = way()
        text, letter = make_question(activity).public_id, make_question(activity, "file").public_id
        ref = activity.id
    shown = luz.get(f"/invitations/{token}").text
    assert "Which project are you in charge of?" in shown
    file = FileStorage(io.BytesIO(pdf()), filename="Carta.pdf")
    refused = sends(luz, token, {f"answer-{letter}": file})
    assert refused.status_code == 422
    assert f'href="#answer-{text}"' in refused.text
    assert "Chosen already: Carta.pdf" in refused.text
    done = sends(luz, token, {f"answer-{text}": "Roads", "accessibility_needs": "Captions"})
    assert done.status_code == 303, done.text
    with app.app_context():
        me = people.account_by_email("luz@example.org")
        enrolment = queries.enrolment_of(me.person_id, ref)
        assert enrolment.state == "confirmed"
        assert [answer.text or answer.file_name for answer in queries.answers_of(enrolment.id)] == [
            "Roads",
            "Carta.pdf",
        ]
        assert enrolment.person.accessibility_needs == "Captions"


def test_what_is_wrong_is_summed_up_in_the_order_of_the_page(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        person("luz@example.org", language="en")
        activity, token = national()
        text = make_question(activity).public_id
    sign_in(client, "luz@example.org")
    shown = sends(client, token, {"position": "", "sector": ""}).text
    assert shown.index('href="#position"') < shown.index('href="#sector"') < shown.index(f'href="#answer-{text}"')


def test_a_visitor_reads_before_signing_in_what_will_be_asked(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        activity, token = selecting()
        make_question(activity, "file")
    shown = client.get(f"/invitations/{token}", headers={"Accept-Language": "en"}).text
    assert "Letter of support (a PDF file of at most 5 MB)" in shown


def test_json_keeps_the_letter_and_takes_the_answers(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        person("luz@example.org", **FULL)
        activity, token = national()
        text, letter = make_question(activity).public_id, make_question(activity, "file").public_id
    headers = bearer(app, "luz@example.org")
    bare = client.post(f"{API}/invitations/{token}/acceptances", headers=headers)
    assert (bare.status_code, text in bare.text) == (422, True)
    sent = {"file": (io.BytesIO(pdf()), "carta.pdf")}
    kept = client.put(f"{API}/invitations/{token}/files/{letter}", data=sent, headers=headers)
    assert kept.status_code == 200, kept.text
    answers = {text: "Roads", letter: kept.get_json()["token"]}
    done = client.post(f"{API}/invitations/{token}/applications", json={"answers": answers}, headers=headers)
    assert (done.status_code, done.get_json()["state"]) == (201, "confirmed")
    none = client.put(f"{API}/invitations/{token}/files/{letter}", headers=headers)
    assert none.status_code == 422


def test_an_invitation_s_draft_does_not_let_somebody_else_take_the_file(context: APIFlask) -> None:
    activity, token = selecting()
    question, other = make_question(activity, "file").public_id, enrol(activity, state="applied")
    with pytest.raises(errors.FileGone):
        service.accept_invitation(token=token, person_id=make_someone().id, said={question: other.public_id})
