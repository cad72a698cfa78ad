"""Coordinators ask applicants: the pages of questions, and of what participants need."""

from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.catalogue import queries as activities
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.enrolment import queries, service
from ilpes_lms.people import service as people
from tests.factories.applications import OPTIONS, make_question
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_someone
from tests.factories.people import bearer, coordinator, form_post, person, sign_in


@pytest.fixture
def ref(app: APIFlask, client: FlaskClient) -> str:
    with app.app_context():
        coordinator(language="en")
        made = make_activity("international_open", division="ilpes").public_id
    sign_in(client, "coordinator@example.org")
    return made


def at(ref: str, path: str = "") -> str:
    return f"/coordinate/activities/{ref}/questions{path}"


def asked(app: APIFlask, ref: str) -> list[Any]:
    with app.app_context():
        return queries.questions(activities.published_activity(ref).id)


CHOICE = {
    "kind": "choice", "required": "y", "labels_es": "¿Cuántas?", "labels_en": "How many?",
    "options_es": "Una\nDos\n\n Tres ", "options_en": "One\nTwo\nThree",
}  # fmt: skip


def test_an_activity_without_questions_says_what_to_do(client: FlaskClient, ref: str) -> None:
    page = client.get(at(ref)).text
    assert "Nothing is asked yet" in page
    assert at(ref, "/new") in page
    assert at(ref) in client.get(f"/coordinate/activities/{ref}").text


def test_a_question_is_added_changed_moved_stopped_and_deleted(app: APIFlask, client: FlaskClient, ref: str) -> None:
    form_post(client, at(ref, "/new"), {"kind": "text", "labels_es": "¿Por qué?", "long": "y"})
    added = form_post(client, at(ref, "/new"), CHOICE, follow_redirects=True)
    assert "The question is added." in added.text
    first, second = asked(app, ref)
    assert [option["labels"] for option in second.options] == [
        {"es": "Una", "en": "One"}, {"es": "Dos", "en": "Two"}, {"es": "Tres", "en": "Three"},
    ]  # fmt: skip
    assert (first.long, first.required, second.required) == (True, False, True)
    here = at(ref, f"/{second.public_id}")
    assert 'value="How many?"' in client.get(here).text
    form_post(client, here, {**CHOICE, "labels_en": "How many of them?"})
    form_post(client, f"{here}/up", page=at(ref))
    assert [one.labels.get("en") for one in asked(app, ref)] == ["How many of them?", None]
    form_post(client, f"{here}/stop", page=at(ref))
    assert "Not asked any more" in client.get(at(ref)).text
    form_post(client, f"{here}/ask-again", page=at(ref))
    gone = form_post(client, f"{here}/delete", page=at(ref), follow_redirects=True)
    assert "The question is deleted." in gone.text
    assert [one.public_id for one in asked(app, ref)] == [first.public_id]


@pytest.mark.parametrize(
    ("changes", "target"),
    [
        ({"labels_es": "", "labels_en": " "}, "labels_es"), ({"options_en": "One"}, "options_es"),
        ({"options_es": "", "options_en": ""}, "options_es"), ({"kind": "x"}, "kind-0"), ({"kind": ""}, "kind-0"),
        ({"labels_fr": "x" * 301}, "labels_fr"), ({"options_es": "x" * 20_001}, "options_es"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_question_is_said_beside_it(
    client: FlaskClient, ref: str, changes: dict[str, str], target: str
) -> None:
    refused = form_post(client, at(ref, "/new"), {**CHOICE, **changes})
    assert (refused.status_code, f'href="#{target}"' in refused.text) == (422, True)


def test_an_answered_question_asks_for_a_note_and_the_applicant_reads_it(
    app: APIFlask, client: FlaskClient, ref: str
) -> None:
    with app.app_context():
        found = make_question(activities.published_activity(ref), "choice").public_id
        ana = person("ana@example.org", language="en").id
        said = {found: "2"}
        mine = service.apply(activity_ref=ref, person_id=ana, motivation="Yes", said=said).public_id
    here = at(ref, f"/{found}")
    values = {
        "kind": "choice", "required": "y", "labels_en": "How many people do you lead?",
        "options_es": "\n".join(option["es"] for option in OPTIONS),
        "options_en": "\n".join(option["en"] for option in OPTIONS),
    }  # fmt: skip
    assert "1 person has answered this question" in client.get(here).text
    refused = form_post(client, here, values)
    assert (refused.status_code, 'href="#note"' in refused.text) == (422, True)
    assert form_post(client, here, {**values, "note": "Coordinate was unclear"}).status_code == 303
    kept = form_post(client, f"{here}/delete", page=at(ref), follow_redirects=True)
    assert "Stop asking it instead" in kept.text
    sign_in(client, "ana@example.org")
    page = client.get(f"/my/enrolments/{mine}").text
    for text in ("How many people do you lead?", "Coordinate was unclear", "Before: How many people do you coord"):
        assert text in page


def test_questions_are_shown_as_applicants_see_them_and_nothing_can_be_sent(
    app: APIFlask, client: FlaskClient, ref: str
) -> None:
    with app.app_context():
        for kind in ("text", "choice", "number", "file"):
            make_question(activities.published_activity(ref), kind, labels={"en": f"<b>{kind}</b>"})
    page = client.get(at(ref, "/preview")).text
    for text in ("&lt;b&gt;file&lt;/b&gt;", "Up to ten", "A PDF file of at most 5 MB"):
        assert text in page
    main = page.partition("<main")[2].partition("</main>")[0]
    assert "<form" not in main
    assert "<button" not in main


def test_another_division_s_questions_do_not_exist(app: APIFlask, client: FlaskClient, ref: str) -> None:
    with app.app_context():
        coordinator("celade@example.org", division="celade")
        found = make_question(activities.published_activity(ref)).public_id
        elsewhere = make_activity("international_open").public_id
    assert client.get(at(elsewhere, f"/{found}")).status_code == 404
    sign_in(client, "celade@example.org")
    for path in ("", "/new", "/preview", f"/{found}"):
        assert client.get(at(ref, path)).status_code == 404


def test_thirty_questions_take_few_statements(
    app: APIFlask, client: FlaskClient, ref: str, statements: list[str]
) -> None:
    with app.app_context():
        for _ in range(30):
            make_question(activities.published_activity(ref))
    del statements[:]
    assert client.get(at(ref)).status_code == 200
    assert len(statements) <= 12, statements


def test_only_those_who_are_named_for_an_activity_see_what_its_participants_need(
    app: APIFlask, client: FlaskClient, ref: str
) -> None:
    with app.app_context():
        activity = activities.published_activity(ref)
        teacher, ana = person("teacher@example.org", language="en"), make_someone(accessibility_needs="Captions <b>")
        enrol(activity, ana)
        enrol(activity, make_someone(accessibility_needs="Only applied"), state="applied")
        enrol(activity, make_someone())
        catalogue.assign(activity_id=activity.id, person_id=teacher.id, role="instructor")
        person("eva@example.org")
    here, json = f"/activities/{ref}/accessibility-needs", f"/api/v1/activities/{ref}/accessibility-needs"
    for stranger in ("coordinator@example.org", "eva@example.org"):
        sign_in(client, stranger)
        assert client.get(here).status_code == 404, stranger
        assert client.get(json, headers=bearer(app, stranger)).status_code == 404
    sign_in(client, "teacher@example.org")
    assert here in client.get(f"/activities/{ref}").text
    page = client.get(here).text
    assert "Captions &lt;b&gt;" in page
    assert "Only applied" not in page
    told = client.get(json, headers=bearer(app, "teacher@example.org")).get_json()["items"]
    assert [one["needs"] for one in told] == ["Captions <b>"]


def test_the_profile_keeps_languages_in_which_one_can_work(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        number = person("ana@example.org", language="en", country="CHL").id
    sign_in(client, "ana@example.org")
    page = client.get("/my/profile").text
    assert 'name="working_languages"' in page
    with app.app_context():
        people.complete_profile(person_id=number, working_languages=["pt", "es"])
    headers = bearer(app, "ana@example.org")
    seen = client.get("/api/v1/me", headers=headers)
    assert seen.get_json()["working_languages"] == ["es", "pt"]
    tagged = {**headers, "If-Match": seen.headers["ETag"]}
    wrong = client.patch("/api/v1/me", json={"working_languages": ["xx"]}, headers=tagged)
    assert wrong.status_code == 422
    right = client.patch("/api/v1/me", json={"working_languages": ["fr"]}, headers=tagged)
    assert right.get_json()["working_languages"] == ["fr"]
