"""Lists of participants over HTTP, as pages and as JSON, and from the command line."""

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from ilpes_lms.core.database import db
from ilpes_lms.enrolment.models import Enrolment, ParticipantImport
from ilpes_lms.enrolment.rules import imports as rules
from tests.factories.catalogue import make_activity
from tests.factories.imports import as_csv, check, row, rows
from tests.factories.people import bearer, coordinator, csrf_token, form_post, sign_in

RunJobs = Callable[[], int]


@pytest.fixture
def ref(app: APIFlask, client: FlaskClient) -> str:
    """An activity whose coordinator is signed in."""
    with app.app_context():
        coordinator(language="en")
        made = make_activity("other_division").public_id
    sign_in(client, "coordinator@example.org")
    return made


def page_of(ref: str) -> str:
    return f"/coordinate/activities/{ref}/participants/import"


def send(client: FlaskClient, ref: str, source: io.BytesIO, name: str = "lista.csv") -> TestResponse:
    data = {"file": (source, name), "csrf_token": csrf_token(client, page_of(ref))}
    return client.post(page_of(ref), data=data, content_type="multipart/form-data")


def send_large(client: FlaskClient, ref: str, content: bytes) -> TestResponse:
    """Send a list as `send` does; the test client would leave a file of its own open for it."""
    proof = csrf_token(client, page_of(ref)).encode()
    head = b'--cut\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + proof + b"\r\n"
    part = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="l.csv"\r\n\r\n' + content + b"\r\n--cut--"
    return client.post(page_of(ref), data=head + part, content_type="multipart/form-data; boundary=cut")


def number_of_enrolments(app: APIFlask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(Enrolment.id))) or 0


def test_from_the_upload_over_the_preview_to_the_imported_list(
    app: APIFlask, client: FlaskClient, ref: str, run_jobs: RunJobs
) -> None:
    sent = send(client, ref, as_csv([*rows(3), row(4, email="nobody")]))
    assert sent.status_code == 303
    waiting = client.get(sent.location).text
    assert "Waits to be checked" in waiting
    assert '<noscript><meta http-equiv="refresh"' in waiting
    run_jobs()
    ready = client.get(sent.location).text
    assert "Import 3 participants" in ready
    assert "nobody" in ready
    assert "hx-trigger" not in ready
    assert number_of_enrolments(app) == 0
    accepted = form_post(client, f"{sent.location}/accept", page=sent.location)
    assert accepted.status_code == 303
    assert "Rows imported" in client.get(sent.location).text
    run_jobs()
    done = client.get(sent.location).text
    assert "See the participants" in done
    assert number_of_enrolments(app) == 3
    assert "3 persons imported" in client.get(page_of(ref)).text


def test_a_file_that_is_no_list_is_refused_beside_its_field(client: FlaskClient, ref: str) -> None:
    for source, reason in (
        (io.BytesIO(b"%PDF-1.7"), "read as a table"),
        (as_csv([], ("Nombre", "Apellido")), "No column for e-mail addresses"),
        (io.BytesIO(b""), "No column"),
    ):
        refused = send(client, ref, source)
        assert (refused.status_code, reason in refused.text) == (422, True)
    nothing = form_post(client, page_of(ref))
    assert (nothing.status_code, "Choose a file." in nothing.text) == (422, True)


def test_trust_31_what_is_too_large_by_its_length_is_refused_and_the_page_says_so(
    client: FlaskClient, ref: str
) -> None:
    larger = send_large(client, ref, b"a" * (rules.MOST_BODY + 1))
    assert (larger.status_code, "larger than this page takes" in larger.text) == (413, True)
    within = send_large(client, ref, b"a;b\n" * 4_000_000)
    assert within.status_code == 422, "a body of 16 MB reaches this page"
    elsewhere = client.post(f"/coordinate/activities/{ref}/decisions", data={"reason": "a" * 11_000_000})
    assert elsewhere.status_code == 413


def test_a_list_beyond_the_places_offers_no_import_and_says_why(
    app: APIFlask, client: FlaskClient, ref: str, run_jobs: RunJobs
) -> None:
    with app.app_context():
        small = make_activity("other_division", capacity=2).public_id
    sent = send(client, small, as_csv(rows(3)))
    run_jobs()
    page = client.get(sent.location).text
    assert "needs more places than are left: 2 are left" in page
    assert "Import 3 participants" not in page
    refused = form_post(client, f"{sent.location}/accept", page=sent.location)
    assert (refused.status_code, "needs 3 places and 2 are left" in refused.text) == (422, True)


def test_a_list_can_be_discarded(app: APIFlask, client: FlaskClient, ref: str, run_jobs: RunJobs) -> None:
    sent = send(client, ref, as_csv(rows(1)))
    run_jobs()
    gone = form_post(client, f"{sent.location}/discard", page=sent.location, follow_redirects=True)
    assert "The list was discarded" in gone.text
    again = form_post(client, f"{sent.location}/accept", page=page_of(ref))
    assert (again.status_code, "can&#39;t be imported now" in again.text) == (422, True)


def test_trust_30_remarks_come_out_as_text_whatever_the_list_tried(
    client: FlaskClient, ref: str, run_jobs: RunJobs
) -> None:
    signs = ['=HYPERLINK("http://evil")', "+1", "-1", "@SUM(1)", "＝1+1", "<script>alert(1)</script>"]
    sent = send(client, ref, as_csv([row(n, email=text) for n, text in enumerate(signs)]))
    run_jobs()
    out = client.get(f"{sent.location}/remarks.csv")
    lines = list(csv.reader(io.StringIO(out.data.decode("utf-8-sig"))))
    assert [line[0] for line in lines] == ["Row", "2", "3", "4", "5", "6", "7"]
    assert [line[2] for line in lines[1:]] == [*(f"'{text}" for text in signs[:5]), signs[5]]
    book = client.get(f"{sent.location}/remarks.xlsx")
    with zipfile.ZipFile(io.BytesIO(book.data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "HYPERLINK" in sheet
    page = client.get(sent.location).text
    assert "<script>alert" not in page


def test_rows_that_stay_out_come_before_what_is_only_to_be_looked_at(
    client: FlaskClient, ref: str, run_jobs: RunJobs
) -> None:
    sent = send(client, ref, as_csv([*(row(n, sex="M") for n in range(1, 31)), row(31, email="nobody")]))
    run_jobs()
    page = client.get(sent.location).text
    assert page.index("nobody") < page.index("This is not understood as a sex")


def test_trust_33_a_name_that_tries_to_be_script_is_inert_on_the_pages(
    client: FlaskClient, ref: str, run_jobs: RunJobs
) -> None:
    sent = send(client, ref, as_csv([row(institution="<img src=x onerror=alert(1)>")]), "<b>lista</b>.csv")
    run_jobs()
    page = client.get(sent.location).text
    assert "<img src=x" not in page
    assert "<b>lista" not in page


def test_the_page_of_a_list_takes_few_statements(
    app: APIFlask, client: FlaskClient, ref: str, run_jobs: RunJobs, statements: list[str]
) -> None:
    sent = send(client, ref, as_csv([*rows(30), *(row(n, email="x") for n in range(30))]))
    run_jobs()
    del statements[:]
    assert client.get(sent.location).status_code == 200
    assert len(statements) <= 12, statements
    del statements[:]
    assert client.get(page_of(ref)).status_code == 200
    assert len(statements) <= 12, statements


def test_coordinators_of_a_division_import_to_their_own_activities_only(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        coordinator("gender@example.org", division="gender_affairs")
        own = make_activity("other_division", division="gender_affairs")
        other = make_activity("other_division", division="statistics")
        foreign = check(other, as_csv(rows(1))).public_id
        own_ref, other_ref = own.public_id, other.public_id
    sign_in(client, "gender@example.org")
    token = bearer(app, "gender@example.org")
    assert client.get(page_of(own_ref)).status_code == 200
    assert client.get(page_of(other_ref)).status_code == 404
    for ref in (own_ref, other_ref):
        assert client.get(f"{page_of(ref)}/{foreign}").status_code == 404
        assert client.get(f"{page_of(ref)}/{foreign}/remarks.csv").status_code == 404
        api = f"/api/v1/activities/{ref}/participant-imports/{foreign}"
        assert client.get(api, headers=token).status_code == 404
        assert client.get(f"{api}/remarks", headers=token).status_code == 404
        assert client.post(f"{api}/acceptances", json={}, headers=token).status_code == 404
        assert client.post(f"{api}/discards", json={}, headers=token).status_code == 404


@pytest.fixture
def api(app: APIFlask, client: FlaskClient, ref: str) -> Callable[..., TestResponse]:
    token = bearer(app, "coordinator@example.org")

    def ask(method: str, way: str = "", **options: Any) -> TestResponse:
        headers = {**token, **options.pop("headers", {})}
        url = f"/api/v1/activities/{ref}/participant-imports{way}"
        return app.test_client().open(url, method=method, headers=headers, **options)

    return ask


def file_of(source: io.BytesIO, name: str = "list.csv") -> dict[str, Any]:
    return {"data": {"file": (source, name)}, "content_type": "multipart/form-data"}


def test_json_uploads_looks_imports_and_tells_what_is_wrong(
    app: APIFlask, api: Callable[..., TestResponse], run_jobs: RunJobs
) -> None:
    sent = api("POST", **file_of(as_csv([*rows(2), row(3, email="x"), row(4, sex="?")])))
    assert (sent.status_code, sent.json["state"], sent.json["foreseen"]) == (201, "uploaded", None)
    way = f"/{sent.json['id']}"
    run_jobs()
    ready = api("GET", way).json
    assert (ready["state"], ready["total"], ready["foreseen"]["new"], ready["foreseen"]["stopped"]) == (
        "ready", 4, 3, 1,
    )  # fmt: skip
    assert ready["columns"]["email"] == "Correo electrónico"
    first = api("GET", f"{way}/remarks?limit=1").json
    assert [(one["row"], one["imported"]) for one in first["items"]] == [(4, False)]
    rest = api("GET", f"{way}/remarks?after={first['next_after']}").json
    assert ([(one["row"], one["imported"]) for one in rest["items"]], rest["next_after"]) == ([(5, True)], None)
    accepted = api("POST", f"{way}/acceptances", json={"tell": False})
    assert (accepted.status_code, accepted.json["state"]) == (201, "applying")
    run_jobs()
    done = api("GET", way).json
    assert (done["state"], done["added"], done["faults"]) == ("done", 3, 1)
    assert api("POST", f"{way}/discards", json={}).status_code == 409
    assert [one["id"] for one in api("GET").json["items"]] == [done["id"]]
    assert number_of_enrolments(app) == 3


def test_the_same_upload_with_one_key_is_one_list_and_another_file_under_it_is_refused(
    app: APIFlask, api: Callable[..., TestResponse]
) -> None:
    key = {"Idempotency-Key": "once"}
    answers = [api("POST", headers=key, **file_of(as_csv(rows(2)))) for _ in range(3)]
    assert {answer.json["id"] for answer in answers} == {answers[0].json["id"]}
    other = api("POST", headers=key, **file_of(as_csv(rows(3))))
    assert (other.status_code, other.json["code"]) == (422, "key_reused")
    with app.app_context():
        assert db.session.scalar(select(func.count(ParticipantImport.id))) == 1


def test_what_an_upload_may_not_say_is_refused(api: Callable[..., TestResponse]) -> None:
    upload = file_of(as_csv(rows(1)))
    upload["data"]["state"] = "done"
    assert api("POST", **upload).status_code == 422


@pytest.mark.parametrize(
    "options",
    [
        {"json": {"file": "x"}},
        {"data": {"file": "text"}, "content_type": "multipart/form-data"},
        {"data": {}, "content_type": "multipart/form-data"},
        {"data": b"--broken", "content_type": "multipart/form-data; boundary=x"},
    ],
)
def test_json_refuses_what_is_no_upload(api: Callable[..., TestResponse], options: dict[str, Any]) -> None:
    refused = api("POST", **options)
    assert (refused.status_code, refused.content_type) == (422, "application/problem+json")


def test_the_command_imports_with_a_progress_bar_and_tries_without_importing(app: APIFlask, tmp_path: Path) -> None:
    with app.app_context():
        ref = make_activity("other_division").public_id
    listed, told = tmp_path / "list.csv", tmp_path / "remarks.csv"
    listed.write_bytes(as_csv([*rows(5), row(9, email="=x")]).getvalue())
    run = app.test_cli_runner().invoke
    tried = run(args=["enrolment", "import", "--activity", ref, str(listed), "--dry-run", "--remarks", str(told)])
    assert (tried.exit_code, "5 new people" in tried.output, "Nobody was imported." in tried.output) == (0, True, True)
    assert "'=x" in told.read_text()
    assert number_of_enrolments(app) == 0
    done = run(args=["enrolment", "import", "--activity", ref, str(listed)])
    assert (done.exit_code, "5 imported, 0 were participants already, 1 rows not imported." in done.output) == (0, True)
    again = run(args=["enrolment", "import", "--activity", ref, str(listed)])
    assert "0 imported, 5 were participants already" in again.output
    assert number_of_enrolments(app) == 5


def test_the_command_says_in_a_sentence_what_it_refuses(app: APIFlask, tmp_path: Path) -> None:
    with app.app_context():
        ref = make_activity("other_division", capacity=1).public_id
    listed = tmp_path / "list.csv"
    run = app.test_cli_runner().invoke
    for content, where, sentence in (
        (as_csv(rows(2)).getvalue(), ref, "needs 2 places and 1 are left"),
        (as_csv([]).getvalue(), ref, "nobody on this list"),
        (b"%PDF", ref, "can't be read as a table"),
        (as_csv(rows(1)).getvalue(), "x" * 26, "does not exist"),
    ):
        listed.write_bytes(content)
        refused = run(args=["enrolment", "import", "--activity", where, str(listed)])
        assert (refused.exit_code, sentence in refused.output) == (1, True), refused.output
    assert number_of_enrolments(app) == 0
