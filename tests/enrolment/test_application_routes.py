"""Applications as JSON: eligibility, questions, drafts, files, answers."""

import io
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.enrolment import rules, service
from tests.factories.applications import LABELS, OPTIONS, make_question, padded_pdf, pdf
from tests.factories.catalogue import make_activity
from tests.factories.people import bearer, coordinator, person

Refs = dict[str, str]


@pytest.fixture
def course(app: APIFlask) -> Refs:
    with app.app_context():
        activity = make_activity(
            "international_open", eligible_sectors=["academia"], joining_link="https://x.example.org"
        )
        catalogue.add_material(activity_ref=activity.public_id, title="Reader", link="https://files.example.org/r")
        asked = {k: make_question(activity, k, required=k != "file") for k in ("text", "choice", "number", "file")}
        return {"activity": activity.public_id, **{kind: found.public_id for kind, found in asked.items()}}


@pytest.fixture
def ana(app: APIFlask) -> dict[str, str]:
    with app.app_context():
        person("ana@example.org", language="en", country="CHL", sector="academia")
    return {**bearer(app, "ana@example.org"), "Accept-Language": "en"}


def at(refs: Refs, path: str) -> str:
    return f"/api/v1/activities/{refs['activity']}/{path}"


def sends_file(
    client: FlaskClient, refs: Refs, who: dict[str, str], content: bytes, name: str = "a.pdf"
) -> TestResponse:
    boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(content), filename=name)})
    kind = f"multipart/form-data; boundary={boundary}"
    return client.put(at(refs, f"draft/files/{refs['file']}"), data=body, content_type=kind, headers=who)


def application(refs: Refs, **more: Any) -> dict[str, Any]:
    said = {refs["text"]: "A plan", refs["choice"]: "2", refs["number"]: "12.5"}
    return {"motivation": "Yes", "answers": said | more}


def test_eligibility_is_told_with_a_reason_for_each_condition(app: APIFlask, client: FlaskClient, course: Refs) -> None:
    with app.app_context():
        person("eva@example.org", language="en", country="CHL")
    eva = {**bearer(app, "eva@example.org"), "Accept-Language": "en"}
    told = client.get(at(course, "eligibility"), headers=eva).json
    assert (told["may_apply"], told["eligible"], told["refused"], told["lacking"]) == (False, False, None, ["sector"])
    (reason,) = told["reasons"]
    assert (reason["condition"], reason["silent"]) == ("sector", True)
    assert "does not say in which sector" in reason["message"]
    seen = client.get("/api/v1/me", headers=eva).headers["ETag"]
    client.patch("/api/v1/me", json={"sector": "private"}, headers={**eva, "If-Match": seen})
    told = client.get(at(course, "eligibility"), headers=eva).json
    assert (told["refused"]["code"], told["reasons"][0]["silent"]) == ("not_eligible", False)
    anyone = client.get(at(course, "eligibility")).json
    assert (anyone["may_apply"], anyone["eligible"]) == (True, None)


def test_an_application_by_json_is_the_same_as_by_page(client: FlaskClient, course: Refs, ana: dict[str, str]) -> None:
    asked = client.get(at(course, "questions")).json["items"]
    assert [(one["kind"], one["required"]) for one in asked] == [
        ("text", True), ("choice", True), ("number", True), ("file", False),
    ]  # fmt: skip
    kept = sends_file(client, course, ana, pdf(), "../Letter.PDF")
    assert kept.status_code == 200, kept.text
    draft = client.get(at(course, "draft"), headers=ana).json
    assert draft["answers"] == {course["file"]: {"token": kept.json["token"], "name": "Letter.pdf"}}
    body = application(course, **{course["file"]: kept.json["token"]})
    made = client.post(at(course, "enrolments"), json=body, headers=ana)
    assert (made.status_code, made.json["state"]) == (201, "applied")
    one = client.get(f"/api/v1/enrolments/{made.json['id']}", headers=ana).json
    shown = [(a["text"], a["option"], a["number"], a["file"]) for a in one["answers"]]
    assert shown == [
        ("A plan", None, None, None), ("2", {"es": "Hasta diez", "en": "Up to ten"}, None, None),
        ("", None, 12.5, None), ("", None, None, "Letter.pdf"),
    ]  # fmt: skip
    assert (one["materials"], one["joining_links"]) == ([], [])
    letter = client.get(f"/api/v1/enrolments/{made.json['id']}/files/{one['answers'][3]['id']}", headers=ana)
    assert (letter.status_code, letter.data[:5], letter.headers["Content-Disposition"]) == (
        200, b"%PDF-", "attachment; filename=Letter.pdf",
    )  # fmt: skip
    assert client.get("/api/v1/me/drafts", headers=ana).json["items"] == []


def test_a_refused_answer_names_its_question(client: FlaskClient, course: Refs, ana: dict[str, str]) -> None:
    refused = client.post(at(course, "enrolments"), json=application(course, **{course["number"]: "x"}), headers=ana)
    assert (refused.status_code, refused.json["code"]) == (422, "not_a_number")
    assert refused.json["errors"][0]["field"] == f"answer-{course['number']}"
    nothing = client.post(at(course, "enrolments"), json={"motivation": "Yes"}, headers=ana)
    assert (nothing.status_code, nothing.json["code"]) == (422, "answer_missing")


def test_a_draft_is_kept_listed_and_thrown_away(client: FlaskClient, course: Refs, ana: dict[str, str]) -> None:
    body = {"motivation": "So far", "answers": {course["number"]: "some"}}
    assert client.put(at(course, "draft"), json=body, headers=ana).json["answers"] == {course["number"]: "some"}
    assert [one["motivation"] for one in client.get("/api/v1/me/drafts", headers=ana).json["items"]] == ["So far"]
    assert client.get("/api/v1/my", headers=ana).json["drafts"][0]["activity"]["ref"] == course["activity"]
    unknown = client.put(at(course, "draft"), json={"answers": {"b" * 26: "x"}}, headers=ana)
    assert (unknown.status_code, unknown.json["code"]) == (422, "unknown_question")
    assert client.delete(at(course, "draft"), headers=ana).status_code == 204
    assert client.get(at(course, "draft"), headers=ana).json["saved_at"] is None


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "not_a_document"), (b"MZ", "not_a_document"), (b"%PDF-1.4\n", "document_incomplete")],
)
def test_a_file_that_is_no_letter_is_refused(
    client: FlaskClient, course: Refs, ana: dict[str, str], content: bytes, code: str
) -> None:
    refused = sends_file(client, course, ana, content)
    assert (refused.status_code, refused.json["code"]) == (422, code)


def test_a_file_is_refused_by_its_real_length_and_by_the_length_it_claims(
    client: FlaskClient, course: Refs, ana: dict[str, str]
) -> None:
    real = sends_file(client, course, ana, padded_pdf(rules.LARGEST_DOCUMENT + 1))
    assert (real.status_code, real.json["code"]) == (422, "document_too_large")
    url = at(course, f"draft/files/{course['file']}")
    kind = "multipart/form-data; boundary=x"
    claimed = client.put(
        url, data=b"--x", content_type=kind, headers=ana, environ_overrides={"CONTENT_LENGTH": str(6 * 1024 * 1024)}
    )
    assert claimed.status_code == 413
    assert client.put(url, json={}, headers=ana).json["code"] == "file_missing"


def test_a_question_of_another_activity_takes_no_file_here(
    app: APIFlask, client: FlaskClient, course: Refs, ana: dict[str, str]
) -> None:
    with app.app_context():
        other = make_question(make_activity("international_open"), "file").public_id
    assert sends_file(client, {**course, "file": other}, ana, pdf()).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"answers": {"x": "\x00"}}, {"answers": {"x" * 27: ""}}, {"answers": {"x": {"token": "y"}}}, {"answers": 7},
        {"answers": {str(n): "" for n in range(31)}}, {"motivation": "x" * 5001}, {"status": "confirmed"},
    ],
)  # fmt: skip
def test_nonsense_is_refused(client: FlaskClient, course: Refs, ana: dict[str, str], body: dict[str, Any]) -> None:
    assert client.put(at(course, "draft"), json=body, headers=ana).status_code == 422
    assert client.post(at(course, "enrolments"), json=body, headers=ana).status_code == 422


def test_coordinators_ask_correct_and_stop_by_json(app: APIFlask, client: FlaskClient, course: Refs) -> None:
    with app.app_context():
        coordinator(language="en")
        coordinator("celade@example.org", division="celade")
    boss = {**bearer(app, "coordinator@example.org"), "Accept-Language": "en"}
    here = f"/api/v1/coordinate/activities/{course['activity']}/questions"
    body = {"kind": "choice", "labels": LABELS["choice"], "options": list(OPTIONS)}
    made = client.post(here, json=body, headers=boss)
    assert (made.status_code, [o["code"] for o in made.json["options"]]) == (201, ["1", "2", "3"])
    one = f"{here}/{made.json['id']}"
    moved = client.post(f"{one}/moves", json={"direction": "up"}, headers=boss).json["items"]
    assert [item["kind"] for item in moved] == ["text", "choice", "number", "choice", "file"]
    changed = client.put(one, json={**body, "required": False}, headers=boss)
    assert (changed.status_code, changed.json["required"]) == (200, False)
    assert client.post(f"{one}/stops", headers=boss).json["asked"] is False
    assert client.delete(f"{one}/stops", headers=boss).json["asked"] is True
    assert client.delete(one, headers=boss).status_code == 204
    assert client.post(here, json={**body, "labels": {"xx": "?"}}, headers=boss).status_code == 422
    assert client.post(here, json={**body, "options": [{}, {}]}, headers=boss).json["code"] == "options_missing"
    stranger = bearer(app, "celade@example.org")
    assert client.get(here, headers=stranger).status_code == 404
    assert client.post(here, json=body, headers=stranger).status_code == 404


def test_materials_are_put_in_order_by_json_and_shown_to_the_confirmed(
    app: APIFlask, client: FlaskClient, course: Refs, ana: dict[str, str]
) -> None:
    with app.app_context():
        coordinator(language="en")
    boss = bearer(app, "coordinator@example.org")
    here = f"/api/v1/coordinate/activities/{course['activity']}/materials"
    second = client.post(here, json={"title": "Slides", "link": "https://files.example.org/s"}, headers=boss).json
    moved = client.post(f"{here}/{second['ref']}/moves", json={"direction": "up"}, headers=boss).json["items"]
    assert [one["title"] for one in moved] == ["Slides", "Reader"]
    bad = client.put(f"{here}/{second['ref']}", json={"title": "Slides", "link": "javascript:alert(1)"}, headers=boss)
    assert (bad.status_code, bad.json["code"]) == (422, "link_not_safe")
    made = client.post(at(course, "enrolments"), json=application(course), headers=ana).json
    with app.app_context():
        service.decide(activity_ref=course["activity"], enrolment_refs=[made["id"]], decision="accept")
    one = client.get(f"/api/v1/enrolments/{made['id']}", headers=ana).json
    assert [link["title"] for link in one["materials"]] == ["Slides", "Reader"]
    assert [link["link"] for link in one["joining_links"]] == ["https://x.example.org"]
    assert client.delete(f"{here}/{second['ref']}", headers=boss).status_code == 204
    assert len(client.get(here, headers=boss).json["items"]) == 1
    copy = client.post(f"/api/v1/activities/{course['activity']}/copies", json={}, headers=boss).json["ref"]
    copied = client.get(f"/api/v1/coordinate/activities/{copy}/materials", headers=boss).json["items"]
    assert [link["title"] for link in copied] == ["Reader"]
