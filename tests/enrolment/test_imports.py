"""Lists of participants: what a row makes, what it does not touch, what happens twice, what is refused."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import event, func, select

from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import actor, clock, files
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.errors import DomainError, NotFound
from ilpes_lms.enrolment import errors, service
from ilpes_lms.enrolment.models import Enrolment, EnrolmentChange, ParticipantImport
from ilpes_lms.enrolment.service.imports import applying, leases
from ilpes_lms.notifications import kinds
from ilpes_lms.notifications.models import Message
from ilpes_lms.notifications.rendering import render
from ilpes_lms.people import letters
from ilpes_lms.people import queries as people
from ilpes_lms.people import service as people_service
from ilpes_lms.people.models import Account, EmailAddress, OneTimeToken, Person
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_institution, make_someone
from tests.factories.imports import (
    ANYWHERE,
    HEADER,
    accept,
    again,
    as_csv,
    as_xlsx,
    bring_in,
    check,
    let_lease_run_out,
    row,
    rows,
    upload,
)


@pytest.fixture
def activity(context: APIFlask) -> Activity:
    return make_activity("other_division")


def enrolments(activity: Activity) -> list[Enrolment]:
    statement = select(Enrolment).where(Enrolment.activity_id == activity.id).order_by(Enrolment.place_number)
    return list(db.session.scalars(statement.execution_options(populate_existing=True)))


def remarks(imported: ParticipantImport) -> list[tuple[int, str, bool]]:
    return [(one.row, one.column, one.stops) for one in service.imports.remarks_of(imported)]


def number_of(model: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_row_makes_a_person_without_account_and_a_confirmed_enrolment_with_its_history(activity: Activity) -> None:
    with actor.acting("the-coordinator"):
        done = bring_in(activity, as_csv([row(sex="F", country="PER"), row(2, sex="Hombre", second="")]))
    assert (done.state, done.total, done.done, done.added, done.already, done.faults) == ("done", 2, 2, 2, 0, 0)
    first, second = enrolments(activity)
    assert (first.state, first.place_number, second.place_number) == ("confirmed", 1, 2)
    assert (first.sex, first.country, first.organization_name) == ("female", "PER", "Ministerio de Hacienda")
    assert first.person.full_name == "Ana 1 Soto Rojas"
    assert [(c.from_state, c.to_state, c.actor, c.reason) for c in first.changes] == [
        (None, "confirmed", "the-coordinator", "Imported from a list.")
    ]
    assert number_of(Account) == 0
    assert [address.verified_at for address in first.person.emails] == [None]
    assert db.session.get_one(Activity, activity.id, populate_existing=True).confirmed_count == 2
    entries = select(AuditEntry.verb).where(AuditEntry.object_id == done.public_id).order_by(AuditEntry.id)
    deeds = list(db.session.scalars(entries))
    assert deeds == ["enrolment.list_uploaded", "enrolment.list_accepted", "enrolment.list_imported"]
    assert number_of(Message) == 0


def test_whoever_signs_up_with_an_imported_address_finds_the_participation(activity: Activity) -> None:
    bring_in(activity, as_csv([row(email="Rosa.Quispe@Example.org")]))
    people_service.sign_up(
        email="rosa.quispe@example.org", password="tres montes callados", given_names="Rosa", first_surname="Quispe",
        country="BOL", sex="female", language="es", consent=True,
    )  # fmt: skip
    wish = db.session.scalars(select(OneTimeToken)).one()
    confirmed = people_service.confirm_email(token=letters.sealed(wish))
    assert confirmed.person_id == enrolments(activity)[0].person_id
    assert people.person(confirmed.person_id).full_name == "Rosa Quispe"
    assert enrolments(activity)[0].country == "CHL", "what was said at the time stays"


def test_a_known_person_keeps_their_profile_and_the_enrolment_says_what_the_list_says(activity: Activity) -> None:
    known = make_someone(email="ana1@example.org", given_names="Anita", sex="other", residence_country="BRA")
    done = bring_in(activity, as_csv([row(email="ANA1@example.org")]))
    assert done.findings["counts"]["known"] == 1
    person = db.session.get_one(Person, known.id, populate_existing=True)
    assert (person.given_names, person.sex, person.residence_country) == ("Anita", "other", "BRA")
    (enrolment,) = enrolments(activity)
    assert (enrolment.person_id, enrolment.sex, enrolment.country) == (known.id, "female", "CHL")


def test_the_same_file_again_changes_nothing(activity: Activity) -> None:
    bring_in(activity, as_csv(rows(7)))
    before = [(e.id, e.place_number, len(e.changes)) for e in enrolments(activity)]
    done = bring_in(activity, as_csv(rows(7)))
    assert (done.state, done.added, done.already, done.faults) == ("done", 0, 7, 0)
    assert [(e.id, e.place_number, len(e.changes)) for e in enrolments(activity)] == before
    assert (number_of(Person), number_of(EmailAddress)) == (7, 7)


def test_corrected_rows_come_in_with_the_second_upload(activity: Activity) -> None:
    first = bring_in(activity, as_csv([row(1), row(2, email="no address"), row(3, given="")]))
    assert (first.added, first.faults) == (1, 2)
    second = bring_in(activity, as_csv(rows(3)))
    assert (second.added, second.already, second.faults) == (2, 1, 0)


def test_institutions_that_are_known_are_named_by_their_entry_others_by_the_list_s_words(activity: Activity) -> None:
    known = make_institution("Ministerio de Hacienda", "CHL")
    bring_in(activity, as_csv([row(institution="MINISTERIO DE HACIENDA"), row(2, institution="Otra Oficina")]))
    first, second = enrolments(activity)
    assert (first.organization_id, first.organization_name) == (known.id, "Ministerio de Hacienda")
    assert first.person.organization_id == known.id
    assert (second.organization_id, second.organization_name) == (None, "Otra Oficina")
    assert second.person.organization_text == "Otra Oficina"


@pytest.mark.parametrize("state", ["applied", "waitlisted"])
def test_who_asked_for_a_place_gets_it_as_a_step_of_their_own(activity: Activity, state: str) -> None:
    waiting = enrol(activity, make_someone(email="ana1@example.org", sex="male"), state=state)
    done = bring_in(activity, as_csv([row(1)]))
    assert (done.findings["counts"]["moved"], done.added) == (1, 1)
    (enrolment,) = enrolments(activity)
    assert (enrolment.id, enrolment.state, enrolment.sex) == (waiting.id, "confirmed", "male")
    assert [c.to_state for c in enrolment.changes] == [state, "confirmed"]


def test_who_withdrew_stays_out_and_is_told_about_by_row(activity: Activity) -> None:
    gone = enrol(activity, make_someone(email="ana2@example.org"))
    service.withdraw(enrolment_ref=gone.public_id, person_id=gone.person_id)
    checked = check(activity, as_csv(rows(3)))
    assert remarks(checked) == [(3, "email", True)]
    assert checked.findings["counts"]["kept_out"] == 1
    done = accept(checked)
    assert (done.added, done.faults) == (2, 1)
    assert remarks(done) == [(3, "email", True)]
    assert Counter(e.state for e in enrolments(activity)) == {"confirmed": 2, "withdrawn": 1}


def test_who_withdraws_between_check_and_import_stays_out_too(activity: Activity) -> None:
    person = make_someone(email="ana2@example.org")
    checked = check(activity, as_csv(rows(3)))
    gone = enrol(activity, person)
    service.withdraw(enrolment_ref=gone.public_id, person_id=person.id)
    done = accept(checked)
    assert (done.added, done.faults) == (2, 1)
    assert remarks(done) == [(3, "email", True)]


def test_one_person_by_two_addresses_is_enrolled_once(activity: Activity) -> None:
    person = make_someone(email="ana1@example.org")
    with writing() as session:
        session.add(EmailAddress(person_id=person.id, address="ana2@example.org", address_key="ana2@example.org"))
    checked = check(activity, as_csv(rows(2)))
    assert (checked.findings["counts"]["known"], checked.findings["counts"]["already"]) == (1, 1)
    done = accept(checked)
    assert (done.added, done.already, len(enrolments(activity))) == (1, 1, 1)


def test_a_list_beyond_the_capacity_is_refused_before_anybody_is_written(context: APIFlask) -> None:
    activity = make_activity("other_division", capacity=4)
    enrol(activity)
    checked = check(activity, as_csv(rows(4)))
    with pytest.raises(errors.ListExceedsPlaces, match="needs 4 places and 3 are left"):
        accept(checked)
    assert len(enrolments(activity)) == 1
    catalogue.edit_activity(activity_ref=activity.public_id, version=activity.version, capacity=5)
    assert accept(checked).added == 4


def test_places_that_others_take_meanwhile_stop_the_import_and_it_can_be_gone_on_with(
    context: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "ROWS_AT_ONCE", 2)
    activity = make_activity("other_division", capacity=5)
    checked = check(activity, as_csv(rows(5)))
    part, others = applying._apply_part, iter([make_someone()])

    def and_someone_registers(*values: Any) -> Any:
        lease = part(*values)
        for person in others:
            enrol(activity, person)
        return lease

    monkeypatch.setattr(applying, "_apply_part", and_someone_registers)
    stopped = accept(checked)
    assert (stopped.state, stopped.done, stopped.added) == ("failed", 4, 4)
    assert "Raise the capacity" in stopped.failure
    changed = db.session.get_one(Activity, activity.id, populate_existing=True)
    catalogue.edit_activity(activity_ref=activity.public_id, version=changed.version, capacity=6)
    done = accept(stopped)
    assert (done.state, done.done, done.added, done.failure) == ("done", 5, 5, "")
    assert [e.place_number for e in enrolments(activity)] == [1, 2, 3, 4, 5, 6]


def test_gaps_among_the_places_are_filled_first(activity: Activity) -> None:
    taken = [enrol(activity) for _ in range(4)]
    for gone in (taken[0], taken[2]):
        service.withdraw(enrolment_ref=gone.public_id, person_id=gone.person_id)
    bring_in(activity, as_csv(rows(4)))
    numbers = [e.place_number for e in enrolments(activity) if e.state == "confirmed"]
    assert sorted(n for n in numbers if n) == [1, 2, 3, 4, 5, 6]


def test_those_who_should_be_told_are_written_to_where_they_can_be_reached(activity: Activity) -> None:
    make_someone(email="ana1@example.org")
    bring_in(activity, as_csv(rows(2)), tell=True)
    sent = db.session.execute(select(Message.kind, Message.address).order_by(Message.id)).all()
    assert [tuple(letter) for letter in sent] == [
        ("enrolment.listed", None),
        ("enrolment.listed", "ana2@example.org"),
    ]


@pytest.mark.parametrize(
    ("language", "word"), [("es", "consta"), ("en", "on record"), ("pt", "consta"), ("fr", "figurez")]
)
def test_the_letter_says_how_to_find_the_participation_and_how_to_leave(
    activity: Activity, language: str, word: str
) -> None:
    bring_in(activity, as_csv([row()]), tell=True)
    message = db.session.scalars(select(Message)).one()
    kind = kinds.kind_named(message.kind)
    assert kind is not None
    assert kind.is_due(message.values, message.person_id)
    letter = render(kind, message.values, language=language, person_name="Ana Soto")
    (enrolment,) = enrolments(activity)
    assert word in letter.subject
    assert "/sign-up" in letter.text
    assert f"/my/enrolments/{enrolment.public_id}" in letter.text
    service.withdraw(enrolment_ref=enrolment.public_id, person_id=enrolment.person_id)
    assert not kind.is_due(message.values, message.person_id)


def test_a_worker_that_dies_in_the_middle_is_followed_by_one_that_goes_on_where_it_was(
    activity: Activity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "ROWS_AT_ONCE", 3)
    body = [*rows(8), row(9, email="ana2@example.org"), row(10)]
    checked = check(activity, as_csv(body))
    part, deaths = applying._apply_part, iter([RuntimeError("killed"), RuntimeError("killed")])

    def dies_after_the_commit(*values: Any) -> Any:
        lease = part(*values)
        for death in deaths:
            raise death
        return lease

    monkeypatch.setattr(applying, "_apply_part", dies_after_the_commit)
    for expected in (3, 6):
        with pytest.raises(RuntimeError):
            accept(checked) if expected == 3 else service.imports.work_on_lists()
        assert service.imports.work_on_lists() == 0, "its lease still holds"
        assert again(checked).done == expected
        let_lease_run_out(checked)
    assert service.imports.work_on_lists() == 1
    done = again(checked)
    assert (done.state, done.done, done.added, done.already, done.faults) == ("done", 10, 9, 0, 1)
    assert len(enrolments(activity)) == number_of(EnrolmentChange) == 9


def test_a_worker_whose_lease_ran_out_writes_nothing_more(activity: Activity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "ROWS_AT_ONCE", 2)
    checked = check(activity, as_csv(rows(6)))
    part, turns = applying._apply_part, iter(range(9))

    def loses_its_lease(*values: Any) -> Any:
        if next(turns) == 1:
            let_lease_run_out(checked)
            # Another worker finishes before this one writes on.
            assert service.imports.work_on_lists() == 1
        return part(*values)

    monkeypatch.setattr(applying, "_apply_part", loses_its_lease)
    done = accept(checked)
    assert (done.state, done.done, done.added) == ("done", 6, 6)
    assert len(enrolments(activity)) == 6


def test_trust_11_a_list_at_which_workers_always_die_is_given_up(
    activity: Activity, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_values: Any) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr("ilpes_lms.enrolment.service.imports.checking.check", dies)
    imported = upload(activity, as_csv(rows(1)))
    tries = 0
    while again(imported).state in ("uploaded", "checking"):
        tries += 1
        assert tries < 20
        let_lease_run_out(imported)
        try:
            service.imports.work_on_lists()
        except RuntimeError:
            continue
    assert (again(imported).state, tries) == ("failed", 6)
    assert "given up" in again(imported).failure


def test_an_address_that_gets_an_owner_in_the_same_moment_is_known_when_it_is_tried_again(
    activity: Activity, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = check(activity, as_csv(rows(2)))
    owners, first = applying.queries.owners, iter([True])

    def looked_up_too_early(*values: Any) -> Any:
        found = owners(*values)
        return {} if next(first, False) else found

    make_someone(email="ana2@example.org")
    monkeypatch.setattr(applying.queries, "owners", looked_up_too_early)
    done = accept(checked)
    assert (done.state, done.added) == ("done", 2)
    assert number_of(Person) == 2


def test_a_discarded_list_leaves_neither_people_nor_files(activity: Activity) -> None:
    checked = check(activity, as_csv([*rows(2), row(3, email="nothing")]))
    kept = (checked.file_key, str(checked.report_key))
    discarded = service.imports.discard(
        activity_ref=activity.public_id, divisions=ANYWHERE, import_ref=checked.public_id
    )
    assert (discarded.state, number_of(Person), remarks(discarded)) == ("discarded", 0, [])
    for key in kept:
        with pytest.raises(NotFound):
            files.fetch(key)
    with pytest.raises(errors.ListNotReady):
        accept(discarded)


def test_a_file_that_another_list_needs_is_not_deleted_with_the_first(activity: Activity) -> None:
    first, second = upload(activity, as_csv(rows(2))), upload(activity, as_csv(rows(2)))
    service.imports.discard(activity_ref=activity.public_id, divisions=ANYWHERE, import_ref=first.public_id)
    service.imports.work_on_lists()
    assert accept(again(second)).added == 2


def test_what_is_imported_can_neither_be_discarded_nor_imported_again(activity: Activity) -> None:
    done = bring_in(activity, as_csv(rows(1)))
    with pytest.raises(errors.ListNotDiscardable):
        service.imports.discard(activity_ref=activity.public_id, divisions=ANYWHERE, import_ref=done.public_id)
    with pytest.raises(errors.ListNotReady):
        accept(done)
    assert done.file_key == ""
    assert "sample" not in done.findings


def test_lists_and_reports_that_nobody_touches_for_a_month_are_deleted(
    activity: Activity, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = check(activity, as_csv(rows(2)))
    done = bring_in(activity, as_csv([row(5), row(6, email="x")]))
    month_ago = clock.now() - timedelta(days=30)
    assert service.imports.let_go(month_ago) == 0
    assert (again(ready).state, bool(again(done).report_key)) == ("ready", True)
    with writing():
        for one in (again(ready), again(done)):
            one.updated_at -= leases.timedelta(days=31)
    assert service.imports.let_go(month_ago) == 2
    assert (again(ready).state, again(ready).file_key) == ("discarded", "")
    assert (again(done).state, remarks(again(done))) == ("done", [])


@pytest.mark.parametrize(
    ("status", "refused"), [("draft", errors.ListNotTaken), ("cancelled", errors.ListNotTaken), ("closed", None)]
)
def test_lists_are_for_activities_that_are_published_or_closed(
    context: APIFlask, status: str, refused: type[DomainError] | None
) -> None:
    activity = make_activity("other_division", status=status)
    if refused is None:
        assert bring_in(activity, as_csv(rows(1))).added == 1
    else:
        with pytest.raises(refused):
            upload(activity, as_csv(rows(1)))


def test_an_activity_known_by_headcount_takes_no_list(activity: Activity) -> None:
    catalogue.record_headcount(activity_id=activity.id, women=3, men=4)
    with pytest.raises(errors.ActivityNotOnRecordByPeople):
        upload(activity, as_csv(rows(1)))


def test_a_list_of_another_activity_or_division_does_not_exist(activity: Activity) -> None:
    imported, other = upload(activity, as_csv(rows(1))), make_activity("other_division")
    with pytest.raises(NotFound):
        service.imports.discard(activity_ref=other.public_id, divisions=ANYWHERE, import_ref=imported.public_id)
    with pytest.raises(NotFound):
        service.imports.upload(
            activity_ref=activity.public_id, divisions=frozenset({"social"}), source=as_csv(rows(1)), file_name=""
        )


@pytest.mark.parametrize(
    ("header", "refused"),
    [
        (("Apellidos", "Correo"), errors.NoGivenNamesColumn),
        (("Nombre", "Correo"), errors.NoSurnamesColumn),
        (("Nombre", "Apellidos", "Teléfono"), errors.NoAddressColumn),
        (("Nombre", "Apellidos", "Correo", "E-mail"), errors.ColumnsMeanTheSame),
    ],
)
def test_a_list_without_a_needed_column_is_refused_at_the_upload(
    activity: Activity, header: tuple[str, ...], refused: type[DomainError]
) -> None:
    with pytest.raises(refused):
        upload(activity, as_csv([], header))
    assert number_of(ParticipantImport) == 0


@pytest.mark.parametrize(
    "header",
    [
        ("Given names", "Surnames", "E-mail address"),
        ("Nome", "Sobrenome", "E-mail"),
        ("Prénom", "Nom de famille", "Courriel"),
        ("CORREO ELECTRONICO", "apellidos", "nombres"),
    ],
)
def test_columns_are_recognised_in_four_languages_and_any_order(activity: Activity, header: tuple[str, ...]) -> None:
    line = ("ana@example.org", "Soto", "Ana") if header[0].startswith("CORREO") else ("Ana", "Soto", "ana@example.org")
    done = bring_in(activity, as_csv([line], header))
    assert done.added == 1
    assert enrolments(activity)[0].person.full_name == "Ana Soto"


def test_a_list_without_people_stops_with_the_reason_and_its_file_is_not_kept(activity: Activity) -> None:
    stopped = check(activity, as_csv([]))
    assert (stopped.state, stopped.file_key) == ("failed", "")
    assert "nobody on this list" in stopped.failure
    with pytest.raises(errors.ListNotReady):
        accept(stopped)


def test_a_workbook_is_read_like_the_same_list_as_csv(activity: Activity) -> None:
    assert bring_in(activity, as_xlsx(rows(3))).added == 3
    assert bring_in(activity, as_csv(rows(3))).already == 3


def test_trust_32_the_path_in_a_file_s_name_leads_nowhere(activity: Activity, context: APIFlask) -> None:
    for name in ("../../etc/passwd", r"..\..\windows\win.ini", "a\x00b/..", "x" * 5000):
        imported = upload(activity, as_csv(rows(1)), name)
        assert not set(imported.file_name) & {"/", "\\", "\x00"}
        assert len(imported.file_name) <= 200
    folder = Path(context.config["FILES_FOLDER"])
    assert {len(path.name) for path in folder.rglob("*") if path.is_file()} == {64}


def test_what_m_means_comes_from_the_other_letter_of_the_list_and_from_nothing_else(activity: Activity) -> None:
    for other, meant in (("F", "male"), ("H", "female"), ("Mujer", "not_stated")):
        apart = make_activity("other_division")
        bring_in(apart, as_csv([row(1, sex="M"), row(2, sex=other)]))
        assert enrolments(apart)[0].sex == meant
    apart = make_activity("other_division")
    ambiguous = bring_in(apart, as_csv([row(1, sex="M"), row(2, sex="F"), row(3, sex="H")]))
    assert [e.sex for e in enrolments(apart)] == ["not_stated", "female", "male"]
    assert remarks(ambiguous) == [(2, "sex", False)]


def test_the_lock_is_taken_before_places_are_counted(activity: Activity) -> None:
    """Negative control of sorts: the statements of a part, in order, on PostgreSQL lock the activity first."""
    checked = check(activity, as_csv(rows(1)))
    said: list[str] = []
    listener = lambda _c, _cursor, statement, *_rest: said.append(statement)  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listener)
    accept(checked)
    event.remove(db.engine, "before_cursor_execute", listener)
    writes = next(i for i, s in enumerate(said) if s.startswith("INSERT INTO enrolments"))
    locks = [i for i, s in enumerate(said) if "FROM activities" in s and i < writes]
    assert locks
    if db.engine.dialect.name == "postgresql":
        assert any("FOR UPDATE" in said[i] for i in locks)


def test_the_check_says_which_columns_it_understood_and_quotes_the_first_rows(activity: Activity) -> None:
    checked = check(activity, as_csv([(*row(1), "55 5555")], (*HEADER, "Teléfono")))
    assert checked.findings["columns"]["given_names"] == "Nombres"
    assert checked.findings["unused"] == ["Teléfono"]
    assert checked.findings["sample"][0]["email"] == "ana1@example.org"
