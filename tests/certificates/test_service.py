import threading
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from ilpes_lms.attendance import service as attendance
from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.certificates import errors, press, queries, service
from ilpes_lms.certificates.models import SerialCounter
from ilpes_lms.core import clock, files
from ilpes_lms.core.database import db, writing
from ilpes_lms.core.errors import NotFound
from ilpes_lms.notifications.models import Message
from tests.factories.attendance import make_taught, mark
from tests.factories.catalogue import make_activity
from tests.factories.certificates import certificates, make_completed, make_issued
from tests.factories.enrolment import enrol, make_someone

YEAR = clock.today("America/Santiago").year


def text_of(file_key: str | None) -> str:
    pages = PdfReader(BytesIO(files.fetch(file_key or ""))).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_everyone_who_completed_gets_one_certificate(context, notes) -> None:
    taught = make_completed(participants=3)
    enrol(taught.activity)
    assert service.issue(activity_ref=taught.activity.public_id) == 3
    found = certificates()
    assert [c.serial for c in found] == [f"ILPES-{YEAR}-00000{n}" for n in (1, 2, 3)]
    assert {(c.state, c.kind, c.language) for c in found} == {("queued", "completion", "es")}
    assert [note for note in notes if note[0] == "certificates.render"] == [
        ("certificates.render", (c.code,)) for c in found
    ]


def test_asking_again_makes_no_second_certificate(context) -> None:
    taught = make_completed()
    assert service.issue(activity_ref=taught.activity.public_id) == 2
    assert service.issue(activity_ref=taught.activity.public_id) == 0
    service.render_queued()
    assert service.issue(activity_ref=taught.activity.public_id) == 0
    assert len(certificates()) == 2


def test_who_did_not_complete_gets_none(context) -> None:
    taught = make_taught(sessions=2, participants=2)
    mark(taught.sessions[0], taught.enrolments[0])
    mark(taught.sessions[0], taught.enrolments[1], "absent")
    assert service.issue(activity_ref=taught.activity.public_id) == 0
    assert certificates() == []


def test_a_webinar_certifies_participation(context) -> None:
    taught = make_completed("webinar", participants=1)
    service.issue(activity_ref=taught.activity.public_id)
    assert [c.kind for c in certificates()] == ["participation"]


def test_a_cancelled_activity_certifies_nothing(context) -> None:
    with pytest.raises(errors.ActivityDidNotTakePlace):
        service.issue(activity_ref=make_activity(status="cancelled").public_id)
    with pytest.raises(NotFound):
        service.issue(activity_ref="nowhere")


def test_serials_have_no_gap_when_an_issue_is_rolled_back(context) -> None:
    first, second = make_completed(participants=2), make_completed(participants=1)

    def break_off() -> None:
        with writing():
            service.issue(activity_ref=first.activity.public_id)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    service.issue(activity_ref=second.activity.public_id)
    service.issue(activity_ref=first.activity.public_id)
    assert [c.serial[-6:] for c in certificates()] == ["000001", "000002", "000003"]
    assert db.session.scalars(select(SerialCounter.last)).all() == [3]


def test_a_certificate_is_made_kept_and_announced(context) -> None:
    issued = make_issued(given_names="Ana María", first_surname="Pérez", second_surname="Ñandú")
    found = issued.certificate
    assert found.state == "issued"
    assert found.issued_at is not None
    text = text_of(found.file_key)
    for expected in ("Ana María Pérez Ñandú", "Curso de prospectiva", found.serial, found.code):
        assert expected in text
    (message,) = db.session.scalars(select(Message).where(Message.kind == "certificates.ready"))
    assert (message.person_id, message.values) == (issued.holder.id, {"code": found.code})


def test_a_certificate_speaks_its_holder_s_language(context) -> None:
    taught = make_taught(sessions=1, participants=0, titles={"es": "Curso", "fr": "Cours de prospective"})
    expected = {"es": "Curso", "fr": "Cours de prospective", "en": "Curso", "pt": "Curso"}
    for language in expected:
        enrol(taught.activity, make_someone(language=language))
    attendance.mark_all_present(class_session_ref=taught.session_refs[0])
    service.issue(activity_ref=taught.activity.public_id)
    found = {c.language: c.content for c in certificates()}
    assert {language: content["title"] for language, content in found.items()} == expected
    assert found["en"]["title_language"] == "es"
    assert found["fr"]["title_language"] is None
    assert "Economic Commission for Latin America and the Caribbean" in found["en"]["organizations"]
    assert len({content["dates"] for content in found.values()}) > 1


def test_what_a_certificate_says_is_as_it_was_when_it_was_asked_for(context) -> None:
    taught = make_completed(participants=1, title="Antes", hours=Decimal("12.5"))
    service.issue(activity_ref=taught.activity.public_id)
    with writing():
        taught.activity.titles = {"es": "Después"}
        taught.enrolments[0].person.certificate_name = "Otra Persona"
    service.render_queued()
    text = text_of(certificates()[0].file_key)
    assert "Antes" in text
    assert "12,5" in text
    assert "Después" not in text
    assert "Otra Persona" not in text


def test_the_address_to_check_it_is_the_public_one(context, app) -> None:
    found = make_issued().certificate
    assert found.content["verify_url"] == f"{app.config['BASE_URL']}/verify/{found.code}"


def test_making_it_twice_is_harmless(context) -> None:
    issued = make_issued()
    key, at = issued.certificate.file_key, issued.certificate.issued_at
    assert service.render(code=issued.certificate.code) is False
    assert service.render(code="nowhere") is False
    again = certificates()[0]
    assert (again.file_key, again.issued_at, again.state) == (key, at, "issued")
    assert len(db.session.scalars(select(Message).where(Message.kind == "certificates.ready")).all()) == 1


def test_two_workers_that_make_the_same_one_leave_one(app) -> None:
    with app.app_context():
        taught = make_completed(participants=1)
        service.issue(activity_ref=taught.activity.public_id)
        code = certificates()[0].code
    barrier, issued = threading.Barrier(2), []

    def work() -> None:
        with app.app_context():
            barrier.wait()
            issued.append(service.render(code=code))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert sorted(issued) == [False, True]
        assert [c.state for c in certificates()] == ["issued"]
        assert len(db.session.scalars(select(Message).where(Message.kind == "certificates.ready")).all()) == 1


def test_two_coordinators_who_issue_at_once_make_one_each(app, database_kind) -> None:
    with app.app_context():
        ref = make_completed(participants=5).activity.public_id
    barrier, numbers = threading.Barrier(2), []

    def work() -> None:
        with app.app_context():
            barrier.wait()
            numbers.append(service.issue(activity_ref=ref))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert sorted(numbers) == [0, 5]
        assert len({c.serial for c in certificates()}) == 5


def test_a_name_that_can_not_be_printed_fails_alone_and_says_why(context) -> None:
    taught = make_completed(participants=1)
    odd = enrol(taught.activity, make_someone(given_names="Ana \u4e2d"))
    mark(taught.sessions[0], odd)
    service.issue(activity_ref=taught.activity.public_id)
    assert service.render_queued() == 1
    failed = next(c for c in certificates() if c.state == "failed")
    assert "U+4E2D" in failed.note
    assert failed.file_key is None
    assert queries.check(failed.code).answer == "unknown"


def test_a_failed_one_is_made_after_its_name_was_corrected(context) -> None:
    taught = make_taught(sessions=1, participants=0)
    odd = make_someone(given_names="Ana \u4e2d")
    enrol(taught.activity, odd)
    attendance.mark_all_present(class_session_ref=taught.session_refs[0])
    service.issue(activity_ref=taught.activity.public_id)
    service.render_queued()
    with writing():
        odd.certificate_name = "Ana Zhong"
    assert service.issue(activity_ref=taught.activity.public_id) == 1
    assert service.render_queued() == 1
    (found,) = certificates()
    assert (found.state, found.content["holder"], found.note) == ("issued", "Ana Zhong", "")


def test_what_breaks_one_does_not_stop_the_others(context, monkeypatch) -> None:
    taught = make_completed(participants=3)
    service.issue(activity_ref=taught.activity.public_id)
    unlucky, whole = certificates()[1].serial, press.make

    def make(content, key, **options) -> bytes:
        if content.serial == unlucky:
            raise OSError("no space left")
        return whole(content, key, **options)

    monkeypatch.setattr(press, "make", make)
    assert service.render_queued() == 2
    assert [c.state for c in certificates()] == ["issued", "queued", "issued"]
    monkeypatch.undo()
    assert service.render_queued() == 1


def test_typesetting_happens_outside_any_transaction(context, monkeypatch) -> None:
    taught = make_completed(participants=1)
    service.issue(activity_ref=taught.activity.public_id)
    whole, open_ones = press.make, []

    def make(content, key, **options) -> bytes:
        open_ones.append(db.session().in_transaction())
        return whole(content, key, **options)

    monkeypatch.setattr(press, "make", make)
    service.render_queued()
    assert open_ones == [False]


def test_trust_36_a_revoked_one_is_not_valid_any_more(context) -> None:
    code = make_issued().certificate.code
    assert queries.check(code).answer == "valid"
    service.revoke(code=code, reason="Issued by mistake")
    found = certificates()[0]
    assert (found.state, found.note) == ("revoked", "Issued by mistake")
    assert found.ended_at is not None
    assert queries.check(code).answer == "revoked"
    assert [e.verb for e in db.session.scalars(select(AuditEntry).where(AuditEntry.object_id == code))] == [
        "certificate.revoked"
    ]


def test_revoking_needs_a_reason_and_an_issued_certificate(context) -> None:
    code = make_issued().certificate.code
    with pytest.raises(errors.ReasonMissing):
        service.revoke(code=code, reason="  ")
    with pytest.raises(errors.UnknownCertificate):
        service.revoke(code="nowhere", reason="why")
    service.revoke(code=code, reason="why")
    with pytest.raises(errors.StepNotPossible):
        service.revoke(code=code, reason="again")


def test_a_revoked_one_is_not_issued_again_by_itself(context) -> None:
    issued = make_issued()
    service.revoke(code=issued.certificate.code, reason="why")
    assert service.issue(activity_ref=issued.taught.activity.public_id) == 0


def test_trust_36_an_altered_code_is_never_valid(context) -> None:
    code = make_issued().certificate.code
    for place in range(26):
        other = "a" if code[place] != "a" else "b"
        assert queries.check(code[:place] + other + code[place + 1 :]).answer == "unknown"
    assert queries.check(code[:-1]).answer == "unknown"
    assert queries.check(f"{code}a").answer == "unknown"


def test_one_that_waits_is_not_valid(context) -> None:
    taught = make_completed(participants=1)
    service.issue(activity_ref=taught.activity.public_id)
    check = queries.check(certificates()[0].code)
    assert (check.answer, check.certificate) == ("unknown", None)
