"""Laws of releases: whatever happens to the records leaves each byte for byte, and every difference is told."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.errors import DomainError
from ilpes_lms.enrolment.models import AttributeCorrection, Enrolment
from ilpes_lms.enrolment.queries import attributes_version
from ilpes_lms.enrolment.service import correct_attributes
from ilpes_lms.people.models import Person
from ilpes_lms.privacy.service import forget
from ilpes_lms.statistics.releases import documents, queries, rules, service
from ilpes_lms.statistics.releases.errors import NothingRevised, NothingToPublish
from ilpes_lms.statistics.rules import KINDS, SEXES, Counts
from ilpes_lms.statistics.service import compute
from tests.conftest import empty
from tests.factories.enrolment import enrol, make_someone
from tests.factories.releases import MARCH, release
from tests.factories.statistics import counted_activity, peopled_activity
from tests.statistics.test_releases import correct
from tests.statistics.test_rules import PERIOD, line

numbers = st.integers(0, 9)
edits = st.tuples(
    st.sampled_from(["count", "move", "cancel", "rename", "join", "leave", "forget", "publish"]), st.integers(0, 99)
)


def activities(record: str) -> list[Activity]:
    statement = select(Activity).where(Activity.record == record, Activity.status == "closed").order_by(Activity.id)
    return list(db.session.scalars(statement))


def edit(deed: str, number: int) -> None:
    """Change something of what the figures come from, and sometimes publish them anew."""
    counted, peopled = activities("headcount"), activities("people")
    everything = [*counted, *peopled]
    if deed == "count" and counted:
        correct(counted[number % len(counted)], women=number)
    elif deed == "join" and peopled:
        enrol(peopled[number % len(peopled)], make_someone(sex="female" if number % 2 else "male"))
    elif deed in ("leave", "forget"):
        _leave(deed, number)
    elif deed == "publish":
        _publish()
    elif everything:
        _settle(deed, everything[number % len(everything)], number)


def _leave(deed: str, number: int) -> None:
    taking_part = list(db.session.scalars(select(Enrolment).where(Enrolment.state == "confirmed")))
    if not taking_part:
        return
    one = taking_part[number % len(taking_part)]
    if deed == "forget":
        forget(person_ref=db.session.get_one(Person, one.person_id).public_id, reason="Asked for in writing")
        return
    with writing():
        one.state, one.place_number = "withdrawn", None


def _settle(deed: str, activity: Activity, number: int) -> None:
    with writing():
        if deed == "move":
            activity.starts_on += timedelta(days=number - 50)
            activity.ends_on = activity.starts_on + timedelta(days=number)
        elif deed == "cancel":
            activity.status = "cancelled"
        else:
            activity.titles = {"es": f"Otro nombre {number}"}


def _publish() -> None:
    try:
        release(reason="Records came late.")
    except (NothingRevised, NothingToPublish):
        return


def as_published() -> dict[str, tuple[bytes, ...]]:
    db.session.expire_all()
    made = [queries.release(one.public_id) for one in queries.chain()]
    return {one.digest: tuple(documents.written(one, form).content for form in ("json", "csv")) for one in made}


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(edits, max_size=12))
def test_whatever_happens_to_the_records_leaves_every_release_byte_for_byte(context, happened) -> None:
    db.session.rollback()
    empty(context)
    counted_activity("webinar", women=3, men=4)
    counted_activity("other_division", women=0, men=1)
    peopled_activity("international_open", "female", "male", "not_stated")
    release()
    for one in happened:
        before = as_published()
        edit(*one)
        now = as_published()
        assert {key: now.get(key) for key in before} == before
        assert service.verify() == []
    _publish()
    drifted = service.drift(queries.headline().public_id).explained.changes
    # What is published now has not drifted; only a period that nothing is left in can't be.
    assert drifted == [] or compute(*MARCH)["activities"] == []


def compiled(of: list[tuple[str, Counts | None]]) -> dict[str, Any]:
    from ilpes_lms.statistics.rules import compilation, in_order

    lines = in_order([line(kind, counts, ref=f"r{place}") for place, (kind, counts) in enumerate(of)])
    found = compilation(PERIOD, lines, {})
    told = zip(lines, found["activities"], strict=True)
    return {**found, "activities": [{"ref": one.ref, **activity} for one, activity in told]}


counts = st.none() | st.builds(Counts, numbers, numbers, numbers, numbers)
records = st.lists(st.tuples(st.sampled_from(KINDS), counts), max_size=6).map(compiled)


@given(records, records)
def test_a_difference_of_figures_is_that_of_the_activities_told(before, now) -> None:
    changes = rules.changes(before, now)
    assert rules.changes(now, now) == []
    assert (changes == []) == (rules.changes(now, before) == [])
    told = {change["of"] for change in changes if change["title"] is not None}
    for sex in (*SEXES, "total"):
        figure = "participations" if sex == "total" else sex
        moved = sum(
            sign * (one[sex] or 0)
            for sign, each in ((1, now), (-1, before))
            for one in each["activities"]
            if one["ref"] in told
        )
        assert (now["totals"][figure] or 0) - (before["totals"][figure] or 0) == moved


REASON = "It was looked at again."
logged_deeds = st.tuples(
    st.sampled_from(
        ["count", "people", "no_record", "rename", "move", "hours", "cancel", "join", "forget", "publish",
         "sex", "country", "sector", "organization_name"]
    ),
    st.integers(0, 99),
)  # fmt: skip
said_of_people = {
    "sex": ("female", "male"),
    "country": ("CHL", "PER"),
    "sector": ("academia", "private"),
    "organization_name": ("Ministerio de Hacienda", "Otra"),
}


def do(deed: str, number: int) -> None:
    """Change something as people do: through the verbs, which log it; what is refused is left."""
    every = list(db.session.scalars(select(Activity).where(Activity.status == "closed").order_by(Activity.id)))
    taking_part = list(db.session.scalars(select(Enrolment).where(Enrolment.state == "confirmed")))
    try:
        of_somebody = deed == "forget" or deed in said_of_people
        if of_somebody and taking_part:
            _of_somebody(deed, taking_part[number % len(taking_part)], number)
        elif deed == "publish":
            _publish()
        elif not of_somebody and every:
            _of_an_activity(deed, every[number % len(every)], number)
    except DomainError:
        db.session.rollback()


def _of_somebody(deed: str, enrolment: Enrolment, number: int) -> None:
    if deed == "forget":
        forget(person_ref=db.session.get_one(Person, enrolment.person_id).public_id, reason="Asked for in writing")
        return
    correct_attributes(
        activity_ref=enrolment.activity.public_id, enrolment_ref=enrolment.public_id,
        version=attributes_version(enrolment), reason=REASON, **{deed: said_of_people[deed][number % 2]},
    )  # fmt: skip


def _of_an_activity(deed: str, activity: Activity, number: int) -> None:
    seen = {"activity_ref": activity.public_id, "version": activity.version}
    if deed == "count":
        catalogue.close_with_headcount(**seen, women=number, men=1, source="list", reason=REASON)
    elif deed in ("people", "no_record"):
        catalogue.switch_record(**seen, record=deed, reason=REASON)
    elif deed == "join":
        enrol(activity, make_someone(sex="female" if number % 2 else "male"))
    elif deed == "cancel":
        catalogue.cancel(activity_ref=activity.public_id)
    else:
        catalogue.edit_activity(**seen, **_edited(deed, activity, number))


def _edited(deed: str, activity: Activity, number: int) -> dict[str, Any]:
    if deed == "move":
        start = activity.starts_on + timedelta(days=number - 50)
        return {"starts_on": start, "ends_on": start + timedelta(days=number)}
    return {"titles": {"es": f"Otro nombre {number}"}} if deed == "rename" else {"hours": number + 1}


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(logged_deeds, max_size=10))
def test_each_changed_cell_of_a_revision_is_explained_by_a_logged_change(context, happened) -> None:
    db.session.rollback()
    empty(context)
    counted_activity("webinar", women=3, men=4)
    counted_activity("other_division", women=0, men=1)
    peopled_activity("international_open", "female", "male", "not_stated")
    made = release()
    for one in happened:
        do(*one)
        db.session.expire_all()
    found = service.drift(queries.headline().public_id).explained
    explained = {change.activity_ref for change in found.logged}
    of_activities = {change["of"] for change in found.changes if change["title"] is not None}
    assert of_activities <= explained
    # Figures of a kind and of all move only with those of activities.
    assert bool(found.changes) == bool(of_activities)
    for cell in found.cells_behind:
        told = {one.activity_ref for one in found.logged if rules.explains(one.deed, cell)}
        assert cell["activity_refs"]
        assert told.issuperset(cell["activity_refs"]), cell
    assert made.content == queries.release(made.public_id).content


def test_a_change_behind_the_verbs_is_told_as_one_that_is_not_logged(context) -> None:
    """The negative control: what nobody logged has no explanation."""
    activity = counted_activity("webinar", women=3, men=4)
    made = release()
    with writing():
        activity.hours = 7
    found = service.drift(made.public_id).explained
    assert [change["figure"] for change in found.changes] == ["hours"]
    assert found.logged == []


def test_a_correction_still_explains_when_its_person_is_erased_and_says_nothing_of_them(context) -> None:
    peopled_activity("international_open", "female", "male")
    made = release()
    enrolment = db.session.scalars(select(Enrolment).where(Enrolment.sex == "female")).one()
    _of_somebody("sex", enrolment, 1)
    _of_somebody("forget", enrolment, 0)
    (told,) = service.drift(made.public_id).explained.logged
    assert (told.deed, told.reason) == ("enrolment.corrected.sex", "")
    (kept,) = db.session.scalars(select(AttributeCorrection))
    assert (kept.before, kept.after, kept.reason) == (None, None, "")


def test_a_cell_changed_behind_the_verbs_names_its_activity_and_no_deed(context) -> None:
    activity = peopled_activity("international_open", "female", "male")
    made = release()
    with writing():
        db.session.scalars(select(Enrolment)).first().country = "ARG"
    found = service.drift(made.public_id).explained
    assert {tuple(cell["activity_refs"]) for cell in found.cells_behind} == {(activity.public_id,)}
    assert found.logged == []
