"""Closing an activity with a headcount, and correcting it: service, pages, JSON; on both databases."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from ilpes_lms.catalogue import errors, queries, service
from ilpes_lms.catalogue.models import Headcount, HeadcountChange
from ilpes_lms.core import actor
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound, Stale
from ilpes_lms.statistics import service as statistics
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol
from tests.factories.people import bearer, coordinator, csrf_token, sign_in
from tests.factories.statistics import past_activity

API = "/api/v1"
NUMBERS = {"women": 12, "men": 9, "other": 1, "not_stated": 2}


def count(activity, **changes):
    values = {"version": activity.version, "source": "List of the division", **NUMBERS, **changes}
    return service.close_with_headcount(activity_ref=activity.public_id, **values)


def said(activity):
    statement = select(HeadcountChange).where(HeadcountChange.activity_id == activity.id).order_by(HeadcountChange.id)
    return [(one.women, one.men, one.reason, one.actor) for one in db.session.scalars(statement)]


@pytest.mark.usefixtures("context")
class TestService:
    def test_an_activity_is_closed_with_its_headcount_and_statistics_count_it(self):
        activity = past_activity("other_division", status="published", division="statistics")
        with actor.acting("the-coordinator"):
            closed = count(activity)
        assert (closed.status, closed.record) == ("closed", "headcount")
        totals = statistics.compute(start=date(2023, 3, 1), end=date(2023, 3, 31))["totals"]
        assert {name: totals[name] for name in NUMBERS} == NUMBERS
        assert said(activity) == [(12, 9, "", "the-coordinator")]

    def test_a_correction_needs_a_reason_and_what_was_said_before_is_kept(self):
        activity = past_activity(status="published")
        count(activity)
        with pytest.raises(errors.CorrectionUnexplained) as refused:
            count(activity, women=13)
        assert refused.value.field == "reason"
        count(activity, women=13, reason="One name was read twice")
        assert said(activity)[1][:3] == (13, 9, "One name was read twice")
        assert len(said(activity)) == 2
        assert db.session.scalars(select(Headcount.women)).all() == [13]

    def test_the_same_numbers_again_are_no_correction(self):
        activity = past_activity()
        count(activity)
        count(activity)
        assert len(said(activity)) == 1

    @pytest.mark.parametrize("state", ["confirmed", "waitlisted", "applied"])
    def test_people_on_record_are_not_overridden_by_a_number(self, state):
        activity = past_activity(status="published")
        enrol(activity, state=state)
        with pytest.raises(errors.PeopleOnRecord):
            count(activity)
        assert queries.activity_by_id(activity.id).record == "people"
        assert said(activity) == []

    @pytest.mark.parametrize(
        ("fields", "refusal"),
        [
            ({"status": "draft", "starts_in": -3}, errors.StepNotPossible),
            ({"status": "cancelled", "starts_in": -3}, errors.StepNotPossible),
            ({"starts_in": 2}, errors.HeadcountTooEarly),
        ],
    )
    def test_what_did_not_take_place_has_no_headcount(self, fields, refusal):
        with pytest.raises(refusal):
            count(make_activity(**fields))

    @pytest.mark.parametrize("value", [-1, 1_000_001])
    def test_numbers_that_cannot_be_are_named(self, value):
        with pytest.raises((errors.Negative, errors.HeadcountNotPlausible)) as refused:
            count(past_activity(), men=value)
        assert refused.value.field == "men"

    def test_of_two_who_count_the_same_version_the_second_is_told(self):
        activity = past_activity()
        seen = activity.version
        count(activity)
        with pytest.raises(Stale):
            count(activity, version=seen, reason="x", women=1)

    def test_an_archived_activity_is_corrected_and_stays_archived(self):
        activity = past_activity(status="archived")
        assert count(activity).status == "archived"

    def test_another_division_s_activity_is_not_there(self):
        with pytest.raises(NotFound):
            count(past_activity(division="statistics"), divisions=frozenset({"gender_affairs"}))


@pytest.fixture
def page(app, client):
    with app.app_context():
        coordinator("c@example.org", language="en", given_names="Clara")
        ref = past_activity("other_division", status="published").public_id
    sign_in(client, "c@example.org")
    return f"/coordinate/activities/{ref}/headcount"


def form_of(client, page, **changes):
    text = client.get(page).text
    version = re.search(r'name="version"[^>]*value="(\d+)"', text).group(1)
    return {**NUMBERS, "source": "A list", "version": version, "csrf_token": csrf_token(client, page), **changes}


def test_a_coordinator_closes_with_a_headcount_and_corrects_it(client, page):
    manage = client.get(page.removesuffix("/headcount")).text
    assert f'href="{page}"' in manage
    done = client.post(page, data=form_of(client, page), follow_redirects=True)
    assert "Women: 12, men: 9, other: 1, not stated: 2" in done.text
    refused = client.post(page, data=form_of(client, page, women=13))
    assert (refused.status_code, 'href="#reason"' in refused.text) == (422, True)
    corrected = client.post(page, data=form_of(client, page, women=13, reason="Counted again"), follow_redirects=True)
    assert "Women: 13, men: 9" in corrected.text
    assert "Women: 12, men: 9" in corrected.text
    assert "Counted again" in corrected.text
    assert "Clara" in corrected.text


def test_numbers_that_cannot_be_stand_beside_their_field(client, page):
    for wrong in ({"women": "-1"}, {"women": "many"}, {"women": "9" * 30}, {"women": ""}):
        refused = client.post(page, data=form_of(client, page, **wrong))
        assert (refused.status_code, 'href="#women"' in refused.text) == (422, True)


def test_two_coordinators_do_not_overwrite_each_other_unseen(client, page):
    mine = form_of(client, page, women=1)
    client.post(page, data=form_of(client, page))
    conflict = client.post(page, data=mine)
    assert conflict.status_code == 409
    assert "Someone else changed this activity meanwhile" in conflict.text


def test_where_people_are_on_record_the_page_says_so_and_has_no_form(app, client, page):
    with app.app_context():
        activity = past_activity(status="published")
        enrol(activity)
    shown = client.get(f"/coordinate/activities/{activity.public_id}/headcount")
    assert "People are enrolled here" in shown.text
    assert 'name="women"' not in shown.text


def test_programs_close_with_a_headcount_by_the_version_they_saw(app, client, page):
    staff, ref = bearer(app, "c@example.org"), page.split("/")[3]
    url = f"{API}/activities/{ref}/headcount"
    tag = client.get(f"{API}/coordinate/activities/{ref}", headers=staff).headers["ETag"]
    assert client.put(url, json=NUMBERS, headers=staff).status_code == 428
    done = client.put(url, json=NUMBERS, headers={**staff, "If-Match": tag})
    assert (done.status_code, done.json["status"], done.json["record"]) == (200, "closed", "headcount")
    assert done.json["headcount"] == {**NUMBERS, "source": ""}
    assert client.put(url, json=NUMBERS, headers={**staff, "If-Match": tag}).status_code == 412
    fresh = {**staff, "If-Match": done.headers["ETag"]}
    for wrong in ({"women": -1}, {"women": 10**12}, {"women": "x"}, {"total": 3}, {"women": 1}):
        assert client.put(url, json={**NUMBERS, **wrong}, headers=fresh).status_code == 422
    good = client.put(url, json={**NUMBERS, "women": 1, "reason": "A typing error"}, headers=fresh)
    assert (good.status_code, good.json["headcount"]["women"]) == (200, 1)
