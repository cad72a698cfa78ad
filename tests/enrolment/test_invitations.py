"""Nominations and invitations: links, quotas, letters."""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment import errors, queries, service
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
