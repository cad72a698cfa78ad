"""A division's coordinators manage their own activities only, in every page and route of enrolment and catalogue."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.enrolment import rules, service
from ilpes_lms.web import access
from tests.factories.applications import make_question
from tests.factories.catalogue import make_activity, make_class_session
from tests.factories.enrolment import enrol, make_quota
from tests.factories.imports import as_csv, check, rows
from tests.factories.people import bearer, coordinator, sign_in

ROOMS = ("catalogue", "enrolment", "api_catalogue", "api_enrolment")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OWN, FOREIGN, EVERYWHERE = "own@example.org", "foreign@example.org", "ilpes@example.org"


@dataclass(frozen=True)
class Case:
    """One address that staff manage activities by."""

    method: str
    rule: Rule

    def path(self, app: APIFlask, values: dict[str, str]) -> str:
        chosen = {name: self._value(name, values) for name in self.rule.arguments}
        with app.test_request_context():
            return app.url_map.bind("localhost").build(self.rule.endpoint, chosen, method=self.method)

    def _value(self, name: str, values: dict[str, str]) -> str:
        if name == "invitation_ref" and "quota_ref" in self.rule.arguments:
            return values["nominee_ref"]
        choices: Any = getattr(self.rule._converters[name], "items", None)
        return min(choices) if choices else values[name]


def managing(app: APIFlask) -> list[Case]:
    """Return every address of the two rooms that asks for a permission and names an activity or a part of one."""
    found = []
    for rule in app.url_map.iter_rules():
        requirement = access.requirement_of(app, rule.endpoint)
        named = [name for name in rule.arguments if name == "ref" or name.endswith("_ref")]
        if rule.endpoint.split(".")[0] in ROOMS and requirement and requirement.kind == "permission" and named:
            found += [Case(method, rule) for method in METHODS if method in (rule.methods or ())]
    return found


@pytest.fixture
def values(app: APIFlask) -> dict[str, str]:
    """The references of an activity of one division and of all that hangs on it."""
    with app.app_context():
        coordinator(OWN, division="statistics", language="en")
        coordinator(FOREIGN, division="gender_affairs", language="en")
        coordinator(EVERYWHERE, language="en")
        activity = make_activity(kind="national_restricted", admission="nomination", division="statistics", capacity=20)
        quota, token = make_quota(activity)
        nominee = service.nominate(token=token, email="m@example.org", given_names="Rosa", first_surname="Paz")
        enrolment = enrol(activity, state="applied")
        invited = service.invite(
            activity_ref=activity.public_id, email="i@example.org", given_names="Luz", first_surname="Paz"
        )
        (rule,) = service.add_place_rule(
            activity_ref=activity.public_id, version=activity.version, kind=rules.AT_MOST_PER_COUNTRY, number=5
        )
        imported = check(activity, as_csv(rows(1)))
        return {
            "ref": activity.public_id, "activity_ref": activity.public_id, "enrolment_ref": enrolment.public_id,
            "quota_ref": quota.public_id, "invitation_ref": invited.public_id, "rule_ref": rule.public_id,
            "nominee_ref": nominee.public_id,
            "material_ref": catalogue.add_material(
                activity_ref=activity.public_id, title="Uno", link="https://example.org"
            ).public_id,
            "question_ref": make_question(activity).public_id, "import_ref": imported.public_id,
            "module_ref": catalogue.add_module(
                activity_ref=activity.public_id, titles={"es": "Uno"}, hours=Decimal(4)
            ).public_id,
            "class_session_ref": make_class_session(activity).public_id, "person_ref": enrolment.person.public_id,
        }  # fmt: skip


@pytest.fixture
def ask(app: APIFlask) -> Iterator[Callable[[str, Case, dict[str, str]], int]]:
    """Ask as somebody: pages in a browser, JSON as a program; return the status."""
    browsers: dict[str, FlaskClient] = {}
    app.config["WTF_CSRF_ENABLED"] = False

    def asked(who: str, case: Case, values: dict[str, str]) -> int:
        path = case.path(app, values)
        if path.startswith("/api/"):
            body: dict[str, Any] = {} if case.method == "GET" else {"json": BODIES.get(case.rule.endpoint, {})}
            if case.rule.endpoint in FILES:
                body = {"data": {"file": (as_csv(rows(1)), "list.csv")}}
            headers = {**bearer(app, who), "If-Match": '"1"'}
            path += QUERIES.get(case.rule.endpoint, "")
            return app.test_client().open(path, method=case.method, headers=headers, **body).status_code
        if who not in browsers:
            browsers[who] = app.test_client()
            sign_in(browsers[who], who)
        return browsers[who].open(path, method=case.method, **_form(case, values)).status_code

    yield asked
    app.config["WTF_CSRF_ENABLED"] = True


# What a program must send to be understood at all.
FILES = ("api_enrolment.upload_participants",)
PERSON = {"email": "n@example.org", "given_names": "Ana", "first_surname": "Sol"}
QUESTION = {"kind": "text", "labels": {"es": "¿Por qué?"}}
QUERIES = {"api_catalogue.unassign": "?role=instructor", "api_catalogue.foresee_switch": "?record=people"}
BODIES: dict[str, Any] = {
    "api_catalogue.edit": {"titles": {"es": "Uno"}},
    "api_catalogue.headcount": {"women": 1, "men": 1},
    "api_catalogue.switch_record": {"record": "no_record", "reason": "x"},
    "api_catalogue.add_class_session": {"starts_wall": "2027-04-06T10:00:00", "minutes": 60},
    "api_catalogue.assign": {"email": OWN, "role": "instructor"},
    "api_catalogue.add_pattern": {
        "weekdays": [1], "begins": "10:00", "ends": "11:00", "first": "2027-04-06", "number": 1,
    },
    "api_catalogue.add_module": {"titles": {"es": "Uno"}},
    "api_catalogue.change_module": {"titles": {"es": "Uno"}},
    "api_catalogue.move_module": {"direction": "up"},
    "api_catalogue.add_material": {"title": "Uno", "link": "https://example.org"},
    "api_catalogue.change_material": {"title": "Uno", "link": "https://example.org"},
    "api_catalogue.move_material": {"direction": "up"},
    "api_enrolment.add_question": QUESTION,
    "api_enrolment.edit_question": QUESTION,
    "api_enrolment.move_question": {"direction": "up"},
    "api_enrolment.decide": {"enrolments": ["a" * 26], "decision": "accept"},
    "api_enrolment.preview_decisions": {"enrolments": ["a" * 26], "decision": "accept"},
    "api_enrolment.review": {"score": 1},
    "api_enrolment.correct": {"sex": "female", "reason": "x"},
    "api_enrolment.set_place_rules": {"items": []},
    "api_enrolment.invite": PERSON,
    "api_enrolment.replace_confirmed": {**PERSON, "reason": "x"},
    "api_enrolment.check_invitation_list": {"people": [PERSON]},
    "api_enrolment.invite_list": {"people": [PERSON]},
    "api_enrolment.extend_invitation": {"answer_by": "2100-01-01"},
    "api_enrolment.open_quota": {
        "organization": "Ministerio", "country": "PER", "places": 1, "closes_on": "2100-01-01",
        "focal_point_email": "f@example.org",
    },
}  # fmt: skip


def _form(case: Case, values: dict[str, str]) -> dict[str, Any]:
    """Return what a page's form says at least: the version that was seen, a day, a person."""
    form = {"version": values.get("version", "1"), "answer_by": "2100-01-01", **PERSON}
    return {} if case.method == "GET" else {"data": form}


def test_trust_20_nothing_of_another_division_is_there(app: APIFlask, ask, values: dict[str, str]) -> None:
    cases = managing(app)
    assert len(cases) > 25
    answers = {f"{case.method} {case.rule.rule}": ask(FOREIGN, case, values) for case in cases}
    assert {name: status for name, status in answers.items() if status != 404} == {}


@pytest.mark.parametrize("who", [OWN, EVERYWHERE])
def test_trust_20_their_own_is_there_and_ilpes_sees_all(app: APIFlask, ask, values: dict[str, str], who: str) -> None:
    """The control: the same addresses answer those who manage the activity, so it is the division that closes them."""
    reading = [case for case in managing(app) if case.method == "GET"]
    answers = {case.rule.rule: ask(who, case, values) for case in reading}
    # What has nothing to switch says so (409), which nobody is told of what is not theirs.
    assert {name: status for name, status in answers.items() if status not in (200, 409)} == {}


def test_lists_hold_one_s_own_division_only(app: APIFlask, client: FlaskClient, values: dict[str, str]) -> None:
    for who, seen in ((FOREIGN, False), (OWN, True), (EVERYWHERE, True)):
        items = client.get("/api/v1/coordinate/activities", headers=bearer(app, who)).get_json()["items"]
        assert (values["ref"] in {item["ref"] for item in items}) == seen
        browser = app.test_client()
        sign_in(browser, who)
        for page in ("/coordinate/activities", "/coordinate"):
            assert (values["ref"] in browser.get(page).text) == seen, (who, page)


def test_trust_20_an_id_of_another_activity_inside_an_authorised_address_is_not_there(
    app: APIFlask, ask, values: dict[str, str]
) -> None:
    with app.app_context():
        own = make_activity(kind="national_restricted", admission="nomination", division="gender_affairs", capacity=5)
    crossed = {**values, "ref": own.public_id, "activity_ref": own.public_id, "version": str(own.version)}
    parts = {
        "enrolment_ref", "quota_ref", "invitation_ref", "rule_ref", "import_ref", "question_ref", "material_ref",
        "module_ref",
    }  # fmt: skip
    cases = [case for case in managing(app) if parts & case.rule.arguments]
    assert cases
    answers = {f"{case.method} {case.rule.rule}": ask(FOREIGN, case, crossed) for case in cases}
    assert {name: status for name, status in answers.items() if status != 404} == {}
