"""What an enrolment says of a person is corrected with a reason: service, pages, JSON, statistics, one's own data."""

from datetime import date
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.core import actor
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound, Stale
from ilpes_lms.enrolment import errors, queries, service
from ilpes_lms.enrolment.models import AttributeCorrection, Enrolment
from ilpes_lms.enrolment.rules import Reviewer
from ilpes_lms.people import service as people
from ilpes_lms.people.errors import TextTooLong
from ilpes_lms.people.vocabularies.errors import UnknownCode
from ilpes_lms.privacy import exporters
from ilpes_lms.statistics import service as statistics
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_institution, make_someone
from tests.factories.people import bearer, coordinator, csrf_token, person, sign_in
from tests.factories.statistics import past_activity

API = "/api/v1"


def correct(enrolment: Enrolment, reason: str = "As on the list", **attributes: Any) -> Enrolment:
    values = {"version": queries.attributes_version(enrolment), "reason": reason, **attributes}
    return service.correct_attributes(
        activity_ref=enrolment.activity.public_id, enrolment_ref=enrolment.public_id, **values
    )


def kept(enrolment: Enrolment) -> list[tuple[str, str | None, str | None, str]]:
    return [(one.field, one.before, one.after, one.reason) for one in queries.corrections(enrolment.id)]


# the service


@pytest.mark.usefixtures("context")
class TestService:
    def test_a_correction_is_kept_with_who_when_and_why_and_the_profile_stays(self) -> None:
        someone = make_someone(sex="male", residence_country="CHL")
        enrolment = enrol(make_activity(), someone)
        with actor.acting("coordinator-account"):
            correct(enrolment, sex="female", country="PER")
        fresh = queries.enrolment(enrolment.public_id)
        assert (fresh.sex, fresh.country) == ("female", "PER")
        assert (fresh.person.sex, fresh.person.residence_country) == ("male", "CHL")
        assert kept(enrolment) == [
            ("sex", "male", "female", "As on the list"), ("country", "CHL", "PER", "As on the list"),
        ]  # fmt: skip
        assert {one.actor for one in queries.corrections(enrolment.id)} == {"coordinator-account"}

    def test_who_declared_a_conflict_of_interest_corrects_nothing_that_the_rules_read(self) -> None:
        judge, enrolment = coordinator(), enrol(make_activity("international_open"), make_someone(sex="male"))
        service.declare_conflict(
            activity_ref=enrolment.activity.public_id, enrolment_ref=enrolment.public_id,
            reviewer=Reviewer(judge.id, frozenset()),
        )  # fmt: skip
        with pytest.raises(errors.ConflictDeclared):
            correct(enrolment, sex="female", corrector=judge.id)
        assert correct(enrolment, sex="female", corrector=coordinator("other@example.org").id).sex == "female"

    def test_the_audit_record_names_the_fields_and_no_value(self) -> None:
        enrolment = enrol(make_activity(), make_someone(sex="male"))
        correct(enrolment, "Canary reason", sex="female", position_held="Canary position")
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "enrolment.corrected")).one()
        assert entry.details["fields"] == ["position_held", "sex"]
        assert "anary" not in str(entry.details)

    def test_what_is_not_known_is_said_by_an_empty_value(self) -> None:
        enrolment = enrol(make_activity(), make_someone(position="Jefa"))
        correct(enrolment, country="", position_held=None)
        assert (enrolment.country, enrolment.position_held) == (None, None)

    @pytest.mark.parametrize(
        ("attributes", "refusal", "field"),
        [
            ({"sex": "unknown"}, UnknownCode, "sex"),
            ({"sex": ""}, UnknownCode, "sex"),
            ({"country": "XXX"}, UnknownCode, "country"),
            ({"sector": "mining"}, UnknownCode, "sector"),
            ({"organization_country": "chl"}, UnknownCode, "organization_country"),
            ({"position_held": "x" * 201}, TextTooLong, "position_held"),
            ({"organization_name": "x" * 301}, TextTooLong, "organization_name"),
            ({"reason": " \n", "sex": "male"}, errors.ReasonMissing, "reason"),
            ({"reason": "x" * 401, "sex": "male"}, TextTooLong, "reason"),
            ({"sex": "female"}, errors.NothingCorrected, None),
            ({}, errors.NothingCorrected, None),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_is_kept(self, attributes, refusal, field) -> None:
        enrolment = enrol(make_activity(), make_someone(sex="female"))
        with pytest.raises(refusal) as found:
            correct(enrolment, **attributes)
        assert found.value.field == field
        assert kept(enrolment) == []

    def test_of_two_corrections_of_the_same_version_the_second_is_refused(self) -> None:
        enrolment = enrol(make_activity())
        seen = queries.attributes_version(enrolment)
        correct(enrolment, country="PER", version=seen)
        with pytest.raises(Stale):
            correct(enrolment, country="COL", version=seen)
        assert enrolment.country == "PER"

    def test_an_enrolment_of_another_activity_is_not_there(self) -> None:
        enrolment, other = enrol(make_activity()), make_activity()
        with pytest.raises(NotFound):
            service.correct_attributes(
                activity_ref=other.public_id, enrolment_ref=enrolment.public_id, version=1, reason="x", country="PER"
            )

    def test_a_confirmation_copies_the_person_anew_but_for_what_was_corrected(self) -> None:
        someone = make_someone(sex="male", residence_country="CHL", position="Analista")
        enrolment = enrol(make_activity(kind="international_open"), someone, state="applied")
        correct(enrolment, sex="female")
        people.edit_profile(person_id=someone.id, version=someone.version, sex="other", position="Jefa", country="PER")
        service.decide(
            activity_ref=enrolment.activity.public_id, enrolment_refs=[enrolment.public_id], decision="accept"
        )
        fresh = queries.enrolment(enrolment.public_id)
        assert (fresh.state, fresh.sex, fresh.position_held, fresh.country) == ("confirmed", "female", "Jefa", "PER")

    def test_a_corrected_institution_stays_whole_when_the_person_is_copied_anew(self) -> None:
        old, new = make_institution("Ministerio A", "CHL"), make_institution("Ministerio B", "PER")
        someone = make_someone(organization_id=old.id)
        enrolment = enrol(make_activity(kind="international_open"), someone, state="applied")
        assert enrolment.organization_id == old.id
        correct(enrolment, organization_name="Ministerio B", organization_country="PER")
        assert enrolment.organization_id == new.id
        service.decide(
            activity_ref=enrolment.activity.public_id, enrolment_refs=[enrolment.public_id], decision="accept"
        )
        fresh = queries.enrolment(enrolment.public_id)
        assert (fresh.organization_name, fresh.organization_country, fresh.organization_id) == (
            "Ministerio B", "PER", new.id,
        )  # fmt: skip

    def test_an_institution_that_is_not_in_the_list_is_kept_as_written(self) -> None:
        enrolment = enrol(make_activity(), make_someone(organization_id=make_institution().id))
        correct(enrolment, organization_name="Municipalidad de Ñuñoa")
        assert (enrolment.organization_name, enrolment.organization_id) == ("Municipalidad de Ñuñoa", None)

    def test_statistics_count_the_corrected_value(self) -> None:
        enrolment = enrol(past_activity(), make_someone(sex="male"))
        march = {"start": date(2023, 3, 1), "end": date(2023, 3, 31)}
        before = statistics.compute(**march)["totals"]
        correct(enrolment, sex="female")
        after = statistics.compute(**march)["totals"]
        assert [(found["women"], found["men"]) for found in (before, after)] == [(0, 1), (1, 0)]

    def test_the_person_sees_what_was_corrected_among_their_own_data(self) -> None:
        someone = make_someone(sex="male")
        correct(enrol(make_activity(), someone), sex="female")
        (enrolment,) = exporters.export(someone.id)["enrolment"]["enrolments"]
        (correction,) = enrolment["corrections"]
        assert enrolment["sex"] == "female"
        assert {name: correction[name] for name in ("field", "before", "after", "reason")} == {
            "field": "sex", "before": "male", "after": "female", "reason": "As on the list",
        }  # fmt: skip
        assert "actor" not in correction, "who corrected it is not theirs to take along"


# pages and JSON


@pytest.fixture
def address(app: APIFlask) -> tuple[str, str]:
    """A participant Ana, with an account, of an activity; its reference and hers."""
    with app.app_context():
        ana = person("ana@example.org", given_names="Ana", sex="male", country="CHL", language="en")
        enrolment = enrol(make_activity(), ana)
        coordinator(language="en", given_names="Clara")
        return enrolment.activity.public_id, enrolment.public_id


@pytest.fixture
def page(client: FlaskClient, address: tuple[str, str]) -> str:
    sign_in(client, "coordinator@example.org")
    return f"/coordinate/activities/{address[0]}/applications/{address[1]}/attributes"


def form_of(client: FlaskClient, page: str, **changes: str) -> dict[str, str]:
    import re

    version = re.search(r'name="version"[^>]*value="(\d+)"', client.get(page).text)
    assert version is not None
    proof = csrf_token(client, page)
    values = {"sex": "male", "country": "CHL", "sector": "", "organization_country": "", "reason": "On the list"}
    return {**values, "version": version.group(1), "csrf_token": proof, **changes}


def test_a_coordinator_corrects_and_the_history_says_what_who_and_why(
    client: FlaskClient, page: str, address: tuple[str, str]
) -> None:
    application = client.get(f"/coordinate/activities/{address[0]}/applications/{address[1]}").text
    assert f'href="{page}"' in application
    done = client.post(page, data=form_of(client, page, sex="female"), follow_redirects=True)
    assert done.status_code == 200
    assert "Sex corrected: Female instead of Male" in done.text
    assert "On the list" in done.text
    assert "Clara" in done.text


def test_without_a_reason_nothing_is_corrected(app: APIFlask, client: FlaskClient, page: str) -> None:
    refused = client.post(page, data=form_of(client, page, sex="female", reason=""))
    assert (refused.status_code, 'href="#reason"' in refused.text) == (422, True)
    with app.app_context():
        assert db.session.scalars(select(AttributeCorrection)).all() == []


def test_two_coordinators_do_not_overwrite_each_other_unseen(client: FlaskClient, page: str) -> None:
    mine = form_of(client, page, country="PER")
    client.post(page, data=form_of(client, page, country="COL"))
    conflict = client.post(page, data=mine)
    assert conflict.status_code == 409
    assert "Someone else changed this meanwhile" in conflict.text
    assert "Colombia" in conflict.text
    again = client.post(page, data=form_of(client, page, country="PER"), follow_redirects=True)
    assert "Country of residence corrected: Peru instead of Colombia" in again.text


def test_an_enrolment_of_another_activity_inside_an_authorised_address_is_not_there(
    app: APIFlask, client: FlaskClient, page: str, address: tuple[str, str]
) -> None:
    with app.app_context():
        other = make_activity().public_id
    assert client.get(page.replace(address[0], other)).status_code == 404


def test_a_person_reads_the_correction_in_words_among_their_own_data(
    app: APIFlask, client: FlaskClient, page: str
) -> None:
    client.post(page, data=form_of(client, page, sex="female"))
    ana = app.test_client()
    sign_in(ana, "ana@example.org")
    text = ana.get("/my/data/enrolment").text
    assert "Corrections by staff" in text
    assert "On the list" in text


def test_programs_correct_with_the_version_they_saw(app: APIFlask, client: FlaskClient, address) -> None:
    staff, url = (
        bearer(app, "coordinator@example.org"),
        f"{API}/activities/{address[0]}/enrolments/{address[1]}/attributes",
    )
    seen = client.get(url, headers=staff)
    assert (seen.get_json()["sex"], seen.get_json()["corrections"]) == ("male", [])
    change = {"sex": "female", "reason": "On the list"}
    assert client.patch(url, json=change, headers=staff).status_code == 428
    match = {**staff, "If-Match": seen.headers["ETag"]}
    done = client.patch(url, json=change, headers=match)
    assert (done.status_code, done.get_json()["sex"]) == (200, "female")
    assert done.get_json()["corrections"][0]["reason"] == "On the list"
    assert client.patch(url, json={**change, "sex": "male"}, headers=match).status_code == 412
    fresh = {**staff, "If-Match": done.headers["ETag"]}
    for wrong in ({"sex": "woman"}, {"country": "CHILE"}, {"state": "confirmed"}, {"reason": ""}, {"sex": 5}):
        assert client.patch(url, json={**change, **wrong}, headers=fresh).status_code == 422
