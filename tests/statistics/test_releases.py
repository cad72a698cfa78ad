"""Statistics frozen as published: what a release holds, that it never moves, and what has drifted since."""

import csv
import io
import json
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.service import close_with_headcount
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.settings import institute_day
from ilpes_lms.demo.service import load_report, publish_report
from ilpes_lms.statistics.releases import documents, queries, rules, service
from ilpes_lms.statistics.releases.errors import (
    FiguresMoved,
    NothingRevised,
    NothingToPublish,
    PeriodNotOver,
    ReleasesOfAll,
    RevisionUnexplained,
)
from ilpes_lms.statistics.releases.models import Release, ReleaseCounts
from ilpes_lms.statistics.rules import Period, canonical, digest
from tests.factories.guards import unguarded
from tests.factories.releases import MARCH, release
from tests.factories.statistics import counted_activity, past_activity


def correct(activity: Activity, women: int, reason: str = "The list was read twice.") -> None:
    close_with_headcount(
        activity_ref=activity.public_id, version=activity.version, women=women, men=4, source="list", reason=reason
    )


def kept(made: Release) -> tuple[str, str]:
    db.session.expire_all()
    found = queries.release(made.public_id)
    return found.content, found.digest


def tampered(*statements) -> list[rules.Fault]:
    db.session.rollback()
    with db.engine.begin() as connection, unguarded(connection):
        for statement in statements:
            connection.execute(statement)
    return service.verify()


def test_a_release_holds_figures_rule_code_lists_and_its_place_in_the_chain(context) -> None:
    load_report()
    assert publish_report()
    assert not publish_report()
    made, earlier = queries.headline(), queries.chain()[0]
    assert digest(made.content) == made.digest
    said = json.loads(made.content)
    assert canonical(said) == made.content
    assert (said["number"], said["revision"], said["predecessor"], said["revises"]) == (2, 1, earlier.digest, None)
    totals = said["statistics"]["totals"]
    assert (totals["activities"], totals["women"], totals["men"], totals["participations"]) == (52, 2313, 2015, 4328)
    assert said["rule"]["code"] == "confirmed"
    assert said["rule"]["version"] == 1
    assert [kind["table"] for kind in said["code_lists"]["kinds"]] == ["A1.1", "A1.2", "A1.3", "A1.4"]
    used = {activity["country"] for activity in said["statistics"]["activities"]} - {None}
    assert {country["code"] for country in said["code_lists"]["countries"]} == used
    assert [activity["total"] for activity in said["statistics"]["activities"]].count(None) == 1


def test_what_is_edited_later_moves_the_drift_and_not_the_release(context) -> None:
    activity = counted_activity(women=3, men=4)
    made = release()
    before = kept(made)
    assert service.drift(made.public_id).explained.changes == []
    correct(activity, women=5)
    counted_activity("international_open", women=1, men=0)
    assert kept(made) == before
    found = service.drift(made.public_id).explained
    told = {(change["of"], change["figure"]): (change["before"], change["after"]) for change in found.changes}
    assert told["all", "women"] == (3, 6)
    assert told["webinar", "participations"] == (7, 9)
    assert told["international_open", "activities"] == (0, 1)
    assert told[activity.public_id, "total"] == (7, 9)
    assert sum(change["figure"] == "counted" for change in found.changes) == 1
    reasons = [change.reason for change in found.logged if change.activity_ref == activity.public_id]
    assert "The list was read twice." in reasons


def test_a_revision_says_what_it_changes_and_why_and_the_old_one_when_it_was_revised(context) -> None:
    activity = counted_activity(women=3, men=4)
    first = release()
    before = kept(first)
    correct(activity, women=5)
    with pytest.raises(RevisionUnexplained):
        release()
    second = release(reason="A list came late.")
    said = second.said
    assert (second.number, second.revision, second.predecessor) == (2, 2, first.digest)
    assert (said["revises"], said["reason"]) == (first.digest, "A list came late.")
    assert {"of": "all", "title": None, "figure": "women", "before": 3, "after": 5} in said["changes"]
    assert kept(first) == before
    old = queries.release(first.public_id)
    assert old.revised_at == second.published_at
    assert queries.headline().public_id == second.public_id
    assert service.verify() == []


def test_no_record_stays_no_record_in_a_release_and_in_what_changed(context) -> None:
    activity = past_activity()
    with writing():
        activity.record = "headcount"
    made = release()
    assert made.statistics["activities"][0]["total"] is None
    assert made.statistics["totals"]["participations"] is None
    correct(activity, women=5)
    changes = service.drift(made.public_id).explained.changes
    told = {(change["of"], change["figure"]): (change["before"], change["after"]) for change in changes}
    assert told[activity.public_id, "total"] == (None, 9)
    assert told["all", "without_record"] == (1, 0)


def test_what_can_t_be_published_is_refused(context) -> None:
    today = institute_day()
    with pytest.raises(NothingToPublish):
        release()
    counted_activity(women=3, men=4)
    with pytest.raises(PeriodNotOver):
        release(today - timedelta(days=3), today)
    seen = service.preview(start=MARCH[0], end=MARCH[1]).seen
    with pytest.raises(ReleasesOfAll):
        service.publish(start=MARCH[0], end=MARCH[1], seen=seen, divisions=frozenset({"DDS"}))
    release()
    with pytest.raises(NothingRevised):
        release(reason="For no reason")


def test_what_was_looked_at_is_what_is_published(context) -> None:
    activity = counted_activity(women=3, men=4)
    seen = service.preview(start=MARCH[0], end=MARCH[1]).seen
    correct(activity, women=5)
    with pytest.raises(FiguresMoved):
        service.publish(start=MARCH[0], end=MARCH[1], seen=seen)
    assert queries.headline() is None


@pytest.mark.parametrize("statement", [update(Release).values(content="{}"), delete(Release)])
def test_the_database_refuses_to_change_or_delete_a_release(context, statement) -> None:
    counted_activity(women=3, men=4)
    made = release()
    with pytest.raises(IntegrityError, match="neither changed nor deleted"), writing():
        db.session.execute(statement)
    assert kept(made) == (made.content, made.digest)


def test_verify_finds_content_changed_behind_the_guard(context) -> None:
    counted_activity(women=3, men=4)
    made = release()
    assert service.verify() == []
    changed = made.content.replace('"women":3', '"women":4')
    assert changed != made.content
    assert tampered(update(Release).values(content=changed)) == [rules.Fault(1, "content")]
    # With a digest to match, the record of deeds still knows better.
    assert tampered(update(Release).values(digest=digest(changed))) == [rules.Fault(1, "announced")]


def test_verify_finds_a_row_that_says_another_period_than_its_content(context) -> None:
    counted_activity(women=3, men=4)
    release()
    moved = update(Release).values(starts_on=date(2023, 2, 1))
    assert tampered(moved) == [rules.Fault(1, "row")]


def test_verify_finds_releases_taken_out_of_the_chain_first_middle_or_last(context) -> None:
    for day in (20, 21, 22):
        if day == 20:
            counted_activity(women=3, men=4)
        release(MARCH[0], date(2023, 3, day))
    assert service.verify() == []
    rows = db.session.execute(select(Release.__table__).order_by(Release.number)).mappings().all()
    beside = db.session.execute(select(ReleaseCounts.__table__).order_by(ReleaseCounts.id)).mappings().all()
    for row, counts, faults in zip(
        rows,
        beside,
        (
            [rules.Fault(1, "missing"), rules.Fault(2, "predecessor")],
            [rules.Fault(2, "missing"), rules.Fault(3, "predecessor")],
            [rules.Fault(3, "missing")],
        ),
        strict=True,
    ):
        gone = [
            delete(ReleaseCounts).where(ReleaseCounts.id == counts["id"]),
            delete(Release).where(Release.id == row["id"]),
        ]
        assert tampered(*gone) == faults
        with writing() as session:
            session.execute(Release.__table__.insert(), dict(row))
            session.execute(ReleaseCounts.__table__.insert(), dict(counts))
        assert service.verify() == []


def test_the_record_of_deeds_names_who_published_and_the_digest(context) -> None:
    counted_activity(women=3, men=4)
    made = release()
    deed = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "statistics.released")).one()
    assert (deed.actor, deed.details["digest"]) == ("test", made.digest)


def test_the_command_says_whether_all_is_whole(app) -> None:
    with app.app_context():
        counted_activity(women=3, men=4)
        release()
    run = app.test_cli_runner().invoke
    whole = run(args=["statistics", "verify"])
    assert (whole.exit_code, whole.output) == (0, "Every release is what was published.\n")
    with app.app_context():
        tampered(update(Release).values(content="{}"))
    broken = run(args=["statistics", "verify"])
    assert broken.exit_code == 1
    assert "Release 1: its content was changed" in broken.output


def test_the_files_say_the_same_and_json_is_what_was_hashed(context) -> None:
    counted_activity(women=3, men=4)
    made = queries.release(release().public_id)
    assert digest(documents.written(made, "json").content.decode()) == made.digest
    rows = list(csv.DictReader(io.StringIO(documents.written(made, "csv").content.decode("utf-8-sig"))))
    assert (rows[-1]["total"], rows[0]["release"], rows[0]["release_digest"]) == ("7", "1", made.digest)
    assert documents.written(made, "xlsx").content.startswith(b"PK")


def test_only_one_chain_and_one_line_of_revisions_can_grow(context) -> None:
    counted_activity(women=3, men=4)
    made = release()
    row = dict(db.session.execute(select(Release.__table__).order_by(Release.number)).mappings().one())
    for name, value in (("number", 2), ("predecessor", "x" * 64)):
        again = {**row, "id": None, "public_id": name, "digest": name, name: value}
        again.pop("id")
        with pytest.raises(IntegrityError), writing() as session:
            session.execute(Release.__table__.insert(), again)
    assert [one.public_id for one in queries.chain()] == [made.public_id]


def test_without_a_whole_year_the_longest_period_stands_first_and_of_equals_the_newest() -> None:
    def days(start: str, end: str) -> Period:
        return Period(date.fromisoformat(start), date.fromisoformat(end))

    month, later = days("2023-03-01", "2023-03-31"), days("2023-05-01", "2023-05-31")
    half, two_years = days("2022-09-01", "2023-02-28"), days("2021-01-01", "2022-12-31")
    year, newer_year = days("2021-06-01", "2022-05-31"), days("2022-06-01", "2023-05-31")
    assert rules.foremost([]) is None
    assert rules.foremost([month, half, later]) == half
    assert rules.foremost([later, month]) == later
    assert rules.foremost([two_years, newer_year, year, later]) == newer_year
