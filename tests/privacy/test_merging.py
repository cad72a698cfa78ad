"""Two records of one person become one, and two again: nothing is lost, counted twice, or moved where published."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, delete, func, select
from sqlalchemy.exc import IntegrityError

from ilpes_lms.attendance.models import Mark
from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core import actor
from ilpes_lms.core.database import Model, db, writing
from ilpes_lms.core.errors import DomainError
from ilpes_lms.core.ids import digest
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.enrolment.errors import PersonWasMerged
from ilpes_lms.enrolment.models import Enrolment, Invitation
from ilpes_lms.enrolment.queries import activities_off_their_counts
from ilpes_lms.enrolment.rules import LIVE, STATES, Rival, prevailing
from ilpes_lms.people import queries as people_queries
from ilpes_lms.people import service as people_service
from ilpes_lms.people.models import Account, Person, RoleGrant
from ilpes_lms.privacy import exporters
from ilpes_lms.privacy import service as privacy
from ilpes_lms.privacy.merging import errors, mergers, service
from ilpes_lms.privacy.merging.models import Merge, MergeMove
from ilpes_lms.privacy.models import ErasureRequest
from ilpes_lms.statistics.releases import queries as releases
from ilpes_lms.statistics.releases import service as release_service
from ilpes_lms.web.errors import text_of
from ilpes_lms.web.i18n import in_language
from tests.factories import people
from tests.factories.attendance import make_taught, mark
from tests.factories.canary import make_canary
from tests.factories.catalogue import make_activity
from tests.factories.certificates import make_issued
from tests.factories.enrolment import enrol, make_quota, make_someone, states
from tests.factories.releases import MARCH, release
from tests.factories.statistics import past_activity
from tests.privacy.test_erasure import tables_with

# What is written whenever a merge is done or undone, and what ends for good.
WRITTEN = {
    "audit_entries", "audit_links", "audit_seen_persons", "merges", "merge_moves", "sign_ins", "one_time_tokens",
    "statistics_marks", "catalogue_editions",
}  # fmt: skip


def merge(gone: Person, stays: Person, **options: Any) -> Merge:
    seen = service.preview_persons(gone_ref=gone.public_id, into=stays.public_id).seen
    made = service.merge_persons(
        gone_ref=gone.public_id, into=stays.public_id, seen=seen, reason="The same passport.", **options
    )
    db.session.expire_all()
    return made


def undo(made: Merge) -> service.UndoPreview:
    seen = service.preview_undo(made.public_id).seen
    done = service.undo(merge_ref=made.public_id, seen=seen, reason="Two sisters.")
    db.session.expire_all()
    return done


def twice(activity: Any, first: str = "confirmed", second: str = "confirmed") -> tuple[Enrolment, Enrolment]:
    return enrol(activity, make_someone(), first), enrol(activity, make_someone(), second)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    db.session.expire_all()
    return {
        table.name: sorted((tuple(row) for row in db.session.execute(select(table))), key=repr)
        for table in Model.metadata.sorted_tables
        if table.name not in WRITTEN
    }


def columns_to(table: str) -> list[Column[Any]]:
    """Return the columns of the whole house that refer to rows of a table."""
    return [
        column
        for one in Model.metadata.sorted_tables
        for column in one.columns
        if table in {key.column.table.name for key in column.foreign_keys}
    ]


def leading_to(table: str, number: int) -> set[str]:
    """Return the columns of the whole house that refer to one row of a table."""
    return {
        f"{column.table.name}.{column.name}"
        for column in columns_to(table)
        if db.session.scalar(select(func.count()).where(column == number))
    }


# What moves, and what is left with who goes or with an enrolment that is set aside, each for a reason.
MOVES = {
    "persons": {
        "accounts.person_id", "application_drafts.person_id", "assignments.person_id", "calendar_feeds.person_id",
        "certificates.person_id", "conflicts_of_interest.reviewer_id", "consents.person_id",
        "declined_kinds.person_id", "digest_choices.person_id", "email_addresses.person_id", "enrolments.person_id",
        "former_addresses.person_id", "messages.person_id", "reviews.reviewer_id", "role_grants.person_id",
    },
    "accounts": {"provider_identities.account_id"},
    "enrolments": {
        "calendar_books.enrolment_id", "invitations.enrolment_id", "marks.enrolment_id", "outcomes.enrolment_id",
        "platform_records.enrolment_id", "platform_rows.enrolment_id", "remembered_matches.enrolment_id",
        "reported_persons.enrolment_id",
    },
    "organizations": {
        "enrolments.organization_id", "nomination_quotas.organization_id", "persons.organization_id",
        "place_rules.organization_id", "role_grants.organization_id",
    },
}  # fmt: skip
STAYS = {
    # Merges themselves, and what goes when somebody is merged or asks to be erased, or goes soon by itself.
    "persons": {
        "data_archives.person_id", "disuse_notices.person_id", "erasure_requests.person_id", "merges.gone_person_id",
        "merges.stays_person_id", "persons.merged_into_id", "twin_pairs.first_id", "twin_pairs.second_id",
    },
    # Ended, or of no use any more: that account is signed in to by nobody.
    "accounts": {"one_time_tokens.account_id", "second_factors.account_id", "sign_ins.account_id"},
    # What was said, judged and done about the one that is set aside.
    "enrolments": {
        "application_answers.enrolment_id", "attribute_corrections.enrolment_id", "certificates.enrolment_id",
        "conflicts_of_interest.enrolment_id", "disagreements.enrolment_id",
        "enrolment_changes.enrolment_id", "mark_changes.enrolment_id", "outcome_appeals.enrolment_id",
        "reviews.enrolment_id",
    },
    "organizations": {
        "merges.gone_organization_id", "merges.stays_organization_id", "organizations.merged_into_id",
    },
}  # fmt: skip


@pytest.mark.parametrize("table", sorted(MOVES))
def test_every_column_that_leads_to_one_moves_or_stays_for_a_reason(app, table: str) -> None:
    with app.app_context():
        assert {f"{one.table.name}.{one.name}" for one in columns_to(table)} == MOVES[table] | STAYS[table]


def test_what_moves_is_what_rooms_plan(canary: Person) -> None:
    """The control of the list above, as far as somebody who did everything reaches."""
    stays = people.person("stays@example.org", password="seven quiet rivers")
    moves = service.preview_persons(gone_ref=canary.public_id, into=stays.public_id).moves
    planned = {f"{move.table}.{move.column}" for some in moves.values() for move in some} - {"persons.merged_into_id"}
    assert {"email_addresses.person_id", "messages.person_id", "enrolments.person_id"} <= planned
    assert planned <= MOVES["persons"]


@pytest.fixture
def canary(context) -> Person:
    """Somebody of whom every room keeps something, and who does not want to be erased."""
    found = make_canary()
    with writing() as session:
        session.execute(delete(ErasureRequest))
    db.session.remove()
    return db.session.get_one(Person, found.person_id)


def test_whatever_leads_to_a_person_leads_to_who_stays(canary: Person) -> None:
    before, stays = leading_to("persons", canary.id), make_someone()
    assert {"email_addresses.person_id", "enrolments.person_id", "messages.person_id", "certificates.person_id",
            "calendar_feeds.person_id", "assignments.person_id", "application_drafts.person_id"} <= before  # fmt: skip
    merge(canary, stays)
    assert leading_to("persons", canary.id) - STAYS["persons"] == set()
    assert before - STAYS["persons"] <= leading_to("persons", stays.id)


def test_undone_every_row_of_every_table_is_as_it_was(canary: Person) -> None:
    stays = people.person("stays@example.org", password="seven quiet rivers")
    before = everything()
    made = merge(canary, stays)
    assert everything() != before
    assert not any(undo(made).left.values())
    assert everything() == before


@pytest.mark.parametrize("room", ["people", "enrolment", "certificates", "notifications", "calendars", "catalogue"])
def test_a_room_that_moves_nothing_is_found(canary: Person, monkeypatch, room: str) -> None:
    monkeypatch.setitem(mergers.registered("persons"), room, mergers.Merger(lambda *_: []))
    merge(canary, make_someone())
    assert leading_to("persons", canary.id) - STAYS["persons"]


def test_certificates_stay_as_issued_and_are_listed_under_who_stays(context) -> None:
    issued, stays = make_issued(), make_someone()
    before = (issued.certificate.content, issued.certificate.file_key, issued.certificate.state)
    merge(issued.holder, stays)
    kept = db.session.scalars(select(Certificate)).one()
    assert (kept.content, kept.file_key, kept.state) == before
    assert kept.person_id == stays.id


def test_the_other_addresses_sign_in_to_the_account_that_stays(context) -> None:
    gone = people.person("gone@example.org", password="seven quiet rivers")
    stays = people.person("stays@example.org", password="eight loud rivers")
    key = people_service.open_sign_in(account_id=people.account("gone@example.org").id)
    merge(gone, stays)
    assert people.account("gone@example.org").person_id == stays.id
    with pytest.raises(DomainError):
        people_service.sign_in(email="gone@example.org", password="seven quiet rivers", caller="x")
    assert people_service.sign_in(email="gone@example.org", password="eight loud rivers", caller="x")
    assert people_queries.signed_in(digest(key)) is None


def test_where_who_stays_has_no_account_the_other_one_is_theirs(context) -> None:
    gone, stays = people.person("gone@example.org", password="seven quiet rivers"), make_someone()
    account = people.account("gone@example.org").id
    made = merge(gone, stays)
    assert db.session.get_one(Account, account).person_id == stays.id
    undo(made)
    assert db.session.get_one(Account, account).person_id == gone.id


def test_who_was_merged_is_found_as_who_stays_and_enrols_nowhere(context) -> None:
    gone, stays, activity = make_someone(given_names="Rosa"), make_someone(), make_activity()
    merge(gone, stays)
    assert people_queries.person_now(gone.public_id).id == stays.id
    assert people_queries.people_found("rosa").items == []
    with pytest.raises(PersonWasMerged):
        enrolment.apply(activity_ref=activity.public_id, person_id=gone.id)
    with pytest.raises(IntegrityError), writing() as session:
        session.add(
            Enrolment(
                activity_id=activity.id, person_id=gone.id, state="applied", applied_at=datetime.now(UTC)
            )
        )  # fmt: skip
    assert enrolment.apply(activity_ref=activity.public_id, person_id=stays.id).state == "confirmed"


RIVALS = st.builds(
    Rival,
    number=st.integers(1, 99),
    state=st.sampled_from(STATES),
    proof=st.integers(0, 2),
    applied_at=st.datetimes(),
)


@given(one=RIVALS, other=RIVALS, third=RIVALS)
def test_which_of_two_enrolments_stays_does_not_depend_on_the_order_of_asking(one, other, third) -> None:
    assert prevailing(one, other) == prevailing(other, one)
    assert prevailing(prevailing(one, other), third) == prevailing(one, prevailing(other, third))


@pytest.mark.parametrize(
    ("better", "worse"),
    [("confirmed", "offered"), ("offered", "waitlisted"), ("waitlisted", "applied"), ("applied", "declined")],
)
def test_the_better_standing_stays_and_proof_stands_above_it(better: str, worse: str) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    one, other = Rival(2, better, 0, now), Rival(1, worse, 0, now - timedelta(days=1))
    assert prevailing(one, other) is one
    assert prevailing(one, other._replace(proof=1)).number == other.number
    assert prevailing(one._replace(state=worse), other) is other


def test_of_two_enrolments_the_confirmed_one_stays_and_they_change_places(context) -> None:
    activity = make_activity("international_open", admission="selection", closes_in=5)
    worse, better = twice(activity, "applied", "confirmed")
    gone, stays = better.person, worse.person
    found = service.preview_persons(gone_ref=gone.public_id, into=stays.public_id)
    (collision,) = found.collisions
    assert (collision.pair.stays.id, collision.pair.aside.id) == (better.id, worse.id)
    made = merge(gone, stays)
    db.session.refresh(better), db.session.refresh(worse)
    assert (better.person_id, better.state) == (stays.id, "confirmed")
    assert (worse.person_id, worse.state) == (gone.id, "withdrawn")
    assert db.session.scalar(select(func.count()).select_from(Person)) == 2
    undo(made)
    db.session.refresh(better), db.session.refresh(worse)
    assert (better.person_id, better.state, worse.person_id, worse.state) == (gone.id, "confirmed", stays.id, "applied")


def test_the_place_that_becomes_free_goes_to_the_next_and_is_not_taken_back_by_undoing(context) -> None:
    activity = make_activity(capacity=2)
    first, second = twice(activity)
    waiting = enrol(activity, state="waitlisted")
    made = merge(second.person, first.person)
    db.session.refresh(waiting)
    assert waiting.state == "confirmed"
    assert states(activity) == {"confirmed": 2, "withdrawn": 1}
    foreseen = service.preview_undo(made.public_id)
    assert [move.column for move in foreseen.left["enrolment"]] == ["state"]
    undo(made)
    assert states(activity) == {"confirmed": 2, "withdrawn": 1}
    db.session.refresh(second)
    assert (second.state, second.person.merged_into_id) == ("withdrawn", None)


def test_where_there_is_room_what_was_set_aside_comes_back_as_it_was_said_at_the_time(context) -> None:
    activity = make_activity(capacity=5)
    first, second = twice(activity)
    with writing():
        second.person.residence_country = "PER"
    confirmed_at = second.confirmed_at
    undo(merge(second.person, first.person))
    db.session.refresh(second), db.session.refresh(activity)
    assert (second.state, second.country, second.confirmed_at) == ("confirmed", "CHL", confirmed_at)
    assert (activity.confirmed_count, [c.to_state for c in second.changes][-2:]) == (2, ["withdrawn", "confirmed"])


def test_marks_are_taken_over_where_there_are_none_and_differing_ones_are_told(context) -> None:
    taught = make_taught(sessions=3)
    first, second = taught.enrolments
    mark(taught.sessions[0], first, "present")
    mark(taught.sessions[0], second, "absent")
    mark(taught.sessions[1], second, "late")
    found = service.preview_persons(gone_ref=second.person.public_id, into=first.person.public_id)
    assert [one.marks_apart for one in found.collisions] == [1]
    made = merge(second.person, first.person)
    marks = select(Mark.mark).where(Mark.enrolment_id == first.id).order_by(Mark.id)
    assert sorted(db.session.scalars(marks)) == ["late", "present"]
    undo(made)
    assert list(db.session.scalars(marks)) == ["present"]


def test_nothing_is_done_that_was_not_seen(context) -> None:
    gone, stays = make_someone(), make_someone()
    seen = service.preview_persons(gone_ref=gone.public_id, into=stays.public_id).seen
    asked: dict[str, Any] = {"gone_ref": gone.public_id, "into": stays.public_id}
    enrol(make_activity(), gone)
    with pytest.raises(errors.MergeMoved):
        service.merge_persons(**asked, seen=seen, reason="One.")
    with pytest.raises(errors.MergeUnexplained):
        service.merge_persons(**asked, seen=seen, reason="  ")
    assert db.session.scalar(select(func.count()).select_from(Merge)) == 0


def _same(one: Person, _other: Person) -> dict[str, Any]:
    return {"gone_ref": one.public_id, "into": one.public_id}


def _own(one: Person, other: Person) -> dict[str, Any]:
    return {"gone_ref": one.public_id, "into": other.public_id, "by_person": other.id}


def _erased(one: Person, other: Person) -> dict[str, Any]:
    privacy.forget(person_ref=one.public_id, reason="Asked for in writing")
    db.session.expire_all()
    return {"gone_ref": db.session.get_one(Person, one.id).public_id, "into": other.public_id}


def _asked(one: Person, other: Person) -> dict[str, Any]:
    with writing() as session:
        now = datetime.now(UTC)
        session.add(ErasureRequest(person_id=other.id, asked_at=now, due_at=now))
    return {"gone_ref": one.public_id, "into": other.public_id}


def _merged(one: Person, other: Person) -> dict[str, Any]:
    merge(one, make_someone())
    return {"gone_ref": one.public_id, "into": other.public_id}


def _shut(one: Person, other: Person) -> dict[str, Any]:
    shut = people.person(password="seven quiet rivers")
    people_service.disable_account(person_id=shut.id)
    return {"gone_ref": shut.public_id, "into": other.public_id}


@pytest.mark.parametrize(
    ("prepare", "refusal"),
    [(_same, errors.SameRecord), (_own, errors.OwnRecord), (_erased, errors.RecordErased),
     (_asked, errors.ErasureIsAsked), (_merged, errors.RecordMerged), (_shut, errors.AccountShut)],
)  # fmt: skip
def test_what_can_not_be_merged_is_said_in_the_preview_and_refused(context, prepare, refusal) -> None:
    asked = prepare(make_someone(), make_someone())
    found = service.preview_persons(**asked)
    assert [type(one) for one in found.obstacles] == [refusal]
    with pytest.raises(refusal):
        service.merge_persons(**asked, seen=found.seen, reason="One.")


def test_two_certificates_of_one_activity_are_in_the_way(context) -> None:
    issued = make_issued()
    other = enrol(issued.taught.activity)
    with writing() as session:
        session.add(
            Certificate(
                serial="2", kind=issued.certificate.kind, enrolment_id=other.id, person_id=other.person_id,
                activity_ref=issued.taught.activity.public_id, language="es", content={}, state="issued",
                requested_at=issued.certificate.requested_at,
            )
        )  # fmt: skip
    found = service.preview_persons(gone_ref=issued.holder.public_id, into=other.person.public_id)
    [obstacle] = found.obstacles
    assert isinstance(obstacle, errors.TwoCertificates)
    obstacle.params["activity"] = {"es": "Planificación", "fr": "Planification"}
    with in_language("fr"):
        assert "Planification" in text_of(obstacle)


def test_the_later_merge_is_undone_first(context) -> None:
    one, two, three = make_someone(), make_someone(), make_someone()
    first, second = merge(one, two), merge(two, three)
    assert [type(o) for o in service.preview_undo(first.public_id).obstacles] == [errors.LaterMergeFirst]
    assert people_queries.person_now(one.public_id).id == three.id
    undo(second)
    undo(first)
    assert [type(o) for o in service.preview_undo(first.public_id).obstacles] == [errors.MergeUndone]
    assert merge(one, three).stays_person_id == three.id


def test_what_came_after_the_merge_stays_with_who_stays(context) -> None:
    gone, stays = make_someone(), make_someone()
    made = merge(gone, stays)
    later = enrol(make_activity(), stays)
    undo(made)
    db.session.refresh(later)
    assert later.person_id == stays.id


def test_roles_move_and_the_browsers_of_who_gets_them_are_signed_out(context) -> None:
    gone = people.coordinator("gone@example.org", password="seven quiet rivers")
    stays = people.person("stays@example.org", password="seven quiet rivers")
    key = people_service.open_sign_in(account_id=people.account("stays@example.org").id)
    merge(gone, stays)
    assert people_queries.roles_of(stays.id) == {"coordinator"}
    assert db.session.scalar(select(RoleGrant.person_id)) == stays.id
    assert people_queries.signed_in(digest(key)) is None


def test_the_record_of_deeds_names_codes_alone(context) -> None:
    gone, stays = make_someone(given_names="Rosa"), make_someone()
    undo(merge(gone, stays))
    told = select(AuditEntry).where(AuditEntry.verb.in_(("person.merged", "person.unmerged"))).order_by(AuditEntry.id)
    done, undone = db.session.scalars(told)
    assert (done.object_id, done.details["into"], undone.details["out_of"]) == (
        gone.public_id, stays.public_id, stays.public_id,
    )  # fmt: skip
    assert "Rosa" not in str((done.details, undone.details))


@pytest.mark.parametrize("named", [0, 1])
def test_erasing_somebody_erases_all_records_they_once_were_and_the_journal(context, named: int) -> None:
    gone, stays = make_someone(given_names="Rosalinda"), make_someone(given_names="Rosalinda")
    merge(gone, stays)
    assert exporters.export_of("privacy", stays.id)["merges"][0]["given_names"] == "Rosalinda"
    refs = gone.public_id, stays.public_id
    privacy.forget(person_ref=refs[named], reason="Asked for in writing")
    db.session.expire_all()
    assert {one.forgotten_at is None for one in db.session.scalars(select(Person))} == {False}
    assert db.session.scalar(select(func.count()).select_from(MergeMove)) == 0
    assert db.session.scalar(select(func.count()).select_from(Merge)) == 0
    assert tables_with(("Rosalinda", *refs)) == set()


def test_merges_leave_every_release_byte_for_byte(context) -> None:
    activity = past_activity(starts_on=MARCH[0], ends_on=MARCH[0])
    ministry, same = people.organization("Ministerio"), people.organization("El Ministerio")
    first, second = (enrol(activity, make_someone(organization_id=one.id)) for one in (ministry, same))
    made = release()
    before = (releases.release(made.public_id).content, releases.release(made.public_id).digest)
    merge(second.person, first.person)
    found = service.preview_organizations(gone_ref=same.public_id, into=ministry.public_id)
    service.merge_organizations(
        gone_ref=same.public_id, into=ministry.public_id, seen=found.seen, reason="The same house."
    )
    db.session.expire_all()
    again = releases.release(made.public_id)
    assert (again.content, again.digest) == before
    assert release_service.verify() == []
    assert release_service.drift(made.public_id).explained.changes


def test_a_preview_writes_nothing(canary: Person) -> None:
    stays = make_someone()
    before = everything()
    service.preview_persons(gone_ref=canary.public_id, into=stays.public_id)
    assert everything() == before


def test_the_code_or_the_address_of_who_stays_will_do_and_nothing_else(context) -> None:
    gone, stays = make_someone(), make_someone(email="stays@example.org")
    assert service.preview_persons(gone_ref=gone.public_id, into=" Stays@example.org ").stays.id == stays.id
    with pytest.raises(errors.NobodyMeant):
        service.preview_persons(gone_ref=gone.public_id, into="nobody@example.org")


@pytest.mark.parametrize("both", [False, True])
def test_an_invitation_follows_and_of_two_one_place_goes_back_to_the_institution(context, both: bool) -> None:
    activity = make_activity("national_restricted", admission="nomination")
    quota, _token = make_quota(activity)
    first, second = twice(activity)
    with writing() as session:
        for enrolled in (second, *((first,) if both else ())):
            session.add(
                Invitation(
                    activity_id=activity.id, quota_id=quota.id, email="", email_key=enrolled.public_id,
                    given_names="", first_surname="", link_digest=enrolled.public_id, state="accepted",
                    enrolment_id=enrolled.id, created_at=enrolled.applied_at, expires_at=enrolled.applied_at,
                    letters=1, written_at=enrolled.applied_at, link_seed="",
                )
            )  # fmt: skip
    before = everything()
    made = merge(second.person, first.person)
    standing = select(Invitation.enrolment_id).where(Invitation.state == "accepted")
    assert list(db.session.scalars(standing)) == [first.id]
    undo(made)
    assert everything()["invitations"] == before["invitations"]


def test_what_was_done_in_an_office_stays_theirs_whichever_record_had_it(context) -> None:
    gone = people.coordinator("gone@example.org", password="seven quiet rivers")
    stays = people.person("stays@example.org", password="seven quiet rivers")
    own = people.account("gone@example.org").public_id
    with actor.acting(own):
        make_activity()
    merge(gone, stays)
    told = exporters.export_of("audit", stays.id)["deeds"]
    assert [deed["verb"] for deed in told if deed["by_you"]] != []
    assert "person.merged" in {deed["verb"] for deed in told}
    privacy.forget(person_ref=stays.public_id, reason="Asked for in writing")
    done = select(AuditEntry.verb).where(AuditEntry.actor == own)
    assert set(db.session.scalars(done)) >= {"activity.created"}


STANDINGS = st.sampled_from([None, "confirmed", "applied", "withdrawn"])


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(standings=st.lists(st.tuples(STANDINGS, STANDINGS), min_size=1, max_size=4))
def test_whatever_two_records_have_nobody_stands_twice_and_undone_all_is_as_before(context, standings) -> None:
    gone, stays = make_someone(), make_someone()
    for pair in standings:
        activity = make_activity("international_open", admission="selection", closes_in=5)
        for one, state in zip((gone, stays), pair, strict=True):
            _stand(activity, one, state)
    rows = select(Enrolment.id, Enrolment.person_id, Enrolment.state, Enrolment.country).order_by(Enrolment.id)
    before = db.session.execute(rows).all()
    made = merge(gone, stays)
    live = select(Enrolment.activity_id).where(Enrolment.state.in_(LIVE), Enrolment.person_id == stays.id)
    activities = list(db.session.scalars(live))
    assert len(activities) == len(set(activities)) == sum(bool(set(pair) & LIVE) for pair in standings)
    left = select(func.count()).where(Enrolment.state.in_(LIVE), Enrolment.person_id == gone.id)
    assert db.session.scalar(left) == 0
    assert activities_off_their_counts() == 0
    undo(made)
    assert db.session.execute(rows).all() == before
    assert activities_off_their_counts() == 0


def _stand(activity: Any, person: Person, state: str | None) -> None:
    if state == "withdrawn":
        ref = enrol(activity, person).public_id
        enrolment.withdraw(enrolment_ref=ref, person_id=person.id)
    elif state:
        enrol(activity, person, state)
