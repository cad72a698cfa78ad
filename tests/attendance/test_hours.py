"""Hours earned told from hours planned (ADR 19), and outcomes that stand once a certificate is issued on them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.attendance import queries, rules, service
from ilpes_lms.attendance.rules import Decision, ModulePlan, Plan, Rule
from ilpes_lms.attendance.service import outcomes
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.queries import modules_of
from ilpes_lms.certificates import service as certificates
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core.database import db
from tests.factories.attendance import Taught, complete, make_taught, mark
from tests.factories.enrolment import enrol
from tests.factories.people import bearer, person, sign_in

FULL, HALF = Rule(Decimal("0.800"), at_least_one=False), Rule(Decimal("0.500"), at_least_one=False)
COMPLETED, NOT = Decision("completed", {}), Decision("not_completed", {})


class Killed(BaseException):
    """Stands for a worker that is killed."""


def earned(decision: Decision, plan: Plan, rule: Rule, **marks: str) -> Decimal | None:
    return rules.with_hours(decision, plan, rule, {int(name[1:]): mark for name, mark in marks.items()}).hours


def test_without_modules_the_whole_is_earned_or_nothing() -> None:
    plan = Plan(Decimal(40))
    assert [earned(one, plan, FULL) for one in (COMPLETED, NOT)] == [Decimal(40), Decimal(0)]
    assert earned(COMPLETED, Plan(None), FULL) is None


def test_a_module_is_earned_by_the_rule_s_share_of_its_own_class_sessions() -> None:
    plan = Plan(Decimal(40), (ModulePlan(1, Decimal(10), frozenset({1, 2})), ModulePlan(2, Decimal(6), frozenset({3}))))
    assert earned(NOT, plan, HALF, s1="present") == Decimal(10)
    assert earned(NOT, plan, FULL, s1="present") == Decimal(0)
    assert earned(NOT, plan, FULL, s1="present", s2="excused") == Decimal(10)
    # Completed at the share of the whole, with a module missed.
    assert earned(COMPLETED, plan, HALF, s1="present", s2="late", s3="absent") == Decimal(10)
    assert earned(COMPLETED, plan, FULL, s3="excused") == Decimal(6)


def test_modules_without_class_sessions_are_earned_with_the_whole_and_those_without_hours_not_counted() -> None:
    plan = Plan(None, (ModulePlan(1, Decimal(4)), ModulePlan(2, None, frozenset({1}))))
    assert [earned(one, plan, FULL, s1="present") for one in (COMPLETED, NOT)] == [Decimal(4), Decimal(0)]
    assert earned(COMPLETED, Plan(Decimal(8), (ModulePlan(1, None, frozenset({1})),)), FULL) == Decimal(8)


def test_a_rule_without_a_share_asks_for_one_class_session_of_a_module() -> None:
    plan = Plan(None, (ModulePlan(1, Decimal(4), frozenset({1, 2, 3})),))
    graded = Rule(Decimal(0), at_least_one=False, grade=Decimal(60))
    assert [earned(NOT, plan, graded, s1=mark) for mark in ("late", "absent")] == [Decimal(4), Decimal(0)]


MARKS = st.sampled_from(rules.MARKS)


@given(st.dictionaries(st.integers(1, 6), MARKS), st.sampled_from([COMPLETED, NOT]), st.integers(1, 6))
def test_hours_are_between_none_and_all_and_presence_never_costs_any(marks, decision, session) -> None:
    plan = Plan(Decimal(9), tuple(ModulePlan(n, Decimal(n), frozenset({n, n + 3})) for n in (1, 2, 3)))
    before = rules.with_hours(decision, plan, FULL, marks).hours
    after = rules.with_hours(decision, plan, FULL, {**marks, session: "present"}).hours
    assert before is not None
    assert after is not None
    assert 0 <= before <= 6
    assert after >= before or marks.get(session) == "excused"


@pytest.fixture
def taught(app) -> Taught:
    with app.app_context():
        return make_taught(sessions=4, participants=2, hours=Decimal(20), instructor="profe@example.org")


def hours(taught: Taught, place: int = 0) -> Decimal | None:
    found = queries.outcome_of(taught.enrolments[place].id)
    return found.hours_earned if found else None


def add_module(taught: Taught, title: str, number: int, *places: int):
    return catalogue.add_module(
        activity_ref=taught.activity.public_id, titles={"es": title}, hours=Decimal(number),
        class_sessions=[taught.session_refs[place] for place in places],
    )  # fmt: skip


def test_hours_follow_marks_modules_and_the_plan(context, taught) -> None:
    for session in taught.sessions[:2]:
        mark(session, taught.enrolments[0])
    assert hours(taught) == 0
    first = add_module(taught, "Uno", 8, 0, 1)
    add_module(taught, "Dos", 10, 2, 3)
    assert hours(taught) == 8
    catalogue.change_module(
        activity_ref=taught.activity.public_id, module_ref=first.public_id, titles={"es": "Uno"}, hours=Decimal(6),
        class_sessions=taught.session_refs[:2],
    )  # fmt: skip
    assert hours(taught) == 6
    for session in taught.sessions[2:]:
        mark(session, taught.enrolments[0])
    assert hours(taught) == 16
    for module in modules_of(taught.activity.id):
        catalogue.remove_module(activity_ref=taught.activity.public_id, module_ref=module.public_id)
    assert hours(taught) == 20
    activity = db.session.get(Activity, taught.activity.id)
    assert activity is not None
    edited = catalogue.edit_activity(activity_ref=activity.public_id, version=activity.version, hours=Decimal(24))
    assert (edited.hours, hours(taught)) == (24, 24)
    assert hours(taught, 1) is None


def test_a_participant_and_programs_see_hours_by_module(app, client, taught) -> None:
    with app.app_context():
        mine = enrol(taught.activity, person("ana@example.org"))
        add_module(taught, "Módulo uno", 8, 0, 1)
        add_module(taught, "Módulo dos", 10, 2, 3)
        for session in taught.sessions[:2]:
            mark(session, mine)
        ref = mine.public_id
    sign_in(client, "ana@example.org")
    text = client.get(f"/my/attendance/{ref}?lang=en").text
    assert "Hours earned: 8 of 18." in text
    assert "Modules earned: 1 of 2." in text
    assert "Módulo dos" in text
    told = client.get(f"/api/v1/enrolments/{ref}/attendance", headers=bearer(app, "ana@example.org")).json["outcome"]
    assert (told["hours_earned"], told["hours_planned"]) == (8, 18)
    sign_in(client, "profe@example.org")
    assert "Hours earned: 8 of 18." in client.get(f"/teach/activities/{taught.activity.public_id}?lang=en").text


def test_an_outcome_with_a_certificate_stands_until_it_is_revoked(context, taught) -> None:
    complete(taught)
    certificates.issue(activity_ref=taught.activity.public_id)
    for session in taught.sessions:
        mark(session, taught.enrolments[0], "absent")
    service.set_rule(activity_ref=taught.activity.public_id, rule=Rule(Decimal(1), at_least_one=True))
    kept = queries.outcome_of(taught.enrolments[0].id)
    assert kept is not None
    assert (kept.result, kept.hours_earned, kept.rule_version) == ("completed", 20, 1)
    assert "A certificate was issued" in rules.explain(kept.evidence)[-1].message
    assert (queries.outdated(), queries.undecided(taught.activity.id)) == ([], 0)
    for certificate in db.session.query(Certificate):
        certificates.render(code=certificate.code)
        certificates.revoke(code=certificate.code, reason="Error")
    service.recompute(activity_id=taught.activity.id)
    found = queries.outcome_of(taught.enrolments[0].id)
    assert found is not None
    assert (found.result, found.hours_earned, found.rule_version) == ("not_completed", 0, 2)


def test_without_a_certificate_an_outcome_follows(context, taught) -> None:
    """The negative control."""
    complete(taught)
    for session in taught.sessions:
        mark(session, taught.enrolments[0], "absent")
    found = queries.outcome_of(taught.enrolments[0].id)
    assert found is not None
    assert found.result == "not_completed"


def test_many_outcomes_are_decided_by_the_worker_in_parts_and_a_lost_part_is_found(
    context, taught, monkeypatch, notes
) -> None:
    monkeypatch.setattr(outcomes, "DECIDED_AT_ONCE", 1)
    monkeypatch.setattr(outcomes, "_PART", 1)
    complete(taught)
    service.set_rule(activity_ref=taught.activity.public_id, rule=Rule(Decimal(1), at_least_one=True))
    assert (service.RECOMPUTE_JOB, ()) in notes
    assert queries.undecided(taught.activity.id) == 2
    part = outcomes._recompute_part

    def dies_after_one(activity_id: int, enrolment_ids: list[int]) -> int:
        if queries.undecided(activity_id) == 1:
            raise Killed
        return part(activity_id, enrolment_ids)

    monkeypatch.setattr(outcomes, "_recompute_part", dies_after_one)
    with pytest.raises(Killed):
        service.recompute_outdated()
    assert queries.undecided(taught.activity.id) == 1
    monkeypatch.setattr(outcomes, "_recompute_part", part)
    assert service.recompute_outdated() == 1
    assert queries.undecided(taught.activity.id) == 0
    assert {one.rule_version for one in queries.outcomes(taught.activity.id)} == {2}


def test_who_gets_an_outcome_only_by_the_new_rule_is_decided_before_the_sign_is_gone(
    context, taught, monkeypatch
) -> None:
    monkeypatch.setattr(outcomes, "_PART", 1)
    mark(taught.sessions[0], taught.enrolments[0])
    order = queries.participants_to_decide(taught.activity.id)
    assert order == [taught.enrolments[1].id]
    with_old = [one.id for one in taught.enrolments[::-1]]
    outcomes._write_rule(taught.activity.id, HALF, version=2, by="test")
    assert queries.participants_to_decide(taught.activity.id) == with_old
