"""What messages say can be changed: checked, versioned, never overwritten unseen, and taken back."""

import threading

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.core.database import db, writing
from ilpes_lms.notifications import kinds, rendering
from ilpes_lms.notifications.editing import service
from ilpes_lms.notifications.texts import errors, queries
from ilpes_lms.notifications.texts.models import MessageText
from tests.factories import people
from tests.factories.notifications import add_person, deliver_all, html_of, mailbox, text_of

KIND = "people.address_known"
BODY = "Estimada/o {name}:\n\nYa tiene una **cuenta**.\n\n{sign_in_link}\n\nO elija otra contraseña:\n{reset_link}"
PAGE = f"/coordinate/message-texts/{KIND}/es"
API = f"/api/v1/message-texts/{KIND}/es"


def write(subject: str = "Su cuenta", body: str = BODY, *, seen: int = 0, kind: str = KIND, **more: object) -> int:
    return service.write_text(kind=kind, language="es", seen=seen, subject=subject, body=body, by="x", **more).version


@pytest.fixture
def coordinator(app: APIFlask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        people.coordinator()
    people.sign_in(client, "coordinator@example.org")
    return client


def test_the_next_message_says_what_was_written_and_other_languages_what_they_said(app: APIFlask) -> None:
    from ilpes_lms.notifications import service as outbox

    with app.app_context():
        write()
        people.person("ana@example.org", language="es")
        person = people.account("ana@example.org").person_id
        for key, language in (("a", "es"), ("b", "en")):
            outbox.send(kind=KIND, key=key, values={}, person_id=person, language=language)
    deliver_all(app)
    spanish, english = mailbox(app)
    assert spanish["Subject"] == "Su cuenta"
    assert text_of(spanish).count("Estimada/o ") == 1
    assert "Ya tiene una cuenta." in text_of(spanish)
    assert "<strong>cuenta</strong>" in html_of(spanish)
    assert english["Subject"] == "You already have an account"


def test_what_would_not_do_is_not_kept(context: APIFlask) -> None:
    for body in ("{sign_in_link}", BODY + "{nombre}", BODY + "{{ config }}", ""):
        with pytest.raises((errors.PlaceholderNeeded, errors.UnknownPlaceholder, errors.BodyNeeded)):
            write(body=body)
    assert queries.versions(KIND, "es") == []


def test_every_version_stays_and_the_original_comes_back_as_one(context: APIFlask) -> None:
    assert [write(seen=0), write("Otra", seen=1)] == [1, 2]
    service.back_to_original(kind=KIND, language="es", seen=2, by="x")
    assert [(row.version, row.original, row.subject) for row in queries.versions(KIND, "es")] == [
        (3, True, ""), (2, False, "Otra"), (1, False, "Su cuenta"),
    ]  # fmt: skip
    kind = kinds.kind_named(KIND)
    assert kind is not None
    row = queries.newest(KIND, "es")
    assert rendering.words_of(kind, row, "es") == rendering.original(kind, "es")


def test_who_did_not_see_the_version_in_force_changes_nothing(context: APIFlask) -> None:
    write()
    for seen in (0, 2, -1):
        with pytest.raises(errors.TextChanged):
            write("Otra", seen=seen)
        with pytest.raises(errors.TextChanged):
            service.back_to_original(kind=KIND, language="es", seen=seen, by="x")
    assert [row.subject for row in queries.versions(KIND, "es")] == ["Su cuenta"]


def test_of_two_at_the_same_moment_one_is_told(app: APIFlask) -> None:
    barrier, kept, told = threading.Barrier(4), [], []

    def one(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                kept.append(write(f"Asunto {number}"))
            except errors.TextChanged:
                told.append(number)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (kept, len(told)) == ([1], 3)


def test_the_constraint_alone_holds_what_the_check_would_miss(context: APIFlask, monkeypatch) -> None:
    write()
    monkeypatch.setattr(service.queries, "newest", lambda *_names: None)
    with pytest.raises(errors.TextChanged):
        write("Otra", seen=0)


def test_only_who_coordinates_all_divisions_may_write(context: APIFlask) -> None:
    with pytest.raises(errors.TextsOfAll):
        write(divisions=frozenset({"social_development"}))
    with pytest.raises(errors.TextsOfAll):
        service.back_to_original(kind=KIND, language="es", seen=0, by="x", divisions=frozenset({"ilpes"}))


@pytest.mark.parametrize(("kind", "language"), [("nobody.knows", "es"), (KIND, "de"), ("test.greeting", "es")])
def test_what_nobody_can_edit_is_not_there(coordinator: FlaskClient, kind: str, language: str) -> None:
    assert coordinator.get(f"/coordinate/message-texts/{kind}/{language}").status_code == 404


def test_a_text_that_no_longer_fits_gives_way_to_the_original(app: APIFlask) -> None:
    from ilpes_lms.notifications import service as outbox

    with app.app_context():
        with writing() as session:
            old = MessageText(kind=KIND, language="es", version=1, subject="{gone}", body="{gone}", by="x")
            old.at, old.original = add_person("x@example.org").created_at, False
            session.add(old)
        outbox.send(kind=KIND, key="a", values={}, person_id=add_person().id, language="es")
        people.person("bea@example.org")
        outbox.send(kind=KIND, key="b", values={}, person_id=people.account("bea@example.org").person_id, language="es")
    deliver_all(app)
    assert [letter["Subject"] for letter in mailbox(app, "bea@example.org")] == ["Usted ya tiene una cuenta"]


def test_a_coordinator_reads_changes_and_takes_back_a_text(app: APIFlask, coordinator: FlaskClient) -> None:
    assert PAGE in coordinator.get("/coordinate/message-texts?lang=en").text
    shown = coordinator.get(f"{PAGE}?lang=en").text
    assert "Original text" in shown
    assert "{sign_in_link}" in shown
    answer = people.form_post(coordinator, PAGE, {"subject": "Su cuenta", "body": BODY, "version": "0"})
    assert answer.status_code == 303
    shown = coordinator.get(f"{PAGE}?lang=en").text
    assert "Changed, version 1" in shown
    assert "Estimada/o {name}" in coordinator.get(f"{PAGE}/versions/1?lang=en").text
    assert "Hola" in coordinator.get(f"{PAGE}/versions/0?lang=en").text
    assert coordinator.get(f"{PAGE}/versions/7").status_code == 404
    assert people.form_post(coordinator, f"{PAGE}/original", {"version": "1"}, page=PAGE).status_code == 303
    assert "Changed" not in coordinator.get(f"{PAGE}?lang=en").text


def test_a_refusal_keeps_what_was_typed_beside_its_reason(coordinator: FlaskClient) -> None:
    answer = people.form_post(
        coordinator, f"{PAGE}?lang=en", {"subject": "Mi asunto", "body": "Hola {nombre}", "version": "0"}
    )
    assert answer.status_code == 422
    assert "This message has no {nombre}. These can be used: {name}, {sign_in_link}, {reset_link}" in answer.text
    assert "Mi asunto" in answer.text


def test_a_conflict_shows_both_versions_and_a_second_press_decides(app: APIFlask, coordinator: FlaskClient) -> None:
    with app.app_context():
        write("El de ella")
    typed = {"subject": "El mío", "body": BODY, "version": "0"}
    answer = people.form_post(coordinator, PAGE, typed)
    assert answer.status_code == 409
    assert "El de ella" in answer.text
    assert "El mío" in answer.text
    assert people.form_post(coordinator, PAGE, {**typed, "version": "1"}).status_code == 303


@pytest.mark.parametrize(("part", "content"), [("html", "<strong>cuenta</strong>"), ("text", "Ya tiene una cuenta.")])
def test_a_text_is_shown_as_mail_before_it_is_kept(coordinator: FlaskClient, part: str, content: str) -> None:
    data = {"subject": "x", "body": BODY + "\n<script>alert(1)</script>", "part": part}
    answer = people.form_post(coordinator, f"{PAGE}/drawn", data, page=PAGE)
    assert content in answer.text
    assert "<script>" not in answer.text or answer.mimetype == "text/plain"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_what_is_wrong_with_a_text_stands_where_its_picture_would(coordinator: FlaskClient) -> None:
    answer = people.form_post(coordinator, f"{PAGE}/drawn", {"subject": "x", "body": "x", "part": "html"}, page=PAGE)
    assert (answer.status_code, answer.mimetype) == (422, "text/plain")


def test_a_coordinator_of_one_division_reads_and_is_told_who_may_write(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        people.coordinator("social@example.org", division="social_development")
    people.sign_in(client, "social@example.org")
    assert "Only who coordinates all divisions may save it" in client.get(f"{PAGE}?lang=en").text
    answer = people.form_post(client, f"{PAGE}?lang=en", {"subject": "x", "body": BODY, "version": "0"})
    assert answer.status_code == 422
    assert "Write to an administrator." in answer.text


def test_the_same_as_json(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        people.coordinator()
    headers = people.bearer(app, "coordinator@example.org")
    items = client.get("/api/v1/message-texts", headers=headers).get_json()["items"]
    assert KIND in [item["kind"] for item in items]
    read = client.get(API, headers=headers)
    assert (read.get_json()["version"], read.headers["ETag"]) == (0, '"0"')
    assert [p["name"] for p in read.get_json()["placeholders"] if p["required"]] == ["sign_in_link", "reset_link"]
    body = {"subject": "Su cuenta", "body": BODY}
    assert client.put(API, json=body, headers=headers).status_code == 428
    assert client.put(API, json=body, headers=headers | {"If-Match": '"3"'}).status_code == 412
    assert client.put(API, json=body, headers=headers | {"If-Match": '"0"'}).get_json()["version"] == 1
    refused = client.put(API, json=body | {"body": "x"}, headers=headers | {"If-Match": '"1"'})
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, "body")
    draft = client.post(f"{API}/drafts", json=body, headers=headers).get_json()
    assert draft["subject"] == "Su cuenta"
    assert "<strong>cuenta</strong>" in draft["html"]
    back = client.delete(API, headers=headers | {"If-Match": '"1"'}).get_json()
    assert (back["version"], back["original"]) == (2, True)
    assert [v["version"] for v in client.get(f"{API}/versions", headers=headers).get_json()["items"]] == [2, 1]


def test_pages_take_few_statements(coordinator: FlaskClient, statements: list[str]) -> None:
    for path in ("/coordinate/message-texts", PAGE):
        del statements[:]
        coordinator.get(path)
        assert len(statements) <= 12, path
