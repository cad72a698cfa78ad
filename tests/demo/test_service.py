"""The report as it stands in the catalogue after loading."""

from sqlalchemy import func, select

from ilpes_lms.catalogue.models import Activity, Course, Headcount, Partner
from ilpes_lms.core.database import db
from ilpes_lms.demo.service import load_report


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_loading_the_report_twice_is_the_same_as_once(context) -> None:
    assert load_report() == 52
    before = [count(model) for model in (Activity, Headcount, Course, Partner)]
    assert load_report() == 0
    assert [count(model) for model in (Activity, Headcount, Course, Partner)] == before
    assert before[:3] == [52, 51, 28]


def test_the_report_s_activities_are_past_and_everyone_may_see_them(context) -> None:
    load_report()
    activities = db.session.scalars(select(Activity)).all()
    assert {activity.status for activity in activities} == {"archived"}
    assert all(activity.published_at for activity in activities)
    assert {activity.record for activity in activities} == {"headcount", "no_record"}


def test_what_the_report_says_of_an_activity_stands_with_it(context) -> None:
    load_report()
    panama = db.session.scalar(select(Activity).where(Activity.kind == "national_restricted", Activity.position == 1))
    assert panama.titles == {"en": "Logical Framework for the Formulation of Development Projects"}
    assert (panama.course.slug, panama.country, panama.division) == ("logical-framework", "PAN", "ilpes")
    assert panama.requesting_institution == "Ministry of Economy and Finance of Panama"
    assert all(note["where"] and note["text"] for note in panama.notes)
    assert panama.headcount.source == "LC/MDCRP.29/3, table A1.1, row 1"
    webinar = db.session.scalar(select(Activity).where(Activity.kind == "webinar", Activity.position == 1))
    assert [(partner.name, partner.role) for partner in webinar.partners] == [
        ("Inter-American Development Bank (IDB)", "co_organizer"),
        ("Deutsche Gesellschaft für Internationale Zusammenarbeit (GIZ)", "technical_secretariat"),
    ]


def test_the_report_names_no_division_for_the_courses_of_other_divisions(context) -> None:
    load_report()
    divisions = db.session.execute(select(Activity.kind, Activity.division).distinct()).all()
    assert dict(divisions) == {
        "national_restricted": "ilpes", "webinar": "ilpes", "international_open": "ilpes", "other_division": None,
    }  # fmt: skip


def test_a_row_that_is_missing_is_added_and_the_others_are_left(context) -> None:
    load_report()
    gone = db.session.scalar(select(Activity.id).where(Activity.record == "no_record"))
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(Partner.__table__.delete().where(Partner.activity_id == gone))
        connection.execute(Activity.__table__.delete().where(Activity.id == gone))
    assert load_report() == 1
    assert count(Activity) == 52
