"""Nominations and invitations: links, quotas, letters."""

from datetime import timedelta
from io import BytesIO

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment import errors, queries, service
from ilpes_lms.enrolment.errors import MotivationRequired
from ilpes_lms.notifications import kinds
from ilpes_lms.notifications.models import Message
from ilpes_lms.people.errors import AddressNotValid, NameNotValid
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_quota, make_someone, states, token_of


def invite(activity, email="luz@example.org"):
    return service.invite(
        activity_ref=activity.public_id, email=email, given_names="Luz", first_surname="Paz", language="es"
    )


def nominate(token, email="luz@example.org"):
    return service.nominate(token=token, email=email, given_names="Luz", first_surname="Paz")


def national(**fields):
    return make_activity(kind="national_restricted", **{"capacity": 10, **fields})


def test_an_invitation_is_accepted_once_by_whoever_has_the_link(context: APIFlask) -> None:
    activity, luz, other = national(admission="invitation"), make_someone(), make_someone()
    invite(activity)
    token = token_of("enrolment.invitation")
    enrolment = service.accept_invitation(token=token, person_id=luz.id)
    assert (enrolment.state, enrolment.person_id) == ("confirmed", luz.id)
    assert service.accept_invitation(token=token, person_id=luz.id).id == enrolment.id
    with pytest.raises(errors.InvitationUsed):
        service.accept_invitation(token=token, person_id=other.id)
    assert states(activity) == {"confirmed": 1}


def test_only_a_digest_of_the_link_is_stored_with_the_invitation(context: APIFlask) -> None:
    invitation = invite(national())
    token = token_of("enrolment.invitation")
    assert token not in (invitation.link_digest, invitation.public_id)
    with pytest.raises(NotFound):
        queries.invitation_by_token(invitation.link_digest)


def test_who_accepts_when_all_places_are_taken_waits(context: APIFlask) -> None:
    activity = national(capacity=1)
    enrol(activity)
    invite(activity)
    enrolment = service.accept_invitation(token=token_of("enrolment.invitation"), person_id=make_someone().id)
    assert enrolment.state == "waitlisted"


def test_an_invitation_skips_selection_for_who_has_applied(context: APIFlask) -> None:
    activity, person = make_activity(kind="international_open", capacity=1), make_someone()
    service.apply(activity_ref=activity.public_id, person_id=person.id, motivation="Planning")
    invite(activity)
    enrolment = service.accept_invitation(token=token_of("enrolment.invitation"), person_id=person.id)
    assert (enrolment.state, enrolment.motivation) == ("confirmed", "Planning")


def test_a_withdrawn_invitation_is_dead_and_the_address_can_be_asked_anew(context: APIFlask) -> None:
    activity = national()
    invitation = invite(activity)
    token = token_of("enrolment.invitation")
    service.withdraw_invitation(activity_ref=activity.public_id, invitation_ref=invitation.public_id)
    with pytest.raises(errors.InvitationWithdrawn):
        service.accept_invitation(token=token, person_id=make_someone().id)
    invite(activity)
    assert token_of("enrolment.invitation") != token
    with pytest.raises(NotFound):
        queries.invitation_by_token(token)


def test_the_same_address_is_not_asked_twice_in_whatever_spelling(context: APIFlask) -> None:
    activity = national()
    invite(activity)
    with pytest.raises(errors.AlreadyNominated):
        invite(activity, "LUZ@Example.org")
    enrol(activity, make_someone(email="inside@example.org"))
    with pytest.raises(errors.AlreadyNominated):
        invite(activity, "inside@example.org")


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"email": "no address"}, AddressNotValid),
        ({"email": "luz@example.org\r\nBcc: all@example.org"}, AddressNotValid),
        ({"given_names": "Win http://example.org"}, NameNotValid),
    ],
)
def test_what_would_make_a_bad_letter_is_refused(context: APIFlask, fields, refusal) -> None:
    values = {"email": "luz@example.org", "given_names": "Luz", "first_surname": "Paz", **fields}
    with pytest.raises(refusal):
        service.invite(activity_ref=national().public_id, **values)
    assert db.session.scalars(select(Message)).all() == []


def test_a_quota_is_filled_withdrawn_from_and_filled_again(context: APIFlask) -> None:
    quota, token = make_quota(national(), places=2)
    first = nominate(token, "a@example.org")
    nominate(token, "b@example.org")
    with pytest.raises(errors.QuotaFull):
        nominate(token, "c@example.org")
    service.withdraw_nomination(token=token, invitation_ref=first.public_id)
    nominate(token, "c@example.org")
    assert queries.filled(quota.id) == 2


def test_a_nominee_confirms_and_their_withdrawal_gives_the_institution_its_place_back(context: APIFlask) -> None:
    activity, person = national(), make_someone()
    quota, token = make_quota(activity, places=1)
    nominee = nominate(token)
    enrolment = service.accept_invitation(token=token_of("enrolment.invitation"), person_id=person.id)
    assert enrolment.state == "confirmed"
    with pytest.raises(errors.NominationConfirmed):
        service.withdraw_nomination(token=token, invitation_ref=nominee.public_id)
    service.withdraw(enrolment_ref=enrolment.public_id, person_id=person.id)
    assert queries.filled(quota.id) == 0
    assert nominate(token, "b@example.org").state == "sent"


def test_after_the_closing_date_nothing_is_added_or_taken_off(context: APIFlask) -> None:
    quota, token = make_quota(national())
    nominee = nominate(token)
    with writing():
        quota.closes_at = clock.now() - timedelta(seconds=1)
    with pytest.raises(errors.QuotaClosed):
        nominate(token, "b@example.org")
    with pytest.raises(errors.QuotaClosed):
        service.withdraw_nomination(token=token, invitation_ref=nominee.public_id)


def test_someone_named_by_two_institutions_is_caught(context: APIFlask) -> None:
    activity = national()
    _one, first = make_quota(activity)
    _two, second = make_quota(activity)
    nominate(first)
    with pytest.raises(errors.AlreadyNominated):
        nominate(second)


def test_institutions_together_never_get_more_places_than_there_are(context: APIFlask) -> None:
    activity = national(capacity=5)
    make_quota(activity, places=3)
    with pytest.raises(errors.QuotasExceedCapacity) as refused:
        make_quota(activity, places=3)
    assert refused.value.params == {"left": 2}


def test_a_new_link_kills_the_old_one(context: APIFlask) -> None:
    activity = national()
    quota, token = make_quota(activity)
    service.renew_link(activity_ref=activity.public_id, quota_ref=quota.public_id)
    with pytest.raises(NotFound):
        nominate(token)
    assert nominate(token_of("enrolment.nomination_link")).state == "sent"


def test_a_nomination_of_another_institution_does_not_exist_behind_the_link(context: APIFlask) -> None:
    activity = national()
    _one, first = make_quota(activity)
    _two, second = make_quota(activity)
    nominee = nominate(first)
    with pytest.raises(NotFound):
        service.withdraw_nomination(token=second, invitation_ref=nominee.public_id)


def test_an_invitation_can_be_answered_for_two_weeks_but_not_beyond_the_beginning(context: APIFlask) -> None:
    soon, later = make_activity(starts_in=5), make_activity(starts_in=60)
    assert invite(soon).expires_at == queries.begins_at(soon)
    last = clock.today(later.zone) + timedelta(days=14)
    assert invite(later).expires_at == clock.end_of_day(last, later.zone)


def test_the_coordinator_says_until_when_within_the_activity(context: APIFlask) -> None:
    activity = make_activity(starts_in=60)
    until = activity.starts_on - timedelta(days=3)
    chosen = service.invite(
        activity_ref=activity.public_id, email="a@example.org", given_names="A", first_surname="B", answer_by=until
    )
    assert chosen.expires_at == clock.end_of_day(until, activity.zone)
    for wrong in (clock.today("America/Santiago") - timedelta(days=3), activity.ends_on + timedelta(days=1)):
        with pytest.raises(errors.AnswerByInThePast):
            service.invite(
                activity_ref=activity.public_id, email="b@example.org", given_names="A", first_surname="B",
                answer_by=wrong,
            )  # fmt: skip


def test_an_invitation_that_ran_out_says_so_can_be_extended_and_asked_anew(context: APIFlask) -> None:
    activity = make_activity(starts_in=60)
    invitation = invite(activity)
    token = token_of("enrolment.invitation")
    expire(invitation)
    for deed in (
        lambda: service.accept_invitation(token=token, person_id=make_someone().id),
        lambda: service.decline_invitation(token=token),
        lambda: service.send_invitation_again(activity_ref=activity.public_id, invitation_ref=invitation.public_id),
    ):
        with pytest.raises(errors.InvitationExpired):
            deed()
    service.extend_invitation(
        activity_ref=activity.public_id, invitation_ref=invitation.public_id, answer_by=activity.starts_on
    )
    assert service.accept_invitation(token=token, person_id=make_someone().id).state == "confirmed"
    expire(invite(activity, "other@example.org"))
    assert invite(activity, "other@example.org").state == "sent"


def test_who_has_answered_is_not_written_to_nor_extended(context: APIFlask) -> None:
    activity = make_activity(starts_in=60)
    invitation = invite(activity)
    service.decline_invitation(token=token_of("enrolment.invitation"))
    where = {"activity_ref": activity.public_id, "invitation_ref": invitation.public_id}
    with pytest.raises(errors.InvitationAnswered):
        service.send_invitation_again(**where)
    with pytest.raises(errors.InvitationAnswered):
        service.extend_invitation(**where, answer_by=activity.starts_on)
    with pytest.raises(errors.InvitationAnswered):
        service.withdraw_invitation(**where)


def test_a_reminder_goes_once_with_the_same_link_and_again_only_after_an_extension(context: APIFlask) -> None:
    activity = make_activity(starts_in=60)
    invitation = invite(activity)
    first = token_of("enrolment.invitation")
    assert service.remind_invited() == 0
    nearly_over(invitation)
    assert [service.remind_invited() for _ in range(3)] == [1, 0, 0]
    assert token_of("enrolment.invitation_reminder") == first
    service.extend_invitation(
        activity_ref=activity.public_id, invitation_ref=invitation.public_id, answer_by=activity.starts_on
    )
    nearly_over(invitation, hours=30)
    assert service.remind_invited() == 1


@pytest.mark.parametrize("answer", ["accept", "decline", "withdraw", "expire", "close"])
def test_nobody_is_reminded_of_what_is_answered_or_over(context: APIFlask, answer) -> None:
    activity = make_activity(starts_in=60)
    invitation, token = invite(activity), token_of("enrolment.invitation")
    nearly_over(invitation)
    if answer == "accept":
        service.accept_invitation(token=token, person_id=make_someone().id)
    elif answer == "decline":
        service.decline_invitation(token=token)
    elif answer == "withdraw":
        service.withdraw_invitation(activity_ref=activity.public_id, invitation_ref=invitation.public_id)
    elif answer == "expire":
        expire(invitation)
    else:
        with writing():
            activity.status = "closed"
    assert service.remind_invited() == 0


def test_a_letter_from_the_last_days_needs_no_reminder(context: APIFlask) -> None:
    invite(make_activity(starts_in=2))
    assert service.remind_invited() == 0


def test_a_reminder_that_was_queued_is_not_sent_to_who_answers_before(context: APIFlask) -> None:
    activity = make_activity(starts_in=60)
    nearly_over(invite(activity))
    service.remind_invited()
    reminder = db.session.scalars(select(Message).where(Message.kind == "enrolment.invitation_reminder")).one()
    is_due = kinds.kind_named(reminder.kind).is_due
    assert is_due(reminder.values, None)
    service.decline_invitation(token=reminder.values["token"])
    assert not is_due(reminder.values, None)


def test_an_old_invitation_whose_secret_nobody_knows_is_reminded_of_with_a_new_link(context: APIFlask) -> None:
    invitation = invite(make_activity(starts_in=60))
    with writing():
        invitation.link_seed, invitation.link_digest = "", "d" * 64
    nearly_over(invitation)
    service.remind_invited()
    token = token_of("enrolment.invitation_reminder")
    assert queries.invitation_by_token(token).public_id == invitation.public_id


def test_an_invitation_may_lead_to_the_committee_instead_of_past_it(context: APIFlask) -> None:
    activity = make_activity(kind="international_open", capacity=1, starts_in=60)
    service.invite(
        activity_ref=activity.public_id, email="luz@example.org", given_names="Luz", first_surname="Paz",
        skips_selection=False,
    )  # fmt: skip
    token, luz = token_of("enrolment.invitation"), make_someone()
    assert service.asked_of(queries.invitation_by_token(token), luz) == {"motivation"}
    with pytest.raises(MotivationRequired):
        service.accept_invitation(token=token, person_id=luz.id)
    enrolment = service.accept_invitation(token=token, person_id=luz.id, motivation="Planning")
    assert (enrolment.state, enrolment.motivation) == ("applied", "Planning")


def test_only_a_committee_can_be_led_to(context: APIFlask) -> None:
    with pytest.raises(errors.OnlyWithSelection):
        service.invite(
            activity_ref=national().public_id, email="a@example.org", given_names="A", first_surname="B",
            skips_selection=False,
        )  # fmt: skip


def test_a_list_invites_all_with_links_of_their_own_or_nobody(context: APIFlask) -> None:
    activity = make_activity(starts_in=60)
    good = b"Luz;Paz;luz@example.org\nAna;Rey;ana@example.org"
    done = service.invite_list(activity_ref=activity.public_id, lines=service.read_list(BytesIO(good)))
    assert len({one.link_digest for one in done}) == 2
    bad = service.read_list(BytesIO(good + b"\nEva;Sol;eva@example.org"))
    with pytest.raises(errors.ListNotRight):
        service.invite_list(activity_ref=activity.public_id, lines=bad)
    assert queries.outlooks(activity.id, clock.now()) == {"sent": 2}


def test_the_overview_counts_invitations_by_how_they_stand_without_nominations(context: APIFlask) -> None:
    activity = national(starts_in=60)
    _quota, desk = make_quota(activity)
    nominate(desk, "nominee@example.org")
    for number in range(4):
        invite(activity, f"n{number}@example.org")
    service.decline_invitation(token=token_of("enrolment.invitation"))
    page = queries.invitations(activity.id, outlook=None, now=clock.now())
    expire(page.items[1])
    service.withdraw_invitation(activity_ref=activity.public_id, invitation_ref=page.items[2].public_id)
    counts = queries.outlooks(activity.id, clock.now())
    assert counts == {"declined": 1, "expired": 1, "withdrawn": 1, "sent": 1}
    for outlook in counts:
        assert len(queries.invitations(activity.id, outlook=outlook, now=clock.now()).items) == 1


def expire(invitation):
    with writing():
        invitation.expires_at = clock.now() - timedelta(seconds=1)


def nearly_over(invitation, hours=48):
    with writing():
        invitation.expires_at = clock.now() + timedelta(hours=hours)
        invitation.written_at = clock.now() - timedelta(days=12)
