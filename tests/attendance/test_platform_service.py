"""Exports of the learning platform: taken over by verified address or a person's decision, taken back as a whole."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from apiflask import APIFlask
from sqlalchemy import func, select

from ilpes_lms.attendance import errors, queries, rules, service
from ilpes_lms.attendance.models import PlatformImport, PlatformRecord, PlatformRow, RememberedMatch
from ilpes_lms.attendance.reports import Span
from ilpes_lms.attendance.rules import Columns, Rule
from ilpes_lms.attendance.service import platform
from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import Invalid, NotFound
from ilpes_lms.people.models import EmailAddress
from tests.factories.attendance import Taught, make_taught, mark
from tests.factories.enrolment import enrol, make_someone
from tests.factories.exports import (
    ENGLISH,
    LANGUAGES,
    SPANISH,
    Language,
    Learner,
    as_csv,
    as_xlsx,
    completion_rows,
    grade_rows,
    percent_rows,
)
from tests.factories.reports import VARIANTS, Guest, Variant, written_report

pytestmark = pytest.mark.usefixtures("context")
GRADED = Rule(Decimal(0), at_least_one=False, grade=Decimal(60))
ALL_TASKS = Rule(Decimal(0), at_least_one=False, tasks=Decimal(1))


def learner(
    taught: Taught, place: int, grade: float | None = None, done: tuple[bool, ...] = (), **other: str
) -> Learner:
    person = taught.enrolments[place].person
    address = db.session.scalars(select(EmailAddress.address).where(EmailAddress.person_id == person.id)).one()
    return Learner(
        other.get("first", person.given_names), other.get("last", person.first_surname), other.get("email", address),
        grade, done,
    )  # fmt: skip


def previewed(taught: Taught, content: bytes) -> PlatformImport:
    return service.preview_export(activity_ref=taught.activity.public_id, content=content)


def applied(taught: Taught, content: bytes) -> PlatformImport:
    return service.apply_export(import_ref=previewed(taught, content).public_id)


def grades(*learners: Learner, language: Language = ENGLISH) -> bytes:
    return as_csv(grade_rows(learners, language))


def tasks(*learners: Learner, names: tuple[str, ...] = ("Foro", "Ensayo")) -> bytes:
    return as_csv(completion_rows(learners, SPANISH, names), delimiter="\t", encoding="utf-16")


def records(taught: Taught) -> dict[int, tuple[Decimal | None, int | None, int | None]]:
    found = {row.enrolment_id: row for row in db.session.scalars(select(PlatformRecord))}
    return {
        place: (found[one.id].grade, found[one.id].tasks_done, found[one.id].tasks_total)
        for place, one in enumerate(taught.enrolments)
        if one.id in found
    }


def results(taught: Taught) -> dict[int, str]:
    db.session.expire_all()
    found = {one.enrolment_id: one.result for one in queries.outcomes(taught.activity.id)}
    return {place: found[one.id] for place, one in enumerate(taught.enrolments) if one.id in found}


def ruled(rule: Rule, **fields: int) -> Taught:
    taught = make_taught(**{"participants": 3, "sessions": 1, **fields})
    service.set_rule(activity_ref=taught.activity.public_id, rule=rule)
    return taught


def test_a_preview_says_who_is_known_and_changes_nothing() -> None:
    taught = ruled(GRADED)
    make_someone(email="outsider@example.org")
    outsider = Learner("Otra", "Persona", "outsider@example.org", 50)
    unknown = learner(taught, 1, 70, email="privado@example.com")
    found = previewed(taught, grades(learner(taught, 0, 85), unknown, outsider))
    assert queries.standings_in_export(found.id) == {"matched": 1, "open": 1, "not_enrolled": 1}
    assert queries.effects_on_records(queries.export_changes(found)) == {"add": 1}
    assert (records(taught), results(taught)) == ({}, {})


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [(",", "utf-8"), (";", "utf-8-sig"), (";", "cp1252"), ("\t", "utf-16"), (",", "utf-16-le")],
)
def test_every_way_to_write_an_export_says_the_same(language: Language, delimiter: str, encoding: str) -> None:
    taught = make_taught(participants=2, sessions=1)
    people = [learner(taught, 0, 85.5, (True, False)), learner(taught, 1, None, (True, True))]
    found = applied(taught, as_csv(grade_rows(people, language), delimiter=delimiter, encoding=encoding))
    assert found.summary["faults"] == []
    applied(
        taught, as_csv(completion_rows(people, language, ["Foro", "Examen: ñ"]), delimiter=delimiter, encoding=encoding)
    )
    assert records(taught) == {0: (Decimal("85.50"), 1, 2), 1: (None, 2, 2)}


def test_a_workbook_says_the_same() -> None:
    taught = make_taught(participants=2, sessions=1)
    people = [learner(taught, 0, 85.5, (True, False)), learner(taught, 1, None, (True, True))]
    applied(taught, as_xlsx(percent_rows(people, SPANISH)))
    applied(taught, as_xlsx(completion_rows(people, SPANISH, ["Foro", "Ensayo"])))
    assert records(taught) == {0: (Decimal("85.50"), 1, 2), 1: (None, 2, 2)}


def test_outcomes_follow_grades_and_tasks() -> None:
    taught = ruled(GRADED)
    applied(taught, grades(learner(taught, 0, 60), learner(taught, 1, 59.99), learner(taught, 2)))
    assert results(taught) == {0: "completed", 1: "not_completed", 2: "not_completed"}
    service.set_rule(activity_ref=taught.activity.public_id, rule=ALL_TASKS)
    assert results(taught) == {0: "not_completed", 1: "not_completed", 2: "not_completed"}
    applied(taught, tasks(learner(taught, 1, done=(True, True)), learner(taught, 2, done=(True, False))))
    assert results(taught) == {0: "not_completed", 1: "completed", 2: "not_completed"}


def test_the_same_file_again_changes_nothing() -> None:
    taught = ruled(GRADED)
    content = grades(learner(taught, 0, 85))
    first, before = applied(taught, content), [row.updated_at for row in db.session.scalars(select(PlatformRecord))]
    second = applied(taught, content)
    assert (second.id, second.applied_at) == (first.id, first.applied_at)
    db.session.expire_all()
    assert [row.updated_at for row in db.session.scalars(select(PlatformRecord))] == before
    assert db.session.scalar(select(func.count()).select_from(PlatformImport)) == 1


def test_a_later_export_renews_and_an_undone_one_lets_the_earlier_come_forth() -> None:
    taught = ruled(GRADED)
    applied(taught, grades(learner(taught, 0, 50), learner(taught, 1, 90)))
    second = applied(taught, grades(learner(taught, 0, 80)))
    assert records(taught) == {0: (Decimal(80), None, None), 1: (Decimal(90), None, None)}
    assert results(taught) == {0: "completed", 1: "completed"}
    service.undo_export(import_ref=second.public_id)
    assert records(taught)[0] == (Decimal(50), None, None)
    assert results(taught) == {0: "not_completed", 1: "completed"}


def test_an_export_taken_back_leaves_everything_as_it_was() -> None:
    taught = ruled(GRADED)
    mark(taught.sessions[0], taught.enrolments[1])
    before = results(taught)
    found = applied(taught, grades(learner(taught, 0, 85), learner(taught, 1, 85)))
    assert results(taught) != before
    service.undo_export(import_ref=found.public_id)
    assert (records(taught), results(taught)) == ({}, before)
    with pytest.raises(errors.ImportNotApplied):
        service.undo_export(import_ref=found.public_id)
    with pytest.raises(errors.ImportUndone):
        service.apply_export(import_ref=found.public_id)
    again = applied(taught, grades(learner(taught, 0, 85), learner(taught, 1, 85)))
    assert (again.id, again.state, len(records(taught))) == (found.id, "applied", 2)


def test_tasks_and_grades_of_different_exports_stand_together() -> None:
    taught = ruled(ALL_TASKS)
    first = applied(taught, tasks(learner(taught, 0, done=(True, True))))
    applied(taught, grades(learner(taught, 0, 85)))
    assert records(taught) == {0: (Decimal(85), 2, 2)}
    service.undo_export(import_ref=first.public_id)
    assert records(taught) == {0: (Decimal(85), None, None)}


def test_a_person_decides_once_and_it_is_remembered_for_reports_and_exports() -> None:
    taught = ruled(GRADED)
    private = learner(taught, 0, 85, email="privado@example.com")
    found = applied(taught, grades(private))
    assert records(taught) == {}
    (row,) = queries.export_rows(found.id)
    service.decide_about_row(import_ref=found.public_id, row_ref=row.public_id, enrolment_ref=taught.refs[0])
    assert (records(taught), results(taught)) == ({0: (Decimal(85), None, None)}, {0: "completed"})
    again = previewed(taught, grades(private, language=SPANISH))
    assert queries.standings_in_export(again.id) == {"decided": 1}
    service.decide_about_row(import_ref=found.public_id, row_ref=row.public_id, enrolment_ref=None)
    assert (records(taught), results(taught)) == ({}, {})
    assert db.session.scalars(select(RememberedMatch.key)).all() == ["privado@example.com"]


def test_nobody_decides_against_a_verified_address_or_for_another_activity() -> None:
    taught, elsewhere = ruled(GRADED), ruled(GRADED)
    found = previewed(taught, grades(learner(taught, 0, 85), learner(taught, 1, 70, email="x@example.com")))
    known, unknown = queries.export_rows(found.id)
    with pytest.raises(errors.NotOneToDecide):
        service.decide_about_row(import_ref=found.public_id, row_ref=known.public_id, enrolment_ref=None)
    with pytest.raises(NotFound):
        service.decide_about_row(import_ref=found.public_id, row_ref=unknown.public_id, enrolment_ref=elsewhere.refs[0])
    with pytest.raises(NotFound):
        queries.export_in(found.public_id, elsewhere.activity.id)


def test_people_say_what_columns_mean_and_it_is_remembered() -> None:
    taught = make_taught(participants=1, sessions=1)
    one = learner(taught, 0, 85)
    odd = [["Persona", "Correo del aula", "Nota", "Visto"], [one.name, one.email, "17", "2026-05-14 10:00"]]
    found = previewed(taught, as_csv(odd))
    assert not rules.columns_from(found.summary["columns"]).says_something
    with pytest.raises(errors.ExportSaysNothing):
        service.apply_export(import_ref=found.public_id)
    with pytest.raises(errors.ExportWithoutPeople):
        service.choose_columns(import_ref=found.public_id, columns=Columns(grade="Nota"))
    chosen = Columns(email="Correo del aula", grade="Nota", maximum=Decimal(20), last_access="Visto")
    service.choose_columns(import_ref=found.public_id, columns=chosen)
    service.apply_export(import_ref=found.public_id)
    (record,) = db.session.scalars(select(PlatformRecord))
    assert record.grade == Decimal(85)
    assert record.last_access_at == clock.at_place(datetime(2026, 5, 14, 10), taught.activity.zone)  # noqa: DTZ001
    with pytest.raises(errors.ExportApplied):
        service.choose_columns(import_ref=found.public_id, columns=chosen)
    odd[1][2] = "10"
    applied(taught, as_csv(odd))
    db.session.expire_all()
    assert [row.grade for row in db.session.scalars(select(PlatformRecord))] == [Decimal(50)]


def test_letters_are_named_row_by_row_and_what_was_known_stays() -> None:
    taught = ruled(GRADED)
    applied(taught, grades(learner(taught, 0, 85)))
    rows = grade_rows([learner(taught, 0), learner(taught, 1)], ENGLISH)
    rows[1][8], rows[2][8] = "B+", "120"
    found = applied(taught, as_csv(rows))
    assert [(fault["row"], fault["found"]) for fault in found.summary["faults"]] == [(2, "B+"), (3, "120")]
    assert records(taught) == {0: (Decimal(85), None, None), 1: (None, None, None)}


def test_who_has_no_place_yet_is_not_graded() -> None:
    taught = ruled(GRADED)
    waiting = enrol(taught.activity, state="waitlisted").person
    found = applied(taught, grades(Learner("Eva", "Paz", waiting.emails[0].address, 85)))
    assert queries.standings_in_export(found.id) == {"not_enrolled": 1}
    assert db.session.scalars(select(PlatformRecord)).all() == []


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00" * 500, b"only a heading", b"a,b\n", b"PK\x03\x04" + bytes(200), b"%PDF-1.7", b"\xd0\xcf\x11\xe0" * 9,
     b"Nombre,Correo\n\n,\n"],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_with_its_field(content: bytes) -> None:
    taught = make_taught(participants=1, sessions=1)
    with pytest.raises(Invalid) as refused:
        previewed(taught, content)
    assert refused.value.field == "file"
    assert db.session.scalar(select(func.count()).select_from(PlatformImport)) == 0


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_the_report_of_a_meeting_is_no_export(variant: Variant) -> None:
    taught = make_taught(participants=1, sessions=1)
    start = taught.sessions[0].starts_at
    guest = Guest("Ana Rojas", "ana@example.org", (Span(start, start + timedelta(minutes=50)),))
    with pytest.raises(errors.ExportIsReport):
        previewed(taught, written_report([guest], variant, "America/Santiago"))
    assert db.session.scalar(select(func.count()).select_from(PlatformImport)) == 0


def test_a_table_in_which_nobody_can_be_known_is_refused() -> None:
    taught = make_taught(participants=1, sessions=1)
    for content in (b"Producto,Precio\nPan,3\n", b"Tema;Nota\nCurso;50\n"):
        with pytest.raises(errors.ExportWithoutKnownColumns):
            previewed(taught, content)


def test_hostile_cells_are_text_and_nothing_else() -> None:
    taught = make_taught(participants=1, sessions=1)
    one = learner(taught, 0, 85)
    rows = grade_rows([one, one], ENGLISH)
    rows[2][0], rows[2][5], rows[2][8] = "=cmd|'/c calc'!A1\x00\u202e", "<script>@x\x00", "9" * 5000
    found = previewed(taught, as_csv(rows))
    hostile = queries.export_rows(found.id)[1]
    assert (hostile.standing, hostile.grade, hostile.unread) == ("open", None, ["grade"])
    assert "\x00" not in hostile.name + hostile.email
    assert "\u202e" not in hostile.name


def test_a_large_export_is_applied_by_the_worker_in_parts(
    monkeypatch: pytest.MonkeyPatch, notes: list[tuple[str, tuple[str, ...]]]
) -> None:
    monkeypatch.setattr(platform, "EXPORTS_AT_ONCE", 2)
    taught = ruled(GRADED, participants=5)
    found = applied(taught, grades(*(learner(taught, place, 90) for place in range(5))))
    assert (found.state, records(taught)) == ("applying", {})
    assert (service.EXPORTS_JOB, ()) in notes
    assert service.apply_waiting_exports() == 3
    assert (queries.export(found.public_id).state, len(records(taught))) == ("applied", 5)
    assert set(results(taught).values()) == {"completed"}
    assert service.apply_waiting_exports() == 0


def test_a_large_export_is_taken_back_by_the_worker_and_nobody_meddles_meanwhile(
    monkeypatch: pytest.MonkeyPatch, notes: list[tuple[str, tuple[str, ...]]]
) -> None:
    taught = ruled(GRADED, participants=5)
    content = grades(*(learner(taught, place, 90) for place in range(5)))
    found = applied(taught, content)
    monkeypatch.setattr(platform, "EXPORTS_AT_ONCE", 2)
    found = service.undo_export(import_ref=found.public_id)
    assert (found.state, found.is_being_taken_back, len(records(taught))) == ("undone", True, 5)
    assert (service.EXPORTS_JOB, ()) in notes
    row = queries.export_rows(found.id)[0]
    for meddling in (
        lambda: previewed(taught, content),
        lambda: service.decide_about_row(import_ref=found.public_id, row_ref=row.public_id, enrolment_ref=None),
    ):
        with pytest.raises(errors.ExportBeingTakenBack):
            meddling()
    assert service.apply_waiting_exports() == 3
    assert (records(taught), set(results(taught).values())) == ({}, set())
    assert not queries.export(found.public_id).is_being_taken_back
    assert service.apply_waiting_exports() == 0
    assert previewed(taught, content).state == "previewed"


def test_files_go_when_applied_and_exports_left_alone_go_after_a_week(context: APIFlask) -> None:
    taught, other = ruled(GRADED), ruled(GRADED)
    content = grades(learner(taught, 0, 85))
    kept = Path(context.config["FILES_FOLDER"])
    first, second = previewed(taught, content), previewed(other, content)
    assert len(list(kept.glob("*/*"))) == 1
    service.apply_export(import_ref=first.public_id)
    assert len(list(kept.glob("*/*"))) == 1
    with time_machine.travel(datetime.now(UTC) + timedelta(days=8)):
        assert service.let_go_of_exports(datetime.now(UTC) - timedelta(days=7)) == 1
    assert list(kept.glob("*/*")) == []
    with pytest.raises(NotFound):
        queries.export(second.public_id)
    assert db.session.scalar(select(func.count()).select_from(PlatformRow)) == 1
    assert records(taught) == {0: (Decimal(85), None, None)}
