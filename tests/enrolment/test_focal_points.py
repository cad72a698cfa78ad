"""A focal point who is signed in finds and fills the institution's places without the link of the letter."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.core import clock
from ilpes_lms.core.database import writing
from ilpes_lms.enrolment import queries
from ilpes_lms.enrolment.models import NominationQuota
from ilpes_lms.people import queries as people
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import make_quota
from tests.factories.people import bearer, form_post, person, sign_in

LUZ = {"given_names": "Luz", "first_surname": "Paz", "email": "luz@example.org"}


@dataclass
class Place:
    """What stands ready: a quota, and the pages on which it is filled."""

    ref: str
    token: str
    page: str
    api: str


@pytest.fixture
def places(app: APIFlask) -> Place:
    with app.app_context():
        person("Focal@example.org", language="en")
        quota, token = make_quota(make_activity("national_restricted", title="Curso nacional", capacity=9), places=2)
        ref = quota.public_id
    return Place(ref, token, f"/my/nominations/{ref}", f"/api/v1/me/nominations/{ref}")


def change(app: APIFlask, ref: str, **fields: object) -> None:
    with app.app_context(), writing() as session:
        session.query(NominationQuota).filter_by(public_id=ref).update(fields)


def test_one_s_page_leads_to_what_one_nominates_for(app: APIFlask, client: FlaskClient, places: Place) -> None:
    sign_in(client, "focal@example.org")
    page = client.get("/my").text
    assert "You nominate for" in page
    assert f'href="{places.page}"' in page
    assert "0 of 2 places filled" in page
    assert places.token not in page
    (shown,) = client.get("/api/v1/my", headers=bearer(app, "focal@example.org")).get_json()["nominations"]
    assert (shown["ref"], shown["places"], shown["filled"]) == (places.ref, 2, 0)


def test_a_focal_point_nominates_and_takes_back_signed_in(app: APIFlask, client: FlaskClient, places: Place) -> None:
    sign_in(client, "focal@example.org")
    desk = client.get(places.page).location
    assert places.token not in desk
    named = form_post(client, desk, LUZ, follow_redirects=True)
    assert (named.status_code, "Luz Paz" in named.text) == (200, True)
    assert "1 of 2 places filled" in client.get("/my").text
    assert "Luz Paz" in client.get(f"/nominate/{places.token}").text
    with app.app_context():
        (nominee,) = queries.nominees([queries.quota_by_token(places.token).id])
    off = form_post(client, f"{desk}/{nominee.public_id}/withdraw", page=desk)
    assert (off.status_code, off.location) == (303, desk)
    with app.app_context():
        assert queries.filled(queries.quota_by_token(places.token).id) == 0


def test_the_same_goes_by_json(app: APIFlask, client: FlaskClient, places: Place) -> None:
    key = client.get(places.api, headers=bearer(app, "focal@example.org")).get_json()["key"]
    assert client.post(f"/api/v1/nominations/{key}", json=LUZ).status_code == 201
    assert client.get(f"/api/v1/nominations/{key}").get_json()["quota"]["filled"] == 1


def test_a_key_is_good_for_half_a_day_and_for_nothing_else(client: FlaskClient, places: Place) -> None:
    sign_in(client, "focal@example.org")
    desk = client.get(places.page).location
    # Not the last character: what it says beyond the signature's bits nobody reads.
    assert client.get(f"{desk[:-5]}{'A' if desk[-5] != 'A' else 'B'}{desk[-4:]}").status_code == 404
    assert client.get(f"/nominate/signed-in.{places.ref}").status_code == 404
    with time_machine.travel(clock.now() + timedelta(hours=13), tick=False):
        assert client.get(desk).status_code == 404


def test_places_of_another_do_not_exist(app: APIFlask, client: FlaskClient, places: Place) -> None:
    with app.app_context():
        person("ana@example.org", language="en")
    sign_in(client, "ana@example.org")
    assert client.get(places.page).status_code == 404
    assert "Curso nacional" not in client.get("/my").text
    headers = bearer(app, "ana@example.org")
    assert client.get(places.api, headers=headers).status_code == 404


def test_an_address_that_nobody_has_confirmed_opens_nothing(app: APIFlask, client: FlaskClient, places: Place) -> None:
    with app.app_context(), writing():
        me = people.person_by_email("focal@example.org")
        assert me is not None
        for address in me.emails:
            address.verified_at = None
    sign_in(client, "focal@example.org")
    assert client.get(places.page).status_code == 404
    assert "You nominate for" not in client.get("/my").text


def test_after_the_closing_the_list_is_still_shown_but_not_changed(
    app: APIFlask, client: FlaskClient, places: Place
) -> None:
    change(app, places.ref, closes_at=clock.now() - timedelta(seconds=1))
    sign_in(client, "focal@example.org")
    assert "Nominations closed" in client.get("/my").text
    desk = client.get(places.page).location
    assert "The time to nominate is over" in client.get(desk).text
    assert form_post(client, desk, LUZ, page="/my").status_code == 422
