"""The verbs of the room, on both databases."""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from unittest import mock

import pytest
import time_machine
from sqlalchemy import Select, func, select, update

from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.errors import NotFound, Stale
from ilpes_lms.core.ids import digest
from ilpes_lms.people import errors, letters, queries, rules, service
from ilpes_lms.people.models import Account, Attempt, Consent, EmailAddress, OneTimeToken, Person, SignIn
from ilpes_lms.people.service import accounts, passwords, roles
from ilpes_lms.people.vocabularies.errors import UnknownCode
from tests.factories import people as make

pytestmark = pytest.mark.usefixtures("context")

WISH = {
    "email": "Ana@Example.org", "password": make.PASSWORD, "given_names": "Ana", "first_surname": "Soto",
    "country": "MEX", "sex": "female", "language": "pt", "organization": "CONEVAL", "consent": True,
    "next_path": "/activities/x",
}  # fmt: skip


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def sign_in(email: str, password: str = make.PASSWORD, caller: str = "198.51.100.7") -> str:
    return service.sign_in(email=email, password=password, caller=caller)


def confirmed(letterbox, **changes) -> service.Confirmed:
    service.sign_up(**{**WISH, **changes})
    return service.confirm_email(token=letterbox.token())


# signing up


def test_nobody_is_added_before_the_address_is_confirmed(letterbox):
    service.sign_up(**WISH)
    assert (count(Person), count(Account), count(EmailAddress)) == (0, 0, 0)
    assert [(letter.kind, letter.address, letter.language) for letter in letterbox] == [
        ("people.confirm_email", "Ana@example.org", "pt")
    ]


def test_a_letter_holds_no_key_to_the_account_until_it_is_written(letterbox):
    service.sign_up(**WISH)
    stored = letterbox[0].values["token"]
    with pytest.raises(errors.LinkNotValid):
        service.confirm_email(token=stored)
    assert letterbox.token().startswith(f"{stored}.")


def test_a_confirmed_sign_up_is_a_person_with_an_account_and_a_consent(letterbox):
    found = confirmed(letterbox)
    person = queries.person(found.person_id)
    assert found.next_path == "/activities/x"
    assert (person.full_name, person.certificate_name, person.name_key) == ("Ana Soto", "Ana Soto", "ana soto")
    assert (person.sex, person.residence_country, person.language) == ("female", "MEX", "pt")
    assert person.zone == "America/Mexico_City"
    assert queries.address_of(person.id) == "Ana@example.org"
    assert db.session.scalars(select(Consent.notice_version)).all() == [rules.PRIVACY_NOTICE_VERSION]
    assert sign_in("ana@example.org")


def test_an_organization_of_the_list_is_recognized_and_another_kept_as_written(letterbox):
    known = make.organization("Coneval", "MEX")
    assert queries.person(confirmed(letterbox).person_id).organization_id == known.id
    other = queries.person(confirmed(letterbox, email="b@example.org", organization="Otra casa").person_id)
    assert (other.organization_id, other.organization_name) == (None, "Otra casa")


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        ({"email": "ana"}, errors.AddressNotValid, "email"),
        ({"password": "short"}, errors.PasswordTooShort, "password"),
        ({"given_names": " "}, errors.NameMissing, "given_names"),
        ({"first_surname": "evil.com"}, errors.NameNotValid, "first_surname"),
        ({"country": "XXX"}, UnknownCode, "country"),
        ({"sex": ""}, UnknownCode, "sex"),
        ({"language": "de"}, UnknownCode, "language"),
        ({"zone": "Mars/Base"}, UnknownCode, "zone"),
        ({"consent": False}, errors.ConsentMissing, "consent"),
        ({"organization": "x" * 301}, errors.TextTooLong, "organization"),
    ],
)
def test_what_is_wrong_with_a_sign_up_is_named(letterbox, change, refusal, field):
    with pytest.raises(refusal) as found:
        service.sign_up(**{**WISH, **change})
    assert found.value.field == field
    assert not letterbox
    assert count(OneTimeToken) == 0


def test_an_owner_of_an_account_is_told_so_and_nothing_changes(letterbox):
    person = make.person("ana@example.org", password=make.PASSWORD)
    service.sign_up(**{**WISH, "password": "another password"})
    assert [(letter.kind, letter.person_id) for letter in letterbox] == [("people.address_known", person.id)]
    assert count(OneTimeToken) == 0
    assert sign_in("ana@example.org")


def test_a_disabled_account_gets_no_letter(letterbox):
    person = make.person("ana@example.org", password=make.PASSWORD)
    service.disable_account(person_id=person.id)
    service.sign_up(**WISH)
    service.request_reset(email="ana@example.org")
    assert not letterbox


def test_someone_who_was_entered_by_others_claims_that_person_by_signing_up(letterbox):
    invited = make.person("ana@example.org", given_names="A", verified=False)
    found = confirmed(letterbox)
    assert found.person_id == invited.id
    assert queries.person(invited.id).given_names == "Ana"
    assert queries.address_of(invited.id) == "ana@example.org"
    assert sign_in("ana@example.org")


def test_what_a_stranger_typed_changes_nothing_while_nobody_confirms_it(letterbox):
    invited = make.person("ana@example.org", given_names="Ana María", verified=False)
    service.sign_up(**{**WISH, "given_names": "Mallory"})
    assert queries.person(invited.id).given_names == "Ana María"
    with pytest.raises(errors.CredentialsRefused):
        sign_in("ana@example.org")


def test_of_two_sign_ups_with_one_address_only_the_confirmed_one_counts(letterbox):
    service.sign_up(**{**WISH, "password": "mallory knows it"})
    service.sign_up(**WISH)
    service.confirm_email(token=letterbox.token(1))
    with pytest.raises(errors.LinkNotValid):
        service.confirm_email(token=letterbox.token(0))
    with pytest.raises(errors.CredentialsRefused):
        sign_in("ana@example.org", "mallory knows it")
    assert sign_in("ana@example.org")


# links


def test_trust_28_a_link_works_once(letterbox):
    confirmed(letterbox)
    with pytest.raises(errors.LinkNotValid):
        service.confirm_email(token=letterbox.token())
    assert count(Person) == 1


def test_trust_28_a_link_pressed_twice_at_once_works_once(app, letterbox):
    make.person("eva@example.org", password=make.PASSWORD)
    service.sign_up(**WISH)
    service.request_reset(email="eva@example.org")
    confirmation, reset = letterbox.token(0), letterbox.token(1)
    assert at_once(app, lambda: service.confirm_email(token=confirmation)) == ["done", *["refused"] * 3]
    assert at_once(app, lambda: accounts._reset(reset, "hash")) == ["done", *["refused"] * 3]
    assert count(Account) == 2


def at_once(app, press: Callable[[], object]) -> list[str]:
    """Press four times at once; return what came of it."""
    barrier, outcomes = threading.Barrier(4), []

    def one() -> None:
        with app.app_context():
            barrier.wait()
            try:
                press()
                outcomes.append("done")
            except errors.LinkNotValid:
                outcomes.append("refused")
            finally:
                db.session.remove()

    in_threads([(one, ())] * 4)
    return sorted(outcomes)


def in_threads(calls: Sequence[tuple[Callable[..., None], tuple]]) -> None:
    threads = [threading.Thread(target=function, args=arguments) for function, arguments in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize(("hours", "works"), [(47, True), (49, False)])
def test_trust_28_a_confirmation_link_lasts_two_days(letterbox, hours, works):
    service.sign_up(**WISH)
    token = letterbox.token()
    with time_machine.travel(clock.now() + timedelta(hours=hours)):
        if works:
            assert service.confirm_email(token=token)
        else:
            with pytest.raises(errors.LinkNotValid):
                service.confirm_email(token=token)


def test_trust_28_a_reset_link_lasts_two_hours(letterbox):
    make.person("ana@example.org", password=make.PASSWORD)
    service.request_reset(email="ana@example.org")
    with (
        time_machine.travel(clock.now() + timedelta(hours=2, minutes=1)),
        pytest.raises(errors.LinkNotValid),
    ):
        service.reset_password(token=letterbox.token(), password="another password")


def test_trust_28_a_link_for_one_purpose_is_refused_for_another(letterbox):
    service.sign_up(**WISH)
    with pytest.raises(errors.LinkNotValid):
        service.reset_password(token=letterbox.token(), password="another password")
    token = db.session.scalars(select(OneTimeToken)).one()
    forged = letters._seal("reset_password").sign(token.public_id).decode()
    with pytest.raises(errors.LinkNotValid):
        service.reset_password(token=forged, password="another password")
    assert service.confirm_email(token=letterbox.token())


@pytest.mark.parametrize("text", ["", ".", "x", "ñ.ñ", "\ud800.x", "a" * 26 + ".AAAA"])
def test_a_text_that_was_never_a_link_is_refused(text):
    with pytest.raises(errors.LinkNotValid):
        service.confirm_email(token=text)


def test_a_letter_is_due_only_while_its_link_can_be_used(letterbox):
    service.sign_up(**WISH)
    letter = letterbox[0]
    is_due = letters.KINDS[letter.kind].is_due
    assert is_due(letter.values, None)
    service.confirm_email(token=letterbox.token())
    assert not is_due(letter.values, None)


# signing in


def test_a_sign_in_is_a_row_that_does_not_hold_its_key():
    make.person("ana@example.org", password=make.PASSWORD)
    key = sign_in("ANA@example.org")
    assert key not in repr(db.session.execute(select(SignIn.__table__)).all())
    found = queries.signed_in(digest(key))
    assert found is not None
    assert found.name.startswith("Ana María")


def test_signing_out_ends_that_sign_in_only():
    make.person("ana@example.org", password=make.PASSWORD)
    here, there = sign_in("ana@example.org"), sign_in("ana@example.org")
    service.sign_out(sign_in_key=here)
    assert queries.signed_in(digest(here)) is None
    assert queries.signed_in(digest(there)) is not None


@pytest.mark.parametrize("kind", ["browser", "token"])
def test_a_sign_in_runs_out_however_much_it_is_used(kind):
    person = make.person("ana@example.org")
    account = queries.account_of(person.id)
    key = service.open_sign_in(account_id=account.id, kind=kind)
    lasts = rules.TOKEN_LASTS if kind == "token" else rules.BROWSER_SIGN_IN_LASTS
    with writing() as session:
        session.execute(update(SignIn).values(last_seen_at=clock.now() + lasts - timedelta(hours=1)))
    with time_machine.travel(clock.now() + lasts - timedelta(minutes=1)):
        assert queries.signed_in(digest(key))
    with time_machine.travel(clock.now() + lasts + timedelta(minutes=1)):
        assert queries.signed_in(digest(key)) is None


def unknown() -> str:
    return "nobody@example.org"


def known() -> str:
    make.person("known@example.org", password=make.PASSWORD)
    return "known@example.org"


def disabled() -> str:
    service.disable_account(person_id=make.person("disabled@example.org", password=make.PASSWORD).id)
    return "disabled@example.org"


def unconfirmed() -> str:
    make.person("unconfirmed@example.org", password=make.PASSWORD, verified=False)
    return "unconfirmed@example.org"


def without_password() -> str:
    make.person("invited@example.org")
    return "invited@example.org"


@pytest.mark.parametrize("who", [unknown, known, disabled, unconfirmed, without_password])
def test_trust_26_a_wrong_password_gets_the_same_answer_after_the_same_work_whoever_it_is(who):
    email = who()
    hasher = passwords._hasher
    with (
        mock.patch.object(passwords, "_hasher", wraps=hasher) as work,
        pytest.raises(errors.CredentialsRefused) as refusal,
    ):
        sign_in(email, "not the password")
    assert work.verify.call_count == 1
    cost = {"m=19456", "t=2", "p=1"}
    assert cost <= set(work.verify.call_args.args[0].split("$")[3].split(","))
    assert (refusal.value.field, refusal.value.params) == (None, {})


@pytest.mark.parametrize("who", [disabled, unconfirmed])
def test_the_right_password_does_not_open_an_account_that_is_not_usable(who):
    with pytest.raises(errors.CredentialsRefused):
        sign_in(who())


def test_trust_26_the_password_is_hashed_for_a_sign_up_whether_or_not_the_address_is_known(letterbox):
    known()
    for email in ("known@example.org", "nobody@example.org"):
        with mock.patch.object(passwords, "_hasher", wraps=passwords._hasher) as work:
            service.sign_up(**{**WISH, "email": email})
        assert work.hash.call_count == 1


def test_an_account_that_is_disabled_while_its_password_is_compared_stays_shut():
    person = make.person("ana@example.org", password=make.PASSWORD)
    matches = passwords.matches

    def disabled_meanwhile(password_hash: str | None, password: str) -> bool:
        service.disable_account(person_id=person.id)
        return matches(password_hash, password)

    with (
        mock.patch.object(passwords, "matches", disabled_meanwhile),
        pytest.raises(errors.CredentialsRefused),
    ):
        sign_in("ana@example.org")
    assert count(SignIn) == 0


# guessing


def test_trust_27_guessing_one_account_is_stopped_from_however_many_places():
    make.person("ana@example.org", password=make.PASSWORD)
    for number in range(10):
        with pytest.raises(errors.CredentialsRefused):
            sign_in("ana@example.org", f"guess number {number}", caller=f"198.51.100.{number}")
    with pytest.raises(errors.TooManyAttempts) as refusal:
        sign_in("ana@example.org", caller="203.0.113.9")
    assert refusal.value.params == {"minutes": 15}


def test_trust_27_guessing_many_accounts_from_one_place_is_stopped():
    with mock.patch.dict(rules.LIMITS, {"sign_in.caller": rules.Limit(3, timedelta(minutes=15))}):
        for number in range(3):
            with pytest.raises(errors.CredentialsRefused):
                sign_in(f"nobody{number}@example.org")
        with pytest.raises(errors.TooManyAttempts):
            sign_in("nobody9@example.org")
        with pytest.raises(errors.CredentialsRefused):
            sign_in("nobody9@example.org", caller="203.0.113.9")


def test_whoever_waits_may_try_again_and_trying_meanwhile_does_not_prolong_the_wait():
    make.person("ana@example.org", password=make.PASSWORD)
    for _ in range(10):
        with pytest.raises(errors.CredentialsRefused):
            sign_in("ana@example.org", "wrong password")
    with time_machine.travel(clock.now() + timedelta(minutes=14)), pytest.raises(errors.TooManyAttempts):
        sign_in("ana@example.org")
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        assert sign_in("ana@example.org")


def test_a_right_password_forgives_the_wrong_ones_before_it():
    make.person("ana@example.org", password=make.PASSWORD)
    for _ in range(3):
        for _ in range(9):
            with pytest.raises(errors.CredentialsRefused):
                sign_in("ana@example.org", "wrong password", caller=None)
        assert sign_in("ana@example.org", caller=None)
    assert count(Attempt) == 0


def test_trust_27_of_many_guesses_at_once_no_more_than_the_limit_are_compared(app):
    make.person("ana@example.org", password=make.PASSWORD)
    compared, barrier = [], threading.Barrier(16)

    def guess() -> None:
        with app.app_context():
            barrier.wait()
            try:
                sign_in("ana@example.org", "wrong password")
            except errors.CredentialsRefused:
                compared.append(True)
            except errors.TooManyAttempts:
                pass
            finally:
                db.session.remove()

    in_threads([(guess, ())] * 16)
    assert 1 <= len(compared) <= 10


def test_attempts_are_kept_without_the_address_they_were_made_on():
    with pytest.raises(errors.CredentialsRefused):
        sign_in("ana@example.org", "wrong password")
    keys = set(db.session.scalars(select(Attempt.key)))
    assert len(keys) == 2
    assert not keys & {digest("ana@example.org"), digest("198.51.100.7")}


def test_letters_to_one_address_are_limited(letterbox):
    for _ in range(5):
        service.request_reset(email="ana@example.org")
        service.sign_up(**WISH)
    with pytest.raises(errors.TooManyAttempts):
        service.request_reset(email="ana@example.org")
    with pytest.raises(errors.TooManyAttempts):
        service.sign_up(**WISH)


# passwords


def test_a_reset_sets_the_password_and_ends_every_sign_in(letterbox):
    person = make.person("ana@example.org", password=make.PASSWORD)
    keys = [sign_in("ana@example.org"), service.create_token(
        email="ana@example.org", password=make.PASSWORD, caller=None, label="script")]  # fmt: skip
    service.request_reset(email="Ana@example.org")
    assert (letterbox[0].kind, letterbox[0].person_id) == ("people.reset_password", person.id)
    service.reset_password(token=letterbox.token(), password="another password")
    assert [queries.signed_in(digest(key)) for key in keys] == [None, None]
    with pytest.raises(errors.CredentialsRefused):
        sign_in("ana@example.org")
    assert sign_in("ana@example.org", "another password")
    with pytest.raises(errors.LinkNotValid):
        service.reset_password(token=letterbox.token(), password="yet another one")


def test_a_weak_password_does_not_use_the_link_up(letterbox):
    make.person("ana@example.org", password=make.PASSWORD)
    service.request_reset(email="ana@example.org")
    with pytest.raises(errors.PasswordIsAddress):
        service.reset_password(token=letterbox.token(), password="ana@example.org")
    assert service.reset_password(token=letterbox.token(), password="another password")


def test_a_reset_helps_someone_who_guessed_too_often_and_one_who_was_invited(letterbox):
    make.person("ana@example.org", verified=False)
    for _ in range(10):
        with pytest.raises(errors.CredentialsRefused):
            sign_in("ana@example.org", "wrong password", caller=None)
    service.request_reset(email="ana@example.org")
    service.reset_password(token=letterbox.token(), password="another password")
    assert sign_in("ana@example.org", "another password")


def test_a_reset_of_an_unknown_address_is_answered_and_not_written(letterbox):
    service.request_reset(email="nobody@example.org")
    service.request_reset(email="no address")
    assert not letterbox


def test_a_changed_password_ends_this_sign_in_too_and_gives_another():
    person = make.person("ana@example.org", password=make.PASSWORD)
    account = queries.account_of(person.id)
    before = [sign_in("ana@example.org"), sign_in("ana@example.org")]
    key = service.change_password(account_id=account.id, current=make.PASSWORD, password="another password")
    assert [queries.signed_in(digest(old)) for old in before] == [None, None]
    assert queries.signed_in(digest(key)) is not None


def test_a_password_is_changed_only_by_who_knows_it_and_guessing_it_is_limited():
    person = make.person("ana@example.org", password=make.PASSWORD)
    account = queries.account_of(person.id)
    for _ in range(10):
        with pytest.raises(errors.PasswordWrong):
            service.change_password(account_id=account.id, current="wrong password", password="another password")
    with pytest.raises(errors.TooManyAttempts):
        service.change_password(account_id=account.id, current=make.PASSWORD, password="another password")


def test_a_password_is_the_same_however_its_accents_were_typed():
    make.person("ana@example.org", password="tres ríos azules")
    assert sign_in("ana@example.org", "tres ri\u0301os azules")


# persons


def test_an_address_belongs_to_one_person():
    make.person("ana@example.org")
    with pytest.raises(errors.AddressTaken) as refusal:
        make.person("ANA@example.org")
    assert refusal.value.field == "email"
    assert count(Person) == 1


def test_an_address_taken_leaves_the_work_around_it_standing():
    make.person("ana@example.org")
    with writing():
        with pytest.raises(errors.AddressTaken):
            make.person("ana@example.org")
        make.person("eva@example.org")
    assert queries.person_by_email("eva@example.org") is not None


def test_a_profile_is_changed_where_it_says_so():
    person = make.person(given_names="Ana", first_surname="Soto", second_surname="", country="CHL")
    edited = service.edit_profile(
        person_id=person.id, version=person.version, given_names="Ana Luz", nationality="PER", position=" Analista ",
        sector="", accessibility_needs="Silla\r\nde ruedas\x00",
    )  # fmt: skip
    assert (edited.certificate_name, edited.name_key) == ("Ana Luz Soto", "ana luz soto")
    assert (edited.nationality, edited.residence_country, edited.position) == ("PER", "CHL", "Analista")
    assert (edited.sector, edited.accessibility_needs) == (None, "Silla\nde ruedas")


def test_the_longest_names_fit_even_where_a_letter_folds_into_many():
    person = make.person(given_names="ﷺ" * 120, first_surname="ß" * 120, second_surname="Ω" * 120)
    house = service.find_or_add_organization(name="ﷺ" * 300, country="CHL")
    assert len(person.certificate_name) == 362
    assert service.find_or_add_organization(name="ﷺ" * 300, country="CHL").id == house.id


def test_a_name_of_ones_own_choice_on_certificates_stays():
    person = make.person(given_names="Ana", first_surname="Soto")
    service.edit_profile(person_id=person.id, version=person.version, certificate_name="Ana L. Soto")
    edited = service.edit_profile(person_id=person.id, version=person.version, given_names="Anita")
    assert edited.certificate_name == "Ana L. Soto"


def test_a_version_that_was_changed_meanwhile_is_refused():
    person = make.person()
    seen = person.version
    service.edit_profile(person_id=person.id, version=seen, position="Jefa")
    with pytest.raises(Stale):
        service.edit_profile(person_id=person.id, version=seen, position="Analista")
    assert queries.person(person.id).position == "Jefa"


def test_an_organization_is_one_entry_whatever_its_accents():
    one = service.find_or_add_organization(name="Ministerio de Planificación", country="CRI")
    assert service.find_or_add_organization(name=" ministerio de  planificacion", country="CRI").id == one.id
    assert service.find_or_add_organization(name="Ministerio de Planificación", country="PER").id != one.id
    assert [found.country for found in queries.organizations_like("PLANIFICACION", 5)] == ["CRI", "PER"]


def test_people_are_found_by_a_part_of_their_name_or_address_page_by_page():
    for number in range(5):
        make.person(f"eva{number}@example.org", given_names="Éva", first_surname="Núñez", second_surname=f"N{number}")
    make.person("other@example.org", given_names="Otro", first_surname="Nombre")
    first = queries.people_found("nunez", size=3)
    second = queries.people_found("nunez", size=3, cursor=first.next_cursor)
    assert [len(first.items), len(second.items), second.next_cursor] == [3, 2, None]
    assert [person.given_names for person in queries.people_found("OTHER@").items] == ["Otro"]
    assert queries.people_found("%").items == []


# roles


def test_a_role_is_given_once_and_recorded():
    person = make.person()
    first = service.grant_role(person_id=person.id, role="coordinator", division="ilpes")
    assert service.grant_role(person_id=person.id, role="coordinator", division="ilpes").id == first.id
    assert queries.roles_of(person.id) == {"coordinator"}
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "role.granted")).one()
    assert (entry.object_id, entry.details) == (person.public_id, {"role": "coordinator", "division": "ilpes"})


def test_a_role_taken_back_is_gone_and_its_grant_cannot_be_taken_twice():
    person = make.person()
    grant = service.grant_role(person_id=person.id, role="statistics_reader")
    service.revoke_role(person_id=person.id, grant_ref=grant.public_id)
    assert queries.roles_of(person.id) == set()
    with pytest.raises(NotFound):
        service.revoke_role(person_id=person.id, grant_ref=grant.public_id)


def test_a_grant_of_someone_else_is_not_found():
    grant = service.grant_role(person_id=make.person().id, role="statistics_reader")
    with pytest.raises(NotFound):
        service.revoke_role(person_id=make.person().id, grant_ref=grant.public_id)


def test_a_focal_point_speaks_for_an_organization_of_the_list():
    person, house = make.person(), make.organization("Casa", "CHL")
    grant = service.grant_role(person_id=person.id, role="focal_point", organization="CASA")
    assert grant.organization_id == house.id
    make.organization("Casa", "PER")
    for name in ("Casa", "Nadie"):
        with pytest.raises(errors.OrganizationUnknown):
            service.grant_role(person_id=person.id, role="focal_point", organization=name)


def test_a_division_that_is_not_known_is_refused():
    with pytest.raises(UnknownCode):
        service.grant_role(person_id=make.person().id, role="coordinator", division="moon")


def test_the_last_administrator_stays():
    admin = make.administrator()
    [grant] = queries.grants_of([admin.id])[admin.id]
    with pytest.raises(errors.LastAdministrator):
        service.revoke_role(person_id=admin.id, grant_ref=grant.public_id)
    with pytest.raises(errors.LastAdministrator):
        service.disable_account(person_id=admin.id)
    make.administrator("other@example.org")
    service.revoke_role(person_id=admin.id, grant_ref=grant.public_id)
    assert queries.roles_of(admin.id) == set()


def test_a_role_ends_by_itself_when_its_last_day_is_over(app):
    person, today = make.person(), clock.today("America/Santiago")
    service.grant_role(person_id=person.id, role="coordinator", ends_on=today + timedelta(days=2), reason="A leave.")
    key = service.open_sign_in(account_id=queries.account_of(person.id).id, kind="token")
    last = clock.end_of_day(today + timedelta(days=2), "America/Santiago")
    for moment, roles_then in ((last - timedelta(seconds=1), {"coordinator"}), (last, set())):
        with mock.patch.object(clock, "now", lambda moment=moment: moment):
            assert queries.roles_of(person.id) == roles_then
            assert {grant.role for grant in queries.signed_in(digest(key)).grants} == roles_then
            assert len(queries.former_grants_of(person.id)) == (not roles_then)


def test_a_role_given_again_with_another_end_takes_the_place_of_the_one_before():
    person, today = make.person(), clock.today("America/Santiago")
    first = service.grant_role(person_id=person.id, role="auditor", ends_on=today)
    assert service.grant_role(person_id=person.id, role="auditor", ends_on=today) is first
    longer = service.grant_role(person_id=person.id, role="auditor", ends_on=today + timedelta(days=1), reason="More.")
    assert [grant.public_id for grant in queries.grants_of([person.id])[person.id]] == [longer.public_id]
    assert [grant.public_id for grant in queries.former_grants_of(person.id)] == [first.public_id]


@pytest.mark.parametrize("days", [-1, 365 * 12])
def test_a_last_day_that_is_over_or_far_away_is_refused(days):
    with pytest.raises(errors.EndNotPlausible):
        service.grant_role(
            person_id=make.person().id, role="auditor", ends_on=clock.today("America/Santiago") + timedelta(days=days)
        )


def test_an_administrator_whose_role_will_end_does_not_count_as_the_one_who_remains():
    admin, other = make.administrator(), make.person()
    ends_on = clock.today("America/Santiago") + timedelta(days=5)
    service.grant_role(person_id=other.id, role="administrator", ends_on=ends_on)
    [grant] = queries.grants_of([admin.id])[admin.id]
    with pytest.raises(errors.LastAdministrator):
        service.revoke_role(person_id=admin.id, grant_ref=grant.public_id)
    with pytest.raises(errors.LastAdministrator):
        service.grant_role(person_id=admin.id, role="administrator", ends_on=ends_on)
    [limited] = queries.grants_of([other.id])[other.id]
    service.revoke_role(person_id=other.id, grant_ref=limited.public_id)
    assert queries.roles_of(other.id) == set()


def test_a_disabled_administrator_does_not_count_as_one():
    admin, other = make.administrator(), make.administrator("other@example.org")
    service.disable_account(person_id=other.id)
    with pytest.raises(errors.LastAdministrator):
        service.disable_account(person_id=admin.id)


def remove_each_other(app) -> list[str]:
    """Let two administrators, the only ones, take each other's role at once; return what was refused."""
    pairs = [make.administrator(), make.administrator("other@example.org")]
    grants = [queries.grants_of([person.id])[person.id][0].public_id for person in pairs]
    barrier, refused = threading.Barrier(2), []

    def remove(person: Person, grant_ref: str) -> None:
        with app.app_context():
            barrier.wait()
            try:
                service.revoke_role(person_id=person.id, grant_ref=grant_ref)
            except errors.LastAdministrator:
                refused.append(person.public_id)
            finally:
                db.session.remove()

    in_threads([(remove, pair) for pair in zip(pairs, grants, strict=True)])
    return refused


def test_two_administrators_who_remove_each_other_at_once_leave_one(app):
    assert len(remove_each_other(app)) == 1


def test_without_the_lock_two_administrators_would_remove_each_other(app):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite knows no row locks: there, one writer at a time protects")
    checked, meeting = roles._refuse_last_administrator, threading.Barrier(2)

    def checked_together(person_id: int) -> None:
        checked(person_id)
        meeting.wait(10)

    with (
        mock.patch.object(Select, "with_for_update", lambda statement: statement),
        mock.patch.object(roles, "_refuse_last_administrator", checked_together),
    ):
        assert remove_each_other(app) == []


def test_disabling_ends_the_sign_ins_and_enabling_lets_in_again():
    person = make.person("ana@example.org", password=make.PASSWORD)
    key = sign_in("ana@example.org")
    service.disable_account(person_id=person.id)
    assert queries.signed_in(digest(key)) is None
    service.enable_account(person_id=person.id)
    assert queries.signed_in(digest(key)) is None
    assert sign_in("ana@example.org")


def test_nobody_disables_themselves():
    admin = make.administrator()
    make.administrator("other@example.org")
    with pytest.raises(errors.NotYourself):
        service.disable_account(person_id=admin.id, by_person=admin.id)


def test_what_is_kept_for_a_time_is_forgotten_after_it(letterbox):
    service.sign_up(**WISH)
    make.person("eva@example.org", password=make.PASSWORD)
    sign_in("eva@example.org")
    with time_machine.travel(clock.now() + timedelta(days=1)):
        service.let_go_of_attempts(clock.now() - rules.LONGEST_MEMORY)
        assert (service.let_go_of_links(clock.now()), service.let_go_of_sign_ins(clock.now())) == (0, 0)
    assert (count(Attempt), count(OneTimeToken), count(SignIn)) == (0, 1, 1)
    with time_machine.travel(clock.now() + timedelta(days=120)):
        assert (service.let_go_of_links(clock.now()), service.let_go_of_sign_ins(clock.now())) == (1, 1)
        assert (service.let_go_of_links(clock.now()), service.let_go_of_sign_ins(clock.now())) == (0, 0)
    assert (count(OneTimeToken), count(SignIn)) == (0, 0)


def test_no_deed_is_recorded_with_a_name_or_an_address(letterbox):
    confirmed(letterbox)
    sign_in("ana@example.org")
    told = repr(db.session.execute(select(AuditEntry.__table__)).all()).casefold()
    assert "ana@" not in told
    assert "soto" not in told


def test_the_address_behind_a_link_is_told_only_by_that_link(letterbox):
    service.sign_up(**WISH)
    assert accounts.address_behind(token=letterbox.token(), purpose="confirm_email") == "ana@example.org"
