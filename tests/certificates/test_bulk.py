"""Certificates of a whole activity: seen before they are issued, held back and let go, and whole whatever dies."""

import random
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ilpes_lms.certificates import service
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core import files
from ilpes_lms.core.broker import publisher
from ilpes_lms.core.database import db, writing
from ilpes_lms.notifications.models import Message
from tests.factories.certificates import certificates, make_completed
from tests.factories.people import bearer, coordinator, form_post, sign_in
from tests.notifications.test_worker_killed import broker, kill, start_worker  # noqa: F401 - a fixture

COORDINATOR = "coordinator@example.org"
MANY, KILLS = 500, 5
PATIENCE_SECONDS = 600


def test_what_is_held_back_waits_and_goes_on_where_it_stopped(context, notes) -> None:
    ref = make_completed(participants=3).activity.public_id
    other = make_completed(participants=1).activity.public_id
    service.issue(activity_ref=ref)
    service.issue(activity_ref=other)
    service.render(code=certificates()[0].code)
    service.pause(activity_ref=ref)
    service.pause(activity_ref=ref)
    assert service.render(code=certificates()[1].code) is False
    assert service.render_queued() == 1
    assert Counter((c.activity_ref, c.state) for c in certificates()) == {
        (ref, "issued"): 1, (ref, "queued"): 2, (other, "issued"): 1,
    }  # fmt: skip
    notes.clear()
    service.resume(activity_ref=ref)
    assert notes == [("certificates.render", ())]
    assert service.render_queued() == 2
    service.resume(activity_ref=ref)


def test_the_page_shows_the_pause_and_the_way_on(app, client) -> None:
    with app.app_context():
        coordinator()
        ref = make_completed(participants=2).activity.public_id
        service.issue(activity_ref=ref)
    sign_in(client, COORDINATOR)
    page = f"/coordinate/activities/{ref}/certificates"
    assert "hx-get" in client.get(f"{page}/progress").text
    assert form_post(client, f"{page}/pause", page=page).status_code == 303
    text = client.get(f"{page}?lang=en").text
    assert "Paused since" in text
    assert "Go on making them" in text
    assert "hx-trigger" not in client.get(f"{page}/progress").text
    assert form_post(client, f"{page}/resume", page=page).status_code == 303
    text = client.get(f"{page}?lang=en").text
    assert "Paused since" not in text
    assert f"{page}/pause" in text


def test_json_pauses_goes_on_and_tells_how_far_it_is(app, client) -> None:
    with app.app_context():
        coordinator()
        coordinator("elsewhere@example.org", division="statistics")
        ref = make_completed(participants=2).activity.public_id
        service.issue(activity_ref=ref)
    staff, url = bearer(app, COORDINATOR), f"/api/v1/activities/{ref}/certificates"
    assert client.get(f"{url}/progress", headers=staff).json == {"states": {"queued": 2}, "paused_since": None}
    assert client.put(f"{url}/pause", headers=staff).json["paused_since"]
    assert client.delete(f"{url}/pause", headers=staff).json["paused_since"] is None
    for verb, path in (("get", "progress"), ("put", "pause"), ("delete", "pause"), ("get", "candidates")):
        assert getattr(client, verb)(f"{url}/{path}", headers=bearer(app, "elsewhere@example.org")).status_code == 404


def test_before_it_is_issued_everybody_s_standing_and_unprintable_name_are_seen(app, client) -> None:
    with app.app_context():
        coordinator()
        taught = make_completed(participants=2)
        with writing():
            taught.enrolments[1].person.certificate_name = "Ana \u4e2d"
        ref = taught.activity.public_id
    sign_in(client, COORDINATOR)
    text = client.get(f"/coordinate/activities/{ref}/certificates?lang=en").text
    assert "characters that can not be printed: \u4e2d" in text
    answer = client.get(f"/api/v1/activities/{ref}/certificates/candidates", headers=bearer(app, COORDINATOR))
    said = {item["name"]: item for item in answer.json["items"]}
    assert len(said) == 2
    assert said["Ana \u4e2d"]["unprintable"] == "\u4e2d"
    assert all(item["eligible"] for item in said.values())
    assert all(item["reasons"] for item in said.values())


@pytest.mark.slow
def test_a_worker_killed_again_and_again_leaves_every_certificate_once(app, broker) -> None:  # noqa: F811
    with app.app_context():
        ref = make_completed(participants=MANY).activity.public_id
        assert service.issue(activity_ref=ref) == MANY
        db.session.remove()
    chance, var = random.Random(), app.config["SETTINGS"].var
    worker, deadline = start_worker(app, broker, "", var), time.monotonic() + PATIENCE_SECONDS
    for _ in range(KILLS):
        goal = min(MANY - 20, made(app) + chance.randint(20, 60))
        wait_until(app, broker, goal, deadline)
        time.sleep(chance.random() * 0.1)
        kill(worker)
        worker = start_worker(app, broker, "", var)
    wait_until(app, broker, MANY, deadline)
    kill(worker)
    with app.app_context():
        found = certificates()
        assert {c.state for c in found} == {"issued"}
        assert [int(c.serial[-6:]) for c in found] == list(range(1, MANY + 1))
        kept = {c.file_key for c in found}
        assert len(kept) == MANY
        assert all(files.fetch(key).startswith(b"%PDF") for key in kept)
        # What a killed worker had kept is what the next one made: no file is left without its certificate.
        assert {path.name for path in Path(app.config["FILES_FOLDER"]).glob("*/*") if ".part" not in path.name} == kept
        letters = select(func.count(Message.key.distinct())).where(Message.kind == "certificates.ready")
        assert db.session.scalar(letters) == MANY


def made(app) -> int:
    with app.app_context():
        number = db.session.scalar(select(func.count()).where(Certificate.state == "issued"))
        db.session.remove()
    return number or 0


def wait_until(app, address: str, goal: int, deadline: float) -> None:
    """Wait until so many are made, waking the worker as the scheduler does."""
    wake = publisher(address)
    while made(app) < goal:
        assert time.monotonic() < deadline, f"{made(app)} certificates of {goal}"
        wake("certificates.render", (), "")
        time.sleep(0.5)
