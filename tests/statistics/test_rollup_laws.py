"""Random edits: whatever is done in whatever order, roll-ups answer what the record does, refreshed or not."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, delete, insert, select, update

from bench import oracle
from ilpes_lms.attendance.models import Outcome
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Organization, Person
from ilpes_lms.statistics.dashboard import queries
from ilpes_lms.statistics.dashboard.rules import Question
from ilpes_lms.statistics.rollups import service
from ilpes_lms.statistics.rollups.models import Cell, Counted, Mark, Month
from ilpes_lms.statistics.rules import Period
from tests.factories.enrolment import make_institution
from tests.factories.statistics import certify, counted_activity, decide, past_activity
from tests.statistics.test_rollups import stored

JANUARY = date(2023, 1, 1)
ACTIVITIES, PEOPLE = 3, 4
EDITED = {
    Activity: ("kind", "starts_on", "ends_on", "hours", "status"),
    Enrolment: ("activity_id", "state", "place_number", "sex", "country", "sector", "organization_id"),
}
ROLLED_UP = (Cell, Month, Counted, Mark)

number = st.integers(0, 11)
what = st.sampled_from(
    ["sex", "country", "sector", "organization", "leave", "return", "transfer", "decide", "undo", "certify", "revoke",
     "kind", "move", "hours", "cancel", "restore"]
)  # fmt: skip
edits = st.lists(st.tuples(what, number, number), max_size=8)
batches = st.lists(edits, min_size=1, max_size=3)
periods = st.builds(
    lambda start, days: Period(JANUARY + timedelta(days=start), JANUARY + timedelta(days=start + days)),
    st.integers(-10, 130), st.integers(0, 150),
)  # fmt: skip
some = {
    "kinds": ("webinar", "other_division"),
    "countries": ("CHL", ""),
    "sectors": ("academia",),
    "sexes": ("women", "not_stated"),
    "divisions": ("ilpes",),
    "topics": ("gender",),
}
filters = st.sets(st.sampled_from([*some, "institutions"]), max_size=2)


def begin() -> None:
    """Three activities in three months with four people each, one by headcount, one without record."""
    places = [make_institution(f"Uno {one}") for one in range(2)]
    for month in range(ACTIVITIES):
        activity = past_activity(
            ("webinar", "international_open", "other_division")[month], starts_on=JANUARY + timedelta(days=31 * month),
            ends_on=JANUARY + timedelta(days=45 * month), hours=10 + month, division=("ilpes", None, "celade")[month],
            topics=[["gender"], [], ["gender", "planning"]][month],
        )  # fmt: skip
        with writing() as session:
            session.add_all(take_part(activity, place, places[place % 2]) for place in range(PEOPLE))
    counted_activity(women=3, men=2)
    past_activity(record="no_record")


def take_part(activity: Activity, place: int, institution: Organization) -> Enrolment:
    """Somebody new who takes part, without the steps that lead there, which would take most of the time."""
    now, sex = clock.now(), ("female", "male")[place % 2]
    person = Person(
        given_names="Ana", first_surname="Soto", certificate_name="Ana Soto", name_key="soto ana", created_at=now
    )
    return Enrolment(
        activity_id=activity.id, person=person, state="confirmed", place_number=place + 1, applied_at=now, sex=sex,
        country="CHL", organization_id=institution.id,
    )  # fmt: skip


def rows_of(model) -> list[dict]:
    return [dict(row) for row in db.session.execute(select(model.__table__).order_by(model.id)).mappings()]


def begin_again(at_first: dict) -> None:
    """Bring back what was there at first, row by row: making it anew takes longer than following any example."""
    with db.engine.begin() as connection:
        for model in (Certificate, Outcome, Cell, Month, Counted):
            connection.execute(delete(model))
        for model, columns in EDITED.items():
            rows = [{"of": row["id"], **{name: row[name] for name in columns}} for row in at_first[model]]
            connection.execute(update(model.__table__).where(model.__table__.c.id == bindparam("of")), rows)
        # What was brought back left marks again.
        connection.execute(delete(Mark))
        for model in (one for one in ROLLED_UP if at_first[one]):
            connection.execute(insert(model.__table__), at_first[model])


def edit(known: dict[str, list], deed: str, one: int, other: int) -> None:
    enrolments, activities, places = known["enrolments"], known["activities"], known["places"]
    enrolment, activity = enrolments[one % len(enrolments)], activities[one % len(activities)]
    of_person = {
        "sex": {"sex": ("female", "male", "other", "not_stated", None)[other % 5]},
        "country": {"country": ("CHL", "PER", None)[other % 3]},
        "sector": {"sector": ("academia", "private", None)[other % 3]},
        "organization": {"organization_id": places[other % 3]},
        "leave": {"state": "withdrawn", "place_number": None},
        "return": {"state": "confirmed", "place_number": 100 + enrolment},
        "transfer": {"activity_id": activities[other % len(activities)], "place_number": 200 + enrolment,
                     "state": "confirmed"},
    }  # fmt: skip
    of_activity = {
        "kind": {"kind": ("webinar", "national_restricted")[other % 2]},
        "move": {"starts_on": JANUARY + timedelta(days=9 * other), "ends_on": JANUARY + timedelta(days=12 * other)},
        "hours": {"hours": (None, 7.5, 12)[other % 3]},
        "cancel": {"status": "cancelled"},
        "restore": {"status": "closed"},
    }
    with writing() as session:
        if deed in of_person:
            session.execute(update(Enrolment).where(Enrolment.id == enrolment).values(**of_person[deed]))
        elif deed in of_activity:
            session.execute(update(Activity).where(Activity.id == activity).values(**of_activity[deed]))
        else:
            _of_outcome(session, deed, enrolment, other)


def _of_outcome(session, deed: str, enrolment: int, other: int) -> None:
    found = session.get(Enrolment, enrolment)
    if deed == "undo":
        session.execute(delete(Outcome).where(Outcome.enrolment_id == enrolment))
    elif deed == "revoke":
        session.execute(update(Certificate).where(Certificate.enrolment_id == enrolment).values(state="revoked"))
    elif deed == "decide":
        session.execute(delete(Outcome).where(Outcome.enrolment_id == enrolment))
        decide(found, ("completed", "not_completed")[other % 2])
    elif session.scalar(select(Certificate.id).where(Certificate.enrolment_id == enrolment)) is None:
        certify(found)


def asked(period: Period, names: set[str]) -> Question:
    refs = tuple(db.session.scalars(select(Organization.public_id).order_by(Organization.id).limit(1)))
    return Question(period, **{name: {**some, "institutions": (*refs, "")}[name] for name in names})


def check_answers(question: Question) -> None:
    assert queries.totals(question) == oracle.by_activities(question)[None]
    assert {kind: one for kind, one in queries.by_kind(question).items() if one.activities or one.left_out} == {
        kind: one for kind, one in oracle.by_activities(question, Activity.kind).items()
        if one.activities or one.left_out
    }  # fmt: skip
    assert queries.by_country(question) == oracle.by_people(question, "country")
    assert queries.by_sector(question) == oracle.by_people(question, "sector")
    refs = dict(db.session.execute(select(Organization.public_id, Organization.id)).all())
    places = queries.by_institution(question).items
    assert {refs.get(one.ref): one.figures for one in places} == oracle.by_people(question, "organization_id")


@pytest.mark.parametrize("examples", [6, pytest.param(60, marks=pytest.mark.slow)])
def test_random_edits_are_answered_as_the_record_does_before_and_after_they_are_refreshed(app, examples) -> None:
    with app.app_context():
        begin()
        at_first = {model: rows_of(model) for model in (*EDITED, *ROLLED_UP)}
        known = {
            "enrolments": list(db.session.scalars(select(Enrolment.id).order_by(Enrolment.id))),
            "activities": [row["id"] for row in at_first[Activity] if row["record"] == "people"],
            "places": [*db.session.scalars(select(Organization.id).order_by(Organization.id)), None],
        }

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(batches, periods, filters)
    def follow(done, period, names) -> None:
        with app.app_context():
            begin_again(at_first)
            for batch in done:
                for deed, one, other in batch:
                    edit(known, deed, one, other)
                check_answers(asked(period, names))
                service.refresh()
                check_answers(asked(period, names))
                refreshed = stored()
                assert not service.check()
                service.rebuild()
                assert stored() == refreshed
                db.session.rollback()

    follow()
