"""Roll-ups: refreshed for what changed, they are what is made from scratch, on a real database."""

from datetime import date

import pytest
from sqlalchemy import delete, func, select, text, true, update

from ilpes_lms.attendance.models import Outcome
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core.database import db, writing
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.statistics.rollups import queries, service
from ilpes_lms.statistics.rollups.models import Cell, Counted, Mark, Month
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_institution, make_someone
from tests.factories.statistics import certify, decide, past_activity


def marked() -> set[int]:
    return set(db.session.scalars(select(Mark.activity_id)))


def stored() -> dict[str, set[tuple]]:
    """Everything the roll-ups hold, without the rows' own numbers."""
    return {
        model.__tablename__: {
            tuple(row) for row in db.session.execute(select(*[c for c in model.__table__.columns if c.name != "id"]))
        }
        for model in (Cell, Month, Counted)
    }


def made_anew() -> dict[str, set[tuple]]:
    service.rebuild()
    return stored()


def change(model, row_id: int, **values) -> None:
    with writing() as session:
        session.execute(update(model).where(model.id == row_id).values(**values))


@pytest.fixture
def two(context):
    """An activity with two participants, rolled up."""
    activity = past_activity("webinar", hours=10)
    ministry = make_institution()
    enrolments = [
        enrol(activity, make_someone(sex=sex, residence_country=country, organization_id=place))
        for sex, country, place in (("female", "CHL", ministry.id), ("male", "PER", None))
    ]
    service.refresh()
    return activity, enrolments


def test_refreshing_what_changed_comes_to_what_is_made_from_scratch(two) -> None:
    activity, (one, other) = two
    for step in (
        lambda: decide(one),
        lambda: certify(other),
        lambda: change(Enrolment, one.id, sex="other", country=None),
        lambda: change(Enrolment, other.id, organization_id=one.organization_id),
        lambda: change(Activity, activity.id, kind="other_division"),
        lambda: change(Activity, activity.id, starts_on=date(2023, 2, 27), hours=None),
        lambda: change(Activity, activity.id, ends_on=date(2023, 5, 2)),
        lambda: enrol(activity),
        lambda: enrol(past_activity("national_restricted"), one.person),
        lambda: change(Enrolment, one.id, state="withdrawn", place_number=None),
        lambda: change(Activity, activity.id, status="cancelled"),
        lambda: change(Activity, activity.id, status="archived"),
    ):
        step()
        assert marked()
        before = stored()
        service.refresh()
        refreshed = stored()
        assert refreshed != before
        assert marked() == set()
        assert not service.check()
        assert refreshed == made_anew()


def test_nothing_else_of_an_activity_marks_it(two) -> None:
    activity, (one, other) = two
    change(Activity, activity.id, capacity=80, confirmed_count=3, titles={"es": "Otro"})
    change(Enrolment, one.id, motivation="Porque sí", position_held="Directora")
    waiting = enrol(activity, state="waitlisted")
    change(Enrolment, waiting.id, sex="other")
    certify(other, "queued")
    assert marked() == set()


def test_what_goes_is_marked_too(two) -> None:
    activity, (one, other) = two
    decide(one)
    certify(one)
    service.refresh()
    for gone in (delete(Outcome), delete(Certificate)):
        with writing() as session:
            session.execute(gone)
        assert marked() == {activity.id}
        service.refresh()
    change(Enrolment, other.id, activity_id=past_activity().id)
    assert activity.id in marked()
    assert len(marked()) == 2


def test_a_change_that_is_rolled_back_leaves_no_mark(two) -> None:
    activity, (one, _other) = two

    def begin_and_fail() -> None:
        with writing() as session:
            session.execute(update(Enrolment).where(Enrolment.id == one.id).values(sex="other"))
            assert marked() == {activity.id}
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        begin_and_fail()
    assert marked() == set()


def test_a_list_of_participants_is_one_mark(context) -> None:
    activity = make_activity("webinar", starts_in=-1)
    service.refresh()
    with writing() as session:
        people = [make_someone() for _ in range(3)]
        rows = [
            {"activity_id": activity.id, "activity_record": "people", "person_id": person.id, "state": "confirmed",
             "place_number": place, "applied_at": activity.created_at}
            for place, person in enumerate(people, start=1)
        ]  # fmt: skip
        session.execute(Enrolment.__table__.insert().values([{**row, "public_id": f"e{place}", "motivation": ""}
                                                             for place, row in enumerate(rows)]))  # fmt: skip
    assert db.session.scalar(select(func.count(Mark.id))) == 1


def test_a_check_finds_what_was_changed_behind_the_triggers_and_mending_makes_it_right(two) -> None:
    assert not service.check()
    with writing() as session:
        session.execute(update(Cell).values(women_participations=Cell.women_participations + 1))
    assert service.check().activities == 1
    assert service.check().months > 0
    service.mend()
    assert not service.check()


def test_what_waits_to_be_refreshed_is_no_difference(two) -> None:
    _activity, (one, _other) = two
    change(Enrolment, one.id, sex="other")
    assert not service.check()


def test_the_commands_rebuild_and_check(two, app) -> None:
    runner = app.test_cli_runner()
    with writing() as session:
        session.execute(delete(Month))
    failed = runner.invoke(args=["statistics", "rollups", "check"])
    assert failed.exit_code == 1
    assert "differ from what is on record" in failed.output
    assert runner.invoke(args=["statistics", "rollups", "rebuild"]).exit_code == 0
    assert "are what the record makes" in runner.invoke(args=["statistics", "rollups", "check"]).output


def test_more_than_one_batch_is_refreshed_in_turn(context, monkeypatch) -> None:
    monkeypatch.setattr(service, "BATCH", 2)
    made = [past_activity() for _ in range(5)]
    for activity in made:
        enrol(activity)
    assert service.refresh() == 5
    assert marked() == set()
    assert stored() == made_anew()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_sqlite_looks_certificates_up_by_participation_and_does_not_read_all_for_each(context) -> None:
    asked = queries.from_record(true()).compile(db.engine, compile_kwargs={"literal_binds": True})
    steps = db.session.execute(text("EXPLAIN QUERY PLAN " + str(asked).replace(":", r"\:"))).scalars("detail")
    looked_up = [step for step in steps if "certificates" in step]
    assert looked_up
    assert all("(enrolment_id=?)" in step for step in looked_up), looked_up
