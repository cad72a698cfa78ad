"""Fewer places than are reserved or given to institutions are refused wherever they are typed (TRUST 4)."""

from collections.abc import Callable
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.catalogue import queries as catalogue_queries
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.enrolment import errors, service
from tests.catalogue.test_pages import fields_of
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_quota, make_rule, states
from tests.factories.people import bearer, coordinator, form_post, sign_in

API = "/api/v1"


def edits(activity: Activity, capacity: int | None) -> None:
    catalogue.edit_activity(activity_ref=activity.public_id, version=activity.version, capacity=capacity)


def sets_waiting(activity: Activity, capacity: int | None) -> None:
    service.set_waiting(
        activity_ref=activity.public_id, version=activity.version, capacity=capacity, waiting_until=None,
        offer_hours=72, promotes_by="offer",
    )  # fmt: skip


WAYS = pytest.mark.parametrize("lower", [edits, sets_waiting])
Lower = Callable[[Activity, int | None], None]


@WAYS
def test_no_fewer_places_than_the_rules_reserve(context: APIFlask, lower: Lower) -> None:
    activity = make_activity(capacity=10)
    make_rule(activity, "reserved_countries", 4, countries=["PER"])
    with pytest.raises(errors.ReservedExceedCapacity) as refused:
        lower(activity, 3)
    assert (refused.value.field, refused.value.params) == ("capacity", {"reserved": 4, "capacity": 3})
    with pytest.raises(errors.ReservedNeedPlaces):
        lower(activity, None)
    lower(activity, 4)
    assert activity.capacity == 4


@WAYS
def test_no_fewer_places_than_institutions_were_given(context: APIFlask, lower: Lower) -> None:
    activity = make_activity(kind="national_restricted", capacity=10)
    quota, _token = make_quota(activity, places=6)
    with pytest.raises(errors.CapacityBelowPromised) as refused:
        lower(activity, 5)
    assert (refused.value.field, refused.value.params) == ("capacity", {"promised": 6})
    service.take_places_back(activity_ref=activity.public_id, quota_ref=quota.public_id, version=quota.version)
    lower(activity, 5)
    assert activity.capacity == 5


@WAYS
def test_a_refused_capacity_throws_nobody_out(context: APIFlask, lower: Lower) -> None:
    activity = make_activity(capacity=5)
    make_rule(activity, "reserved_countries", 4, countries=["CHL"])
    for _ in range(3):
        enrol(activity)
    enrol(activity, state="waitlisted")
    with pytest.raises(errors.ReservedExceedCapacity):
        lower(activity, 3)
    assert states(activity) == {"confirmed": 3, "waitlisted": 1}


def test_another_setting_is_saved_although_what_is_reserved_no_longer_fits(context: APIFlask) -> None:
    activity = make_activity(capacity=2)
    make_rule(activity, "reserved_countries", 4, countries=["PER"])
    catalogue.edit_activity(
        activity_ref=activity.public_id, version=activity.version, capacity=2, location="Lima"
    )  # fmt: skip
    assert activity.location == "Lima"


def an_activity(app: APIFlask, **fields: Any) -> tuple[str, int]:
    with app.app_context():
        coordinator(language="en")
        activity = make_activity(**fields)
        make_rule(activity, "reserved_countries", 4, countries=["PER"])
        return activity.public_id, activity.version


def test_the_page_of_all_settings_says_so_beside_the_field(app: APIFlask, client: FlaskClient) -> None:
    ref, _version = an_activity(app, kind="international_open", capacity=10)
    sign_in(client, "coordinator@example.org")
    address = f"/coordinate/activities/{ref}/edit"
    shown = form_post(client, address, fields_of(client.get(address).text) | {"capacity": "3"})
    assert shown.status_code == 422
    assert "More places would be reserved (4) than there are (3)." in shown.text
    assert 'href="#capacity"' in shown.text
    with app.app_context():
        assert catalogue_queries.published_activity(ref).capacity == 10


def test_json_says_so_with_the_field(app: APIFlask, client: FlaskClient) -> None:
    ref, version = an_activity(app, capacity=10)
    headers = {**bearer(app, "coordinator@example.org"), "If-Match": f'"{version}"'}
    answer = client.patch(f"{API}/activities/{ref}", json={"capacity": 3}, headers=headers)
    assert answer.status_code == 409
    assert "capacity" in answer.text
    assert "reserved_exceed_capacity" in answer.text
