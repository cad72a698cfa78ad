"""Place rules at work: who gets in at once, who is passed over, what a committee may do, what the log says."""

from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.errors import NotFound, Stale
from ilpes_lms.enrolment import errors, queries, service
from ilpes_lms.enrolment.models import Enrolment, PlaceDecision, PlaceHold, Review
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_institution, make_rule, make_someone, states


def apply(activity: Activity, **fields: Any) -> Enrolment:
    motivation = "Planning" if activity.admission == "selection" else ""
    return service.apply(
        activity_ref=activity.public_id, person_id=make_someone(**fields).id, motivation=motivation
    )  # fmt: skip


def of(country: str, sex: str = "female") -> dict[str, str]:
    return {"residence_country": country, "sex": sex}


def log() -> list[tuple[str, str, int]]:
    rows = db.session.scalars(select(PlaceDecision).order_by(PlaceDecision.id))
    return [(row.occasion, row.outcome, row.promoted) for row in rows]


def withdraw(enrolment: Enrolment) -> None:
    service.withdraw(enrolment_ref=enrolment.public_id, person_id=enrolment.person_id)


def test_whom_the_rules_allow_gets_a_place_at_once_and_others_wait_with_the_reason(context: APIFlask) -> None:
    activity = make_activity(capacity=5)
    make_rule(activity, "at_most_per_country", 1)
    first, second, third = apply(activity, **of("CHL")), apply(activity, **of("CHL")), apply(activity, **of("PER"))
    assert [one.state for one in (first, second, third)] == ["confirmed", "waitlisted", "confirmed"]
    assert second.changes[-1].reason.startswith("As many people of your country")
    assert third.changes[-1].reason == ""


def test_who_comes_does_not_overtake_somebody_whom_the_rules_would_allow(context: APIFlask) -> None:
    activity = make_activity(capacity=3)
    make_rule(activity, "at_most_per_country", 1)
    with writing():
        activity.waiting_until = clock.now() - timedelta(hours=1)
    service.enrol_directly(activity_id=activity.id, person_id=make_someone(**of("URY")).id, state="waitlisted")
    assert apply(activity, **of("PER")).state == "waitlisted"


def test_registering_asks_the_database_no_more_where_no_rule_stands(context: APIFlask, statements: list[str]) -> None:
    activity = make_activity(capacity=5)
    people = [make_someone(**of(country)).id for country in ("CHL", "PER", "URY")]

    def asked(person_id: int) -> int:
        del statements[:]
        service.apply(activity_ref=activity.public_id, person_id=person_id)
        return sum("place_rules" in one or "place_decisions" in one for one in statements)

    assert [asked(person_id) for person_id in people[:2]] == [1, 1]  # counted with the places, in one statement
    make_rule(activity, "at_most_per_country", 1)
    assert asked(people[2]) > 1


def test_reserved_places_wait_for_their_people_until_they_are_released_by_date(context: APIFlask) -> None:
    activity = make_activity(capacity=2)
    rule = make_rule(activity, "reserved_countries", 1, countries=["PER"], until=clock.now() + timedelta(days=1))
    first, second = apply(activity, **of("CHL")), apply(activity, **of("URY"))
    assert [first.state, second.state] == ["confirmed", "waitlisted"]
    assert second.changes[-1].reason.startswith("The places that are left are reserved")
    assert service.promote_waiting() == 0
    with writing():
        rule.until = clock.now()
    assert service.promote_waiting() == 1
    assert queries.enrolment(second.public_id).state == "confirmed"
    assert log()[-1] == ("sweep", "promoted", 1)


def test_a_person_of_the_reserved_set_gets_a_reserved_place_when_the_others_are_taken(context: APIFlask) -> None:
    activity, institution = make_activity(capacity=2), make_institution()
    make_rule(activity, "reserved_institution", 1, organization_id=institution.id)
    assert [apply(activity).state, apply(activity).state] == ["confirmed", "waitlisted"]
    assert apply(activity, organization=institution).state == "confirmed"


def test_a_man_waits_until_a_woman_makes_room_for_him(context: APIFlask) -> None:
    activity = make_activity(capacity=4)
    make_rule(activity, "minimum_women", 50)
    men = [apply(activity, **of("CHL", "male")) for _ in range(2)]
    assert [man.state for man in men] == ["waitlisted", "waitlisted"]
    assert men[0].changes[-1].reason.startswith("The activity keeps a minimum share of women")
    assert apply(activity, **of("CHL", "female")).state == "confirmed"
    assert [queries.enrolment(man.public_id).state for man in men] == ["confirmed", "waitlisted"]


def test_a_freed_place_goes_to_the_first_in_line_whom_the_rules_allow(context: APIFlask) -> None:
    activity = make_activity(capacity=2)
    make_rule(activity, "at_most_per_country", 1)
    chilean, peruvian = apply(activity, **of("CHL")), apply(activity, **of("PER"))
    another_chilean, uruguayan = apply(activity, **of("CHL")), apply(activity, **of("URY"))
    withdraw(peruvian)
    assert (another_chilean.state, uruguayan.state) == ("waitlisted", "confirmed")
    entry = db.session.scalars(select(PlaceDecision).order_by(PlaceDecision.id.desc())).first()
    assert entry is not None
    assert (entry.occasion, entry.free, entry.waiting, entry.promoted) == ("withdrawal", 1, 2, 1)
    assert entry.details["passed_over"] == [{"id": another_chilean.public_id, "why": "country_full"}]
    assert entry.details["promoted"] == [uruguayan.public_id]
    assert chilean.state == "confirmed"


def test_a_kept_place_is_not_given_away_by_the_rules(context: APIFlask) -> None:
    activity = make_activity(capacity=1)
    make_rule(activity, "at_most_per_country", 5)
    with writing() as session:
        session.add(
            PlaceHold(
                activity_id=activity.id, address_digest="x", created_at=clock.now(),
                expires_at=clock.now() + timedelta(hours=24),
            )
        )  # fmt: skip
    assert apply(activity).state == "waitlisted"


def test_every_occasion_says_why_nobody_was_promoted(context: APIFlask) -> None:
    activity = make_activity(kind="international_open", capacity=2)
    chosen = [enrol(activity) for _ in range(2)]
    withdraw(chosen[0])
    assert log() == [("withdrawal", "nobody_waits", 0)]
    waiting, undecided = enrol(activity, state="waitlisted"), enrol(activity, state="applied")
    service.promote_waiting()
    assert log()[-1] == ("sweep", "committee_first", 0)
    with writing():
        activity.waiting_until = clock.now()
    withdraw(chosen[1])
    assert log()[-1] == ("withdrawal", "past_cut_off", 0)
    with writing():
        activity.waiting_until, activity.starts_on = None, clock.today("America/Santiago") - timedelta(days=2)
        activity.ends_on = clock.today("America/Santiago") + timedelta(days=2)
    service.promote_waiting()
    assert log()[-1] == ("sweep", "begun", 0)
    catalogue.close(activity_ref=activity.public_id)
    assert log()[-1] == ("edited", "not_published", 0)
    assert (waiting.state, undecided.state) == ("waitlisted", "applied")


def test_a_freed_place_that_is_none_is_told_so(context: APIFlask) -> None:
    activity = make_activity(capacity=3)
    holders = [enrol(activity) for _ in range(3)]
    enrol(activity, state="waitlisted")
    with writing():
        activity.capacity = 2
    withdraw(holders[0])
    assert log() == [("withdrawal", "no_place_free", 0)]


def test_a_registration_writes_nothing_into_the_log_where_nothing_was_freed(context: APIFlask) -> None:
    activity = make_activity(capacity=1)
    for _ in range(3):
        apply(activity)
    assert states(activity) == {"confirmed": 1, "waitlisted": 2}
    assert log() == []


def test_sweeps_do_not_fill_the_log_with_what_it_says_already(context: APIFlask) -> None:
    activity = make_activity(capacity=3)
    make_rule(activity, "at_most_per_country", 1)
    apply(activity)
    for _ in range(3):
        apply(activity)
        service.promote_waiting()
    assert log() == [("arrival", "rules_allow_nobody", 0)]


def test_a_committee_is_told_whom_the_rules_do_not_allow_and_can_set_them_aside_with_a_reason(
    context: APIFlask,
) -> None:
    activity = make_activity(kind="international_open", capacity=3)
    make_rule(activity, "at_most_per_country", 1)
    refs = [apply(activity, **of(country)).public_id for country in ("CHL", "CHL", "PER")]
    request = {"activity_ref": activity.public_id, "enrolment_refs": refs, "decision": "accept"}
    assert [type(one.refused) for one in service.foresee(**request)] == [type(None), errors.CountryFull, type(None)]
    done = service.decide(**request)
    assert [one.state for one in done] == ["confirmed", "applied", "confirmed"]
    assert done[1].by_rules
    request["enrolment_refs"] = refs[1:2]
    with pytest.raises(errors.OverrideNeedsReason):
        service.decide(**request, override=" ")
    assert service.decide(**request, override="The minister asked for two.")[0].state == "confirmed"
    entry = db.session.scalars(select(PlaceDecision).order_by(PlaceDecision.id.desc())).first()
    assert entry is not None
    assert (entry.outcome, entry.details) == (
        "rules_set_aside", {"people": refs[1:2], "reason": "The minister asked for two."},
    )  # fmt: skip
    assert all("minister" not in step.reason for step in queries.enrolment(refs[1]).changes)


def test_setting_rules_aside_gives_no_place_that_is_not_there(context: APIFlask) -> None:
    activity = make_activity(kind="international_open", capacity=1)
    make_rule(activity, "at_most_per_country", 1)
    refs = [apply(activity).public_id for _ in range(2)]
    done = service.decide(
        activity_ref=activity.public_id, enrolment_refs=refs, decision="accept", override="Both are needed."
    )
    assert [type(one.refused) for one in done] == [type(None), errors.ActivityFull]


def test_in_a_bulk_decision_women_make_room_for_the_men_named_before_them(context: APIFlask) -> None:
    activity = make_activity(kind="international_open", capacity=4)
    make_rule(activity, "minimum_women", 50)
    refs = [apply(activity, **of("CHL", sex)).public_id for sex in ("male", "female", "male")]
    done = service.decide(activity_ref=activity.public_id, enrolment_refs=refs, decision="accept")
    assert [one.state for one in done] == ["confirmed", "confirmed", "applied"]
    assert isinstance(done[2].refused, errors.WomenShareBroken)


def test_a_proposal_ranks_by_the_average_score_and_changes_nothing(context: APIFlask) -> None:
    activity = make_activity(kind="international_open", capacity=2)
    make_rule(activity, "at_most_per_country", 1)
    ana, eva, luz, sol = (apply(activity, **of(country)) for country in ("CHL", "CHL", "PER", "PER"))
    reviewers = [make_someone().id for _ in range(2)]
    with writing() as session:
        for enrolment, scores in ((ana, (10, 20)), (eva, (90, None)), (luz, (70, 80)), (sol, (None, None))):
            for reviewer, score in zip(reviewers, scores, strict=True):
                session.add(Review(enrolment_id=enrolment.id, reviewer_id=reviewer, score=score, at=clock.now()))
    proposed = service.propose(activity_ref=activity.public_id)
    assert [one.key for one in proposed.people] == [one.public_id for one in (eva, luz, ana, sol)]
    assert proposed.chosen == (eva.public_id, luz.public_id)
    assert [proposed.reasons[one.public_id].code for one in (ana, sol)] == ["no_places", "no_places"]
    assert states(activity) == {"applied": 4}
    with pytest.raises(NotFound):
        service.propose(activity_ref=activity.public_id, divisions=frozenset({"none_such"}))


def test_what_is_proposed_can_be_decided_as_it_stands(context: APIFlask) -> None:
    activity = make_activity(kind="international_open", capacity=6)
    for kind, number in (("at_most_per_country", 2), ("minimum_women", 50)):
        make_rule(activity, kind, number)
    make_rule(activity, "reserved_countries", 2, countries=["URY"])
    for number in range(12):
        apply(activity, **of(("CHL", "PER", "URY", "ARG")[number % 4], "male" if number % 3 else "female"))
    proposed = service.propose(activity_ref=activity.public_id)
    done = service.decide(activity_ref=activity.public_id, enrolment_refs=list(proposed.chosen), decision="accept")
    assert {one.state for one in done} == {"confirmed"}


def test_rules_are_set_as_a_whole_under_the_activity_s_version(context: APIFlask) -> None:
    activity, institution = make_activity(capacity=5), make_institution("Ministerio de Hacienda")
    version = activity.version
    given = [
        {"kind": "at_most_per_country", "number": 2},
        {"kind": "reserved_institution", "number": 1, "organization": "ministerio de hacienda"},
    ]  # fmt: skip
    stand = service.set_place_rules(activity_ref=activity.public_id, version=version, place_rules=given)
    assert [(rule.kind, rule.organization_id) for rule in stand] == [
        ("at_most_per_country", None), ("reserved_institution", institution.id),
    ]  # fmt: skip
    with pytest.raises(Stale):
        service.set_place_rules(activity_ref=activity.public_id, version=version, place_rules=[])
    kept = service.set_place_rules(activity_ref=activity.public_id, version=version + 1, place_rules=given[:1])
    assert [rule.public_id for rule in kept] == [stand[0].public_id]


def test_removing_a_rule_lets_those_in_whom_it_held_back(context: APIFlask) -> None:
    activity = make_activity(capacity=5)
    rule = make_rule(activity, "at_most_per_country", 1)
    apply(activity)
    waiting = apply(activity)
    with pytest.raises(NotFound):
        service.remove_place_rule(
            activity_ref=activity.public_id, version=activity.version,
            rule_ref=make_rule(make_activity(), "minimum_women", 10).public_id,
        )  # fmt: skip
    service.remove_place_rule(activity_ref=activity.public_id, version=activity.version, rule_ref=rule.public_id)
    assert queries.enrolment(waiting.public_id).state == "confirmed"
    assert log()[-1] == ("edited", "promoted", 1)


@pytest.mark.parametrize(
    ("rules", "refusal", "field"),
    [
        ([{"kind": "minimum_women", "number": 101}], errors.NumberNotPlausible, "number"),
        ([{"kind": "at_most_per_country", "number": 0}], errors.NumberNotPlausible, "number"),
        ([{"kind": "at_most_per_country", "number": 10**30}], errors.NumberNotPlausible, "number"),
        ([{"kind": "nonsense", "number": 1}], errors.UnknownRule, "kind"),
        ([{"kind": "at_most_per_country", "number": n} for n in (1, 2)], errors.RuleStandsAlready, "kind"),
        ([{"kind": "reserved_countries", "number": 1}], errors.CountriesMissing, "countries"),
        ([{"kind": "reserved_countries", "number": 1, "countries": ["ZZZ"]}], errors.CountryUnknown, "countries"),
        ([{"kind": "reserved_countries", "number": 6, "countries": ["PER"]}], errors.ReservedExceedCapacity, "number"),
        ([{"kind": "reserved_institution", "number": 1}], errors.OrganizationUnknown, "organization"),
        (
            [{"kind": "reserved_institution", "number": 1, "organization": "Nobody's"}], errors.OrganizationUnknown,
            "organization",
        ),
        (
            [{"kind": "reserved_countries", "number": 1, "countries": ["PER"], "until": clock.now()}],
            errors.ClosesInThePast, "until",
        ),
        (
            [{"kind": "minimum_women", "number": 1, "until": clock.now() + timedelta(days=1)}], errors.NotReserving,
            "until",
        ),
        ([{"kind": "minimum_women", "number": 1, "countries": ["PER"]}], errors.NotReserving, "countries"),
        (
            [
                {"kind": "at_most_per_country", "number": 1}, {"kind": "at_most_per_institution", "number": 1},
                {"kind": "reserved_countries", "number": 1, "countries": ["PER"]},
                {"kind": "reserved_institution", "number": 1, "organization": "Ministerio de Hacienda"},
            ],
            errors.RulesTooTangled, "kind",
        ),
    ],
)  # fmt: skip
def test_rules_that_make_no_sense_are_refused_and_named(context: APIFlask, rules, refusal, field) -> None:
    activity = make_activity(capacity=5)
    make_institution("Ministerio de Hacienda")
    with pytest.raises(refusal) as refused:
        service.set_place_rules(activity_ref=activity.public_id, version=activity.version, place_rules=rules)
    assert refused.value.field == field
    assert queries.place_rules(activity.id) == []


def test_places_can_be_reserved_only_where_they_are_limited_and_not_more_than_there_are(context: APIFlask) -> None:
    unlimited, limited = make_activity(), make_activity(capacity=5)
    reserved = {"kind": "reserved_countries", "number": 3, "countries": ["PER"]}
    with pytest.raises(errors.ReservedNeedPlaces):
        service.set_place_rules(
            activity_ref=unlimited.public_id, version=unlimited.version, place_rules=[reserved]
        )  # fmt: skip
    service.set_place_rules(activity_ref=limited.public_id, version=limited.version, place_rules=[reserved])
    fewer = {"capacity": 2, "waiting_until": None, "offer_hours": 72, "promotes_by": "offer"}
    with pytest.raises(errors.ReservedExceedCapacity):
        service.set_waiting(activity_ref=limited.public_id, version=limited.version, **fewer)


@pytest.mark.parametrize(("kind", "state"), [("webinar", "confirmed"), ("international_open", "offered")])
def test_a_webinar_s_free_place_is_given_at_once_and_a_course_s_is_offered(context: APIFlask, kind, state) -> None:
    activity = make_activity(kind=kind, capacity=1)
    holder, waiting = enrol(activity), enrol(activity, state="waitlisted")
    withdraw(holder)
    assert waiting.state == state


def test_an_offer_lasts_the_activity_s_hours_and_places_may_be_given_otherwise(context: APIFlask) -> None:
    activity = make_activity(capacity=1)
    holder, waiting = enrol(activity), enrol(activity, state="waitlisted")
    service.set_waiting(
        activity_ref=activity.public_id, version=activity.version, capacity=1, waiting_until=None, offer_hours=5,
        promotes_by="offer",
    )  # fmt: skip
    withdraw(holder)
    assert waiting.state == "offered"
    assert waiting.offer_expires_at is not None
    assert timedelta(hours=4) < waiting.offer_expires_at - clock.now() <= timedelta(hours=5)


def test_a_clone_s_places_have_the_same_rules_their_dates_moved_along(context: APIFlask) -> None:
    model, institution = make_activity(capacity=10, starts_in=30), make_institution()
    last = clock.today(model.zone) + timedelta(days=10)
    until, over = clock.end_of_day(last, model.zone), clock.now() - timedelta(days=400)
    make_rule(model, "at_most_per_country", 2)
    make_rule(model, "reserved_countries", 3, countries=["PER"], until=until)
    make_rule(model, "reserved_institution", 1, organization_id=institution.id, until=over)
    copy = catalogue.clone(activity_ref=model.public_id)
    found = [(one.kind, one.number, one.countries, one.organization_id) for one in queries.place_rules(copy.id)]
    assert found == [
        ("at_most_per_country", 2, [], None), ("reserved_countries", 3, ["PER"], None),
        ("reserved_institution", 1, [], institution.id),
    ]  # fmt: skip
    dates = [one.until for one in queries.place_rules(copy.id)]
    moved = clock.end_of_day(last + (copy.starts_on - model.starts_on), copy.zone)
    assert dates == [None, moved, None]
    assert len(queries.place_rules(model.id)) == 3
