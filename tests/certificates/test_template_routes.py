"""Templates as JSON: all that the pages do."""

import io

from ilpes_lms.certificates.design import Design
from tests.factories.certificates import make_completed
from tests.factories.people import bearer, coordinator
from tests.factories.pictures import DRAWING, png
from tests.factories.templates import make_template

BASE = "/api/v1/certificate-templates"


def headers_of(app, email: str = "coordinator@example.org", division: str | None = None) -> dict[str, str]:
    with app.app_context():
        coordinator(email, division=division)
    return bearer(app, email)


def design_with(key: str) -> dict[str, object]:
    return {
        "words": [{"kind": "completion", "language": "en", "heading": "Diploma", "closing": "{hours_earned}"}],
        "shown": ["dates", "earned"],
        "logos": [{"image": key, "alt": {"en": "Logo of the programme"}}],
        "signatories": [{"name": "Ana Muestra", "titles": {"es": "Directora"}, "since": "2020-01-01"}],
    }


def test_a_template_goes_its_whole_way_by_json(app, client) -> None:
    headers = headers_of(app)
    made = client.post(BASE, json={"name": "Por JSON"}, headers={**headers, "Idempotency-Key": "1"})
    assert made.status_code == 201
    again = client.post(BASE, json={"name": "Por JSON"}, headers={**headers, "Idempotency-Key": "1"})
    assert again.json == made.json
    here = f"{BASE}/{made.json['ref']}"
    sent = {"file": (io.BytesIO(png(40, 20)), "logo.png")}
    picture = client.post("/api/v1/certificate-pictures", data=sent, headers=headers)
    assert (picture.status_code, picture.json["width"], picture.json["media_type"]) == (201, 40, "image/png")
    got = client.get(f"/api/v1/certificate-pictures/{picture.json['key']}", headers=headers)
    assert got.data.startswith(b"\x89PNG")
    design = design_with(picture.json["key"])
    tag = client.get(here, headers=headers).headers["ETag"]
    changed = client.put(f"{here}/draft", json=design, headers={**headers, "If-Match": tag})
    assert changed.status_code == 200
    assert changed.json["draft"]["logos"] == design["logos"]
    stale = client.put(f"{here}/draft", json={}, headers={**headers, "If-Match": tag})
    assert (stale.status_code, stale.json["code"]) == (412, "template_changed")
    assert client.put(f"{here}/draft", json={}, headers=headers).status_code == 428
    tag = changed.headers["ETag"]
    published = client.post(f"{here}/versions", headers={**headers, "If-Match": tag})
    assert (published.status_code, published.json["number"]) == (201, 1)
    assert client.get(f"{here}/versions/1", headers=headers).json["design"] == changed.json["draft"]
    assert client.get(f"{here}/versions/x", headers=headers).status_code == 404
    assert client.put(f"{here}/usual", headers=headers).json["usual"] is True
    assert client.delete(f"{here}/usual", headers=headers).json["usual"] is False
    assert [one["name"] for one in client.get(BASE, headers=headers).json["items"]] == ["Por JSON"]


def test_a_preview_is_a_picture_of_what_is_saved_or_not(app, client) -> None:
    headers = headers_of(app)
    with app.app_context():
        here = f"{BASE}/{make_template().public_id}/previews"
    asked = {"kind": "completion", "language": "fr", "long": True}
    saved = client.post(here, json=asked, headers=headers)
    other = client.post(here, json={**asked, "design": Design().as_record()}, headers=headers)
    assert saved.content_type == other.content_type == "image/png"
    assert saved.data.startswith(b"\x89PNG")
    assert saved.data != other.data
    hostile = {"words": [{"kind": "completion", "language": "fr", "heading": "{nombre}"}]}
    refused = client.post(here, json={**asked, "design": hostile}, headers=headers)
    assert (refused.status_code, refused.json["code"]) == (422, "placeholder_unknown")
    unknown = client.post(here, json={**asked, "design": design_with("0" * 64)}, headers=headers)
    assert (unknown.status_code, unknown.json["code"]) == (422, "picture_unknown")


def test_an_activity_s_template_is_chosen_and_let_go(app, client) -> None:
    headers = headers_of(app)
    with app.app_context():
        template = make_template("Propia").public_id
        activity = make_completed(participants=1).activity.public_id
    here = f"/api/v1/activities/{activity}/certificate-template"
    assert client.get(here, headers=headers).json == {"template": "", "name": "", "version": 1}
    chosen = client.put(here, json={"template": template}, headers=headers)
    assert chosen.json == {"template": template, "name": "Propia", "version": 1}
    assert client.put(here, json={"template": "a" * 26}, headers=headers).status_code == 409
    assert client.delete(here, headers=headers).json["template"] == ""
    candidates = client.get(f"/api/v1/activities/{activity}/certificates/candidates", headers=headers).json["items"]
    assert {"hours_planned", "hours_earned"} <= candidates[0].keys()


def test_what_belongs_to_others_is_not_changed(app, client) -> None:
    with app.app_context():
        institute, other = make_template("Instituto").public_id, make_template("Otra", "ilpes").public_id
    headers = headers_of(app, "celade@example.org", "celade")
    tagged = {**headers, "If-Match": '"2"'}
    assert client.put(f"{BASE}/{institute}/draft", json={}, headers=tagged).status_code == 403
    assert client.put(f"{BASE}/{other}/draft", json={}, headers=tagged).status_code == 404
    assert client.post(BASE, json={"name": "Suya", "division": "ilpes"}, headers=headers).status_code == 403
    assert client.post(BASE, json={"name": "Suya", "division": "celade"}, headers=headers).status_code == 201


def test_unknown_fields_and_wrong_shapes_are_refused(app, client) -> None:
    headers = {**headers_of(app), "If-Match": '"1"'}
    here = f"{BASE}/{client.post(BASE, json={'name': 'Una'}, headers=headers).json['ref']}/draft"
    for body in ({"words": "x"}, {"shown": ["other"]}, {"logos": [{"image": "../x", "alt": {}}]}, {"usual": True}):
        assert client.put(here, json=body, headers=headers).status_code == 422, body
    sent = {"file": (io.BytesIO(DRAWING.replace(b"<rect", b"<script/><rect")), "logo.svg")}
    answer = client.post("/api/v1/certificate-pictures", data=sent, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (422, "svg_not_plain")
    assert client.post("/api/v1/certificate-pictures", headers=headers).status_code == 422


def test_a_template_gets_another_name_and_is_removed(app, client) -> None:
    headers = headers_of(app)
    with app.app_context():
        here = f"{BASE}/{make_template('Una').public_id}"
        make_template("Otra")
    assert client.put(f"{here}/name", json={"name": "Nueva"}, headers=headers).json["name"] == "Nueva"
    taken = client.put(f"{here}/name", json={"name": "Otra"}, headers=headers)
    assert (taken.status_code, taken.json["code"]) == (409, "template_name_taken")
    client.put(f"{here}/usual", headers=headers)
    refused = client.delete(here, headers=headers)
    assert (refused.status_code, refused.json["code"]) == (409, "template_in_use")
    client.delete(f"{here}/usual", headers=headers)
    assert client.delete(here, headers=headers).status_code == 204
    assert client.delete(here, headers=headers).status_code == 404


def test_a_template_is_retired_and_brought_back_by_json(app, client) -> None:
    headers = headers_of(app)
    with app.app_context():
        here = f"{BASE}/{make_template(usual=True).public_id}"
    retired = client.put(f"{here}/retirement", headers=headers).json
    assert (retired["retired_at"] is not None, retired["usual"]) == (True, False)
    assert client.put(f"{here}/usual", headers=headers).json["code"] == "template_retired"
    assert client.delete(f"{here}/retirement", headers=headers).json["retired_at"] is None
