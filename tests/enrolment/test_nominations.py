"""The nomination desk: lists, replacing, nominees who confirm, places that coordinators change and take back."""

import io
from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ilpes_lms.core import clock, tables
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.errors import NotFound, Stale
from ilpes_lms.enrolment import errors, queries, rules, service
from ilpes_lms.enrolment.models import Invitation
from ilpes_lms.notifications import kinds
from ilpes_lms.notifications.models import Message
from ilpes_lms.people import queries as people
from ilpes_lms.people.models import EmailAddress
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_quota, make_someone, states, token_of

HEADER = "Nombres;Apellidos;Correo electrónico;Cargo;Idioma\n"


def national(**fields):
    return make_activity(kind="national_restricted", **{"capacity": 10, **fields})


def nominate(token, email="luz@example.org", **more):
    return service.nominate(token=token, **{"email": email, "given_names": "Luz", "first_surname": "Paz", **more})


def lines(*rows, header=HEADER):
    return service.read_list(io.BytesIO((header + "\n".join(rows)).encode()))


def letters(kind="enrolment.invitation"):
    return list(db.session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)))


def link_to(email):
    message = [letter for letter in letters() if letter.address == email][-1]
    return message.values["token"]


def confirm(email, **said):
    someone = make_someone(email=email)
    return service.accept_invitation(token=link_to(email), person_id=someone.id, **said)


def everyone(quota):
    return sorted(nominee.email for nominee in queries.nominees([quota.id]))


def test_a_list_nominates_all_its_people_at_once(context: APIFlask) -> None:
    quota, token = make_quota(national(), places=3)
    done = service.nominate_list(
        token=token, lines=lines("Luz;Paz;luz@example.org;Jefa;pt", "", "Ana María;Rey Soto;ana@example.org")
    )
    assert [(one.full_name, one.position, one.language) for one in done] == [
        ("Luz Paz", "Jefa", "pt"), ("Ana María Rey Soto", "", "es"),
    ]  # fmt: skip
    assert everyone(quota) == ["ana@example.org", "luz@example.org"]
    assert [(letter.address, letter.language) for letter in letters()] == [
        ("luz@example.org", "pt"), ("ana@example.org", "es"),
    ]  # fmt: skip
    assert confirm("ana@example.org").state == "confirmed"


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        (["Luz;Paz;luz@example.org", "Ana;Rey;no address"], errors.ListNotRight),
        (["Luz;Paz;luz@example.org", "Ana;Rey;LUZ@example.org"], errors.ListNotRight),
        (["Luz;Paz;luz@example.org", "Ana;Rey;in@example.org"], errors.ListNotRight),
        (["Luz;Paz;luz@gmial.com"], errors.ListHasDoubts),
        (["Luz;Paz;a@example.org", "Ana;Rey;b@example.org", "Eva;Sol;c@example.org"], errors.ListLongerThanPlaces),
    ],
)
def test_a_list_with_anything_wrong_nominates_nobody(context: APIFlask, rows, refused) -> None:
    activity = national()
    _other, elsewhere = make_quota(activity, places=1)
    nominate(elsewhere, "in@example.org")
    quota, token = make_quota(activity, places=2)
    written = len(letters())
    with pytest.raises(refused):
        service.nominate_list(token=token, lines=lines(*rows))
    assert (everyone(quota), len(letters())) == ([], written)


def test_a_doubt_that_is_accepted_is_no_hindrance(context: APIFlask) -> None:
    quota, token = make_quota(national())
    service.nominate_list(token=token, lines=lines("Luz;Paz;luz@gmial.com"), doubts_accepted=True)
    assert everyone(quota) == ["luz@gmial.com"]


def test_what_would_become_of_a_list_is_foreseen_and_nothing_written(context: APIFlask) -> None:
    activity = national()
    _other, elsewhere = make_quota(activity, places=1)
    nominate(elsewhere, "in@example.org")
    quota, token = make_quota(activity, places=2)
    foreseen = service.foresee_nominations(
        token=token, lines=lines("Luz;Paz;luz@example.org", "Ana;Rey;in@example.org")
    )
    assert [(fault.number, fault.column, fault.why.code) for fault in foreseen.checked.faults] == [
        (3, "email", "already_nominated")
    ]
    assert (foreseen.refused.code, everyone(quota)) == ("list_not_right", [])


def test_what_the_focal_point_reads_of_others_says_only_that_someone_is_on_the_list(context: APIFlask) -> None:
    activity = national()
    _other, elsewhere = make_quota(activity)
    nominate(elsewhere, "in@example.org")
    enrol(activity, make_someone(email="inside@example.org"))
    _quota, token = make_quota(activity)
    foreseen = service.foresee_nominations(
        token=token, lines=lines("Ana;Rey;in@example.org", "Eva;Sol;inside@example.org")
    )
    assert {str(fault.why) for fault in foreseen.checked.faults} == {errors.AlreadyNominated.message}


def test_a_list_after_the_last_day_is_refused(context: APIFlask) -> None:
    quota, token = make_quota(national())
    with writing():
        quota.closes_at = clock.now() - timedelta(seconds=1)
    with pytest.raises(errors.QuotaClosed):
        service.nominate_list(token=token, lines=lines("Luz;Paz;luz@example.org"))


def test_two_thousand_people_are_nominated_in_a_few_statements(context: APIFlask, statements: list[str]) -> None:
    _quota, token = make_quota(national(capacity=3000), places=2000)
    many = lines(*(f"Luz {chr(97 + n % 26)}{n};Paz{n};luz{n}@example.org" for n in range(2000)))
    del statements[:]
    assert len(service.nominate_list(token=token, lines=many, doubts_accepted=True)) == 2000
    # Rows are written in batches; nothing is asked person by person.
    assert len([text for text in statements if text.startswith("SELECT")]) < 25


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (b"", errors.ListEmpty),
        (HEADER.encode(), errors.ListEmpty),
        (b"Color;Fruta\nrojo;manzana\n", errors.ColumnsUnknown),
        (b"Nombres;Apellidos\nLuz;Paz\n", errors.NoAddressColumn),
        (b"Nombres;Correo\nLuz;luz@example.org\n", errors.NoSurnamesColumn),
        (b"Nombres;Nombre;Apellidos;Correo\nLuz;Ana;Paz;luz@example.org\n", errors.ColumnTwice),
        (HEADER.encode() + b"a;b;c@example.org\n" * 2001, tables.TooManyRows),
    ],
)
def test_a_file_that_is_no_list_of_people_is_refused_with_what_to_do(content, refused) -> None:
    with pytest.raises(refused) as error:
        service.read_list(io.BytesIO(content))
    assert error.value.field == "file"


@pytest.mark.parametrize("language", ["es", "en", "pt", "fr"])
def test_the_template_of_every_language_is_read_in_both_forms(language) -> None:
    rows = [[rules.HEADERS[name][language] for name in rules.COLUMNS], ["Luz", "Paz", "luz@example.org", "Jefa", "fr"]]
    for content in (tables.as_csv(rows), tables.as_csv(rows, separator=","), tables.as_workbook(rows, "x")):
        found = service.read_list(io.BytesIO(content))
        assert [(line.number, *line.said.values()) for line in found] == [
            (2, "Luz", "Paz", "luz@example.org", "Jefa", "fr")
        ]


def test_a_list_without_column_names_has_the_template_s_order() -> None:
    found = service.read_list(io.BytesIO(b"Luz\tPaz\tluz@example.org\nAna\tRey\tana@example.org"))
    assert [line.said["email"] for line in found] == ["luz@example.org", "ana@example.org"]


def test_a_list_that_is_carried_along_is_read_as_the_same() -> None:
    first = rules.check(lines('"Luz; ""la"" jefa";Paz;luz@example.org;=1+1;es', "", "Ana;Rey;ana@example.org"))
    again = rules.check(service.read_list(io.BytesIO(service.written_out(first.people).encode())))
    assert again.people == first.people
    assert first.people[1].number == 4


def test_a_nominee_who_has_not_confirmed_is_replaced_in_one_step(context: APIFlask) -> None:
    quota, token = make_quota(national(), places=1)
    first = nominate(token)
    old = link_to("luz@example.org")
    ana = {"email": "ana@example.org", "given_names": "Ana", "first_surname": "Rey"}
    service.replace_nominee(token=token, invitation_ref=first.public_id, **ana)
    assert everyone(quota) == ["ana@example.org"]
    with pytest.raises(errors.InvitationWithdrawn):
        service.accept_invitation(token=old, person_id=make_someone().id)


def test_who_can_t_be_named_leaves_the_first_in_place(context: APIFlask) -> None:
    quota, token = make_quota(national(), places=2)
    first = nominate(token)
    nominate(token, "ana@example.org")
    with pytest.raises(errors.AlreadyNominated):
        service.replace_nominee(
            token=token, invitation_ref=first.public_id, email="ana@example.org", given_names="A", first_surname="B"
        )
    assert everyone(quota) == ["ana@example.org", "luz@example.org"]


def test_a_confirmed_nominee_is_replaced_by_the_coordinator_only_and_told_why(context: APIFlask) -> None:
    activity = national()
    quota, token = make_quota(activity, places=1)
    first = nominate(token)
    enrolment = confirm("luz@example.org")
    ana = {"email": "ana@example.org", "given_names": "Ana", "first_surname": "Rey"}
    with pytest.raises(errors.NominationConfirmed):
        service.replace_nominee(token=token, invitation_ref=first.public_id, **ana)
    where = {"activity_ref": activity.public_id, "quota_ref": quota.public_id, "invitation_ref": first.public_id}
    with pytest.raises(errors.ReasonToPersonMissing):
        service.replace_confirmed(**where, reason=" ", **ana)
    service.replace_confirmed(**where, reason="Moved to another ministry.", **ana)
    change = queries.enrolment(enrolment.public_id).changes[-1]
    assert (change.to_state, change.reason) == ("declined", "Moved to another ministry.")
    assert everyone(quota) == ["ana@example.org"]
    letter = letters("enrolment.place_ended")[-1]
    assert kinds.kind_named("enrolment.place_ended").is_due(letter.values, enrolment.person_id)
    assert confirm("ana@example.org").state == "confirmed"


def test_the_place_of_a_replaced_nominee_is_kept_for_the_next_and_not_for_who_waits(context: APIFlask) -> None:
    activity = national(capacity=1)
    quota, token = make_quota(activity, places=1)
    first = nominate(token)
    confirm("luz@example.org")
    enrol(activity, state="waitlisted")
    service.replace_confirmed(
        activity_ref=activity.public_id, quota_ref=quota.public_id, invitation_ref=first.public_id, reason="Ill",
        email="ana@example.org", given_names="Ana", first_surname="Rey",
    )  # fmt: skip
    service.promote_waiting()
    assert states(activity) == {"declined": 1, "waitlisted": 1}
    assert confirm("ana@example.org").state == "confirmed"


def test_places_of_institutions_are_kept_from_everyone_else(context: APIFlask) -> None:
    activity = national(capacity=2)
    _quota, token = make_quota(activity, places=1)
    nominate(token)
    for email in ("a@example.org", "b@example.org"):
        service.invite(activity_ref=activity.public_id, email=email, given_names="A", first_surname="B")
    assert [confirm(email).state for email in ("a@example.org", "b@example.org")] == ["confirmed", "waitlisted"]
    assert confirm("luz@example.org").state == "confirmed"
    assert states(activity) == {"confirmed": 2, "waitlisted": 1}


def test_places_taken_back_fall_to_who_waits(context: APIFlask) -> None:
    activity = national(capacity=3, promotes_by="place")
    quota, token = make_quota(activity, places=3)
    nominate(token)
    enrol(activity, state="waitlisted")
    enrol(activity, state="waitlisted")
    service.promote_waiting()
    assert states(activity) == {"waitlisted": 2}
    left = service.take_places_back(activity_ref=activity.public_id, quota_ref=quota.public_id, version=quota.version)
    assert (left.places, states(activity)) == (1, {"confirmed": 2})
    with pytest.raises(errors.NothingToTakeBack):
        service.take_places_back(activity_ref=activity.public_id, quota_ref=quota.public_id, version=left.version)


def test_places_taken_back_can_be_given_to_another_institution(context: APIFlask) -> None:
    activity = national(capacity=3)
    quota, _token = make_quota(activity, places=3)
    with pytest.raises(errors.QuotasExceedCapacity):
        make_quota(activity, places=1)
    service.take_places_back(activity_ref=activity.public_id, quota_ref=quota.public_id, version=quota.version)
    other, _token = make_quota(activity, places=2)
    standing = {one.quota.id: (one.quota.places, one.unfilled) for one in queries.standing_of_quotas(activity.id)}
    assert standing == {quota.id: (0, 0), other.id: (2, 2)}


def test_a_coordinator_gives_more_places_and_another_last_day_but_not_fewer_than_are_filled(context: APIFlask) -> None:
    activity = national(capacity=5)
    quota, token = make_quota(activity, places=2)
    nominate(token)
    where = {"activity_ref": activity.public_id, "quota_ref": quota.public_id}
    until = activity.starts_on
    changed = service.change_quota(**where, version=quota.version, places=5, closes_on=until)
    assert (changed.places, changed.closes_at) == (5, clock.end_of_day(until, activity.zone))
    with pytest.raises(errors.QuotaBelowFilled):
        service.change_quota(**where, version=changed.version, places=0)
    with pytest.raises(errors.QuotasExceedCapacity):
        service.change_quota(**where, version=changed.version, places=6)
    with pytest.raises(errors.ClosesInThePast):
        service.change_quota(
            **where, version=changed.version, closes_on=clock.today("America/Santiago") - timedelta(days=2)
        )
    assert queries.managed_quota(quota.public_id, activity.id).places == 5


def test_who_changes_what_someone_else_has_changed_is_told(context: APIFlask) -> None:
    activity = national()
    quota, _token = make_quota(activity, places=2)
    where = {"activity_ref": activity.public_id, "quota_ref": quota.public_id}
    seen = quota.version
    service.change_quota(**where, version=seen, places=3)
    for deed in (service.change_quota, service.take_places_back):
        with pytest.raises(Stale):
            deed(**where, version=seen)


def test_a_new_focal_point_gets_a_link_and_the_old_link_dies(context: APIFlask) -> None:
    activity = national()
    quota, token = make_quota(activity)
    service.change_quota(
        activity_ref=activity.public_id, quota_ref=quota.public_id, version=quota.version,
        focal_point_email="new@example.org",
    )  # fmt: skip
    with pytest.raises(NotFound):
        nominate(token)
    assert letters("enrolment.nomination_link")[-1].address == "new@example.org"
    assert nominate(token_of("enrolment.nomination_link")).state == "sent"


def test_the_places_of_an_institution_in_another_activity_do_not_exist(context: APIFlask) -> None:
    quota, token = make_quota(national())
    nominee = nominate(token)
    elsewhere = national().public_id
    for deed, more in (
        (service.change_quota, {"version": quota.version}),
        (service.take_places_back, {"version": quota.version}),
        (service.renew_link, {}),
    ):
        with pytest.raises(NotFound):
            deed(activity_ref=elsewhere, quota_ref=quota.public_id, **more)
    for deed in (service.withdraw_invitation, service.send_invitation_again):
        with pytest.raises(NotFound):
            deed(activity_ref=elsewhere, invitation_ref=nominee.public_id)


def test_a_letter_is_sent_again_with_the_same_link_but_not_at_once_and_not_for_ever(context: APIFlask) -> None:
    _quota, token = make_quota(national())
    nominee = nominate(token)
    again = {"token": token, "invitation_ref": nominee.public_id}
    with pytest.raises(errors.WrittenToJustNow):
        service.write_to_nominee(**again)
    for _ in range(4):
        _an_hour_ago(nominee)
        service.write_to_nominee(**again)
    _an_hour_ago(nominee)
    with pytest.raises(errors.WrittenToOften):
        service.write_to_nominee(**again)
    assert len(letters()) == 5
    assert {letter.values["token"] for letter in letters()} == {link_to("luz@example.org")}


def test_nobody_is_written_to_for_ever_by_being_taken_off_and_named_again(context: APIFlask) -> None:
    _quota, token = make_quota(national())
    for _ in range(5):
        nominee = nominate(token)
        service.withdraw_nomination(token=token, invitation_ref=nominee.public_id)
    with pytest.raises(errors.WrittenToOften):
        nominate(token)
    with pytest.raises(errors.ListNotRight):
        service.nominate_list(token=token, lines=lines("Luz;Paz;luz@example.org"))


def _an_hour_ago(invitation: Invitation) -> None:
    with writing():
        invitation.written_at = clock.now() - timedelta(hours=2)


def test_a_nominee_who_declines_frees_the_place_and_the_focal_point_reads_why(context: APIFlask) -> None:
    quota, token = make_quota(national(), places=1)
    nominate(token)
    link = link_to("luz@example.org")
    service.decline_invitation(token=link, reason=" On leave.\x00 ")
    assert service.decline_invitation(token=link, reason="again").decline_reason == "On leave."
    assert [(one.state, one.decline_reason) for one in queries.nominees([quota.id])] == [("declined", "On leave.")]
    with pytest.raises(errors.InvitationDeclined):
        service.accept_invitation(token=link, person_id=make_someone().id)
    nominate(token, "ana@example.org")
    assert queries.filled(quota.id) == 1


def test_what_is_confirmed_can_t_be_declined(context: APIFlask) -> None:
    _quota, token = make_quota(national())
    nominate(token)
    confirm("luz@example.org")
    with pytest.raises(errors.InvitationAccepted):
        service.decline_invitation(token=link_to("luz@example.org"))


def test_a_nominee_s_profile_is_completed_and_copied_with_the_place(context: APIFlask) -> None:
    quota, token = make_quota(national())
    nominate(token, position="Jefa")
    institution = quota.organization
    enrolment = confirm(
        "luz@example.org", position="Jefa de área", sector="central_government", organization=institution.name.upper()
    )
    person = people.person(enrolment.person_id)
    assert (person.position, person.sector, person.organization_id) == (
        "Jefa de área", "central_government", institution.id,
    )  # fmt: skip
    assert (enrolment.position_held, enrolment.organization_id) == ("Jefa de área", institution.id)


def test_what_a_person_has_said_before_is_not_overwritten(context: APIFlask) -> None:
    _quota, token = make_quota(national())
    nominate(token)
    luz = make_someone(email="luz@example.org", position="Directora", organization_text="CEPAL")
    service.accept_invitation(
        token=link_to("luz@example.org"), person_id=luz.id, position="Jefa", organization="Otra", sector="academia"
    )
    person = people.person(luz.id)
    assert (person.position, person.organization_name, person.sector) == ("Directora", "CEPAL", "academia")


def test_a_nominee_is_asked_only_for_what_the_profile_lacks(context: APIFlask) -> None:
    _quota, token = make_quota(national())
    nominate(token)
    nomination = queries.invitation_by_token(link_to("luz@example.org"))
    assert service.asked_of(nomination, make_someone()) == {"organization", "position", "sector"}
    assert service.asked_of(nomination, make_someone(position="Jefa", organization_text="CEPAL")) == {"sector"}


def test_one_person_named_by_two_institutions_at_two_addresses_has_one_place(context: APIFlask) -> None:
    activity = national()
    first, one = make_quota(activity, places=1)
    second, other = make_quota(activity, places=1)
    nominate(one, "luz@example.org")
    nominate(other, "luz@ministry.example.org")
    luz = make_someone(email="luz@example.org")
    with writing():
        luz.emails.append(
            EmailAddress(
                address="luz@ministry.example.org", address_key="luz@ministry.example.org", verified_at=clock.now()
            )
        )
    service.accept_invitation(token=link_to("luz@example.org"), person_id=luz.id)
    assert (queries.filled(first.id), queries.filled(second.id)) == (1, 0)
    closed = queries.nominees([second.id])[0]
    assert (closed.state, closed.decline_reason) == ("declined", rules.ALREADY_ON_LIST)


def test_an_address_nobody_knew_is_found_out_when_its_link_is_used(context: APIFlask) -> None:
    activity = national()
    first, one = make_quota(activity, places=1)
    second, other = make_quota(activity, places=1)
    nominate(one, "luz@example.org")
    nominate(other, "private@example.org")
    luz = make_someone(email="luz@example.org")
    for email in ("luz@example.org", "private@example.org"):
        service.accept_invitation(token=link_to(email), person_id=luz.id)
    assert (queries.filled(first.id), queries.filled(second.id)) == (1, 0)
    assert states(activity) == {"confirmed": 1}


def test_names_alike_are_shown_to_the_coordinator_and_nothing_is_decided(context: APIFlask) -> None:
    activity = national()
    first, one = make_quota(activity)
    second, other = make_quota(activity)
    nominate(one, "a@example.org", given_names="Ana María", first_surname="Pérez")
    nominate(other, "b@example.org", given_names="Ana", first_surname="Perez")
    nominate(other, "c@example.org", given_names="Eva", first_surname="Sol")
    pairs = [(pair.one.email, pair.other.email) for pair in service.alike(activity.id)]
    assert pairs == [("a@example.org", "b@example.org")]
    assert (queries.filled(first.id), queries.filled(second.id)) == (1, 2)
