"""One's own data as a file: asked for, made by a worker, told of, fetched by nobody else, deleted after some days."""

import io
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from ilpes_lms.core import clock, files
from ilpes_lms.core.database import db, writing
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.people.models import Person
from ilpes_lms.privacy import formats
from ilpes_lms.privacy import service as privacy
from ilpes_lms.privacy.retention import service as retention
from ilpes_lms.privacy.taking import queries, rules, service
from ilpes_lms.privacy.taking.models import DataArchive
from tests.enrolment.test_races import at_once
from tests.factories import people
from tests.factories.applications import make_question, pdf
from tests.factories.catalogue import make_activity
from tests.factories.certificates import make_issued
from tests.factories.keeping import archive
from tests.factories.notifications import deliver_all, mailbox

HOLDER, OTHER = "holder@example.org", "other@example.org"
on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
PAGE, MINE = "/my/data/archive", "/api/v1/me/data-archives"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def holder(app: APIFlask) -> int:
    """Somebody with a certificate, and an application with a letter and a motivation that is a script."""
    with app.app_context():
        issued = make_issued(email=HOLDER)
        activity = make_activity("international_open", admission="selection", closes_in=5)
        letter = make_question(activity, "file")
        ask: dict[str, Any] = {"activity_ref": activity.public_id, "person_id": issued.holder.id}
        token = enrolment.keep_file(**ask, question_ref=letter.public_id, name="carta.pdf", content=pdf())
        enrolment.apply(**ask, motivation=SCRIPT, said={letter.public_id: token})
        people.person(OTHER)
        return issued.holder.id


def content(client: FlaskClient) -> dict[str, bytes]:
    """Return what is in the archive that the page offers."""
    link = re.search(r'href="(/my/data/archive/\w+\.zip)"', client.get(PAGE).text)
    assert link
    answer = client.get(link.group(1))
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=ilpes-")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as box:
        return {name: box.read(name) for name in box.namelist()}


def test_one_asks_waits_is_told_and_fetches_data_page_and_files(
    app: APIFlask, client: FlaskClient, holder: int, run_jobs: Any
) -> None:
    people.sign_in(client, HOLDER)
    assert "Prepare my data" in client.get(PAGE + "?lang=en").text
    assert people.form_post(client, PAGE).status_code == 303
    waiting = client.get(PAGE + "?lang=en").text
    assert "Being prepared" in waiting
    assert '<noscript><meta http-equiv="refresh"' in waiting
    run_jobs()
    deliver_all(app)
    letter = mailbox(app, HOLDER)[-1]
    assert PAGE in letter.get_body(("plain",)).get_content()
    found = content(client)
    certificate = next(name for name in found if name.startswith("certificates/"))
    assert {name.split("/")[0] for name in found} == {"data.json", "data.html", "certificates", "applications"}
    with app.app_context():
        assert files.is_kept(files.key_of(found[certificate]))
    assert json.loads(found["data.json"])["rooms"]["people"]["profile"]


class Tags(HTMLParser):
    """Collects what a page consists of."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize(("language", "word"), [("es", "Mis datos"), ("pt", "Meus dados"), ("fr", "Mes données")])
def test_the_page_to_read_is_in_the_person_s_language_without_script_or_outside_address(
    context: APIFlask, holder: int, language: str, word: str
) -> None:
    with writing():
        db.session.get_one(Person, holder).language = language
    out = io.BytesIO()
    list(formats.write_archive(out, holder))
    with zipfile.ZipFile(out) as box:
        page, names = box.read("data.html").decode(), box.namelist()
    assert f'<html lang="{language}">' in page
    assert word.casefold() in page.casefold()
    assert "&lt;script&gt;alert(1)" in page
    tags = Tags()
    tags.feed(page)
    assert not {tag for tag, _ in tags.found} & {"script", "img", "iframe", "form", "link"}
    links = [attrs["href"] or "" for tag, attrs in tags.found if tag == "a"]
    assert all(link.startswith("#") or link in names for link in links)
    assert all("open" in attrs for tag, attrs in tags.found if tag == "details")


def test_nobody_else_fetches_it_and_nobody_without_signing_in(app: APIFlask, client: FlaskClient, holder: int) -> None:
    with app.app_context():
        ref = archive(holder).public_id
    assert client.get(f"{PAGE}/{ref}.zip").status_code == 303
    people.sign_in(client, OTHER)
    assert client.get(f"{PAGE}/{ref}.zip").status_code == 404
    assert client.get(f"{MINE}/{ref}/file", headers=people.bearer(app, OTHER)).status_code == 404


def test_programs_ask_look_how_far_it_is_and_fetch(app: APIFlask, client: FlaskClient, holder: int) -> None:
    mine = people.bearer(app, HOLDER)
    assert client.get(MINE, headers=mine).json == {"items": []}
    asked = client.post(MINE, headers=mine)
    assert (asked.status_code, asked.json["state"]) == (202, "asked")
    one = f"{MINE}/{asked.json['id']}"
    assert client.get(f"{one}/file", headers=mine).status_code == 404
    with app.app_context():
        service.make_waiting()
    made = client.get(one, headers=mine).json
    assert (made["state"], made["done"]) == ("ready", made["total"])
    assert made["expires_at"] > made["ended_at"]
    assert client.get(f"{one}/file", headers=mine).mimetype == "application/zip"


def test_one_at_a_time_and_the_next_takes_the_place_of_the_one_before(context: APIFlask, holder: int) -> None:
    first = service.ask(person_id=holder)
    assert service.ask(person_id=holder).id == first.id
    assert service.make_waiting() == 1
    key = queries.own(holder, first.public_id).file_key
    second = service.ask(person_id=holder)
    assert second.id != first.id
    assert files.is_kept(key or "")
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        assert service.make_waiting() == 1
    assert not files.is_kept(key or "")
    assert db.session.scalars(select(DataArchive.public_id)).all() == [second.public_id]


def asked_at_once(app: APIFlask, person_id: int, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Let two ask, neither of whom goes on before both have looked, or the other is seen to wait."""
    looked, look = threading.Barrier(2), queries.newest

    def looks(who: int) -> DataArchive | None:
        found = look(who)
        with suppress(threading.BrokenBarrierError):
            looked.wait(1)
        return found

    def ask() -> str:
        with app.app_context():
            return service.ask(person_id=person_id).public_id

    monkeypatch.setattr(queries, "newest", looks)
    return at_once([ask, ask])


@on_postgresql
def test_two_who_ask_at_the_same_moment_get_the_same(
    app: APIFlask, holder: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(set(asked_at_once(app, holder, monkeypatch))) == 1


@on_postgresql
def test_without_the_lock_the_second_is_refused_by_the_database_itself(
    app: APIFlask, holder: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control, and the last line."""
    monkeypatch.setattr(service, "_locked_person", lambda person_id: db.session.get_one(Person, person_id))
    found = asked_at_once(app, holder, monkeypatch)
    assert sum(isinstance(one, IntegrityError) for one in found) == 1


def test_a_worker_that_died_loses_it_to_the_next_and_three_are_enough(
    context: APIFlask, holder: int, monkeypatch: Any
) -> None:
    def dies(_out: Any, _person_id: int) -> Iterator[tuple[int, int]]:
        raise RuntimeError
        yield

    asked = service.ask(person_id=holder)
    monkeypatch.setattr(formats, "write_archive", dies)
    moment = clock.now()
    for attempt in range(1, 5):
        with time_machine.travel(moment + attempt * 2 * rules.LEASE):
            assert service.make_waiting() == 0
    assert queries.own(holder, asked.public_id).state == "failed"
    monkeypatch.undo()
    again = service.ask(person_id=holder)
    assert service.make_waiting(again.public_id) == 1


def test_what_somebody_works_on_is_left_to_them(context: APIFlask, holder: int) -> None:
    asked = service.ask(person_id=holder)
    with writing():
        asked.state, asked.lease_until = rules.MAKING, clock.now() + rules.LEASE
    assert service.make_waiting(asked.public_id) == 0


def test_who_is_erased_meanwhile_gets_none_and_no_file_is_left(
    context: APIFlask, holder: int, monkeypatch: Any
) -> None:
    ref = db.session.get_one(Person, holder).public_id
    service.ask(person_id=holder)
    write = formats.write_archive

    def erased_half_way(out: Any, person_id: int) -> Iterator[tuple[int, int]]:
        for done, step in enumerate(write(out, person_id)):
            if done == 2:
                privacy.forget(person_ref=ref, reason="Asked for in writing")
            yield step

    monkeypatch.setattr(formats, "write_archive", erased_half_way)
    assert service.make_waiting() == 0
    assert db.session.scalars(select(func.count()).select_from(DataArchive)).one() == 0
    assert files.all_keys() == []


def test_erasing_deletes_what_was_ready(context: APIFlask, holder: int) -> None:
    key = queries.own(holder, archive(holder).public_id).file_key or ""
    assert files.is_kept(key)
    privacy.forget(person_ref=db.session.get_one(Person, holder).public_id, reason="Asked for in writing")
    assert files.all_keys() == []


def test_after_some_days_the_file_is_deleted_and_the_page_offers_another(
    app: APIFlask, client: FlaskClient, holder: int
) -> None:
    with app.app_context():
        archive(holder)
    with time_machine.travel(clock.now() + timedelta(days=8)):
        with app.app_context():
            retention.let_go()
        people.sign_in(client, HOLDER)
        assert "Prepare my data" in client.get(PAGE + "?lang=en").text


def test_a_letter_about_what_is_gone_is_not_sent(context: APIFlask, holder: int) -> None:
    archive(holder)
    with time_machine.travel(clock.now() + timedelta(days=8)):
        retention.let_go()
        deliver_all(context)
    assert [letter for letter in mailbox(context, HOLDER) if PAGE in letter.as_string()] == []
