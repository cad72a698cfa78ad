"""Who is erased leaves certificates behind that can be checked, without a name (TRUST 38)."""

import io
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.certificates import errors, service, tasks
from ilpes_lms.core import files
from ilpes_lms.core.database import Model, db, writing
from ilpes_lms.privacy import forgetters
from tests.factories.certificates import certificates, make_completed, make_issued
from tests.factories.guards import unguarded
from tests.factories.people import bearer, coordinator, form_post, sign_in

CANARY = "Quetzalcóatl"
COORDINATOR = "coordinator@example.org"


class Left:
    """A certificate before its holder was erased: its bytes, and what is known of it."""

    def __init__(self) -> None:
        issued = make_issued(email="canary@example.org", given_names="Ana", first_surname=CANARY)
        self.person_id, self.person_ref = issued.holder.id, issued.holder.public_id
        self.code, self.serial = issued.certificate.code, issued.certificate.serial
        self.file_key = issued.certificate.file_key or ""
        self.pdf = files.fetch(self.file_key)
        self.activity_ref = issued.certificate.activity_ref


@pytest.fixture
def left(app) -> Left:
    with app.app_context():
        found = Left()
        service.forget(found.person_id)
        tasks.delete_files()
        db.session.remove()
    return found


def by_page(client, content: bytes) -> Any:
    return form_post(client, "/verify?lang=en", {"file": (io.BytesIO(content), "certificate.pdf")})


def by_json(client, content: bytes) -> Any:
    return client.post("/api/v1/certificates/check", data={"file": (io.BytesIO(content), "certificate.pdf")})


def test_trust_38_the_code_says_all_but_the_name(client, left: Left) -> None:
    page = client.get(f"/verify/{left.code}?lang=en")
    assert page.status_code == 200
    for words in ("This certificate is valid", "Curso de prospectiva", left.serial, "name is not kept here any more"):
        assert words in page.text
    assert CANARY not in page.text
    assert "Compare the name" not in page.text
    answer = client.get(f"/api/v1/certificates/{left.code}").json
    assert (answer["state"], answer["certificate"]["holder"]) == ("valid", None)
    assert answer["certificate"]["title"] == "Curso de prospectiva"
    assert answer["signature"]["fingerprint"]


def test_trust_38_the_holder_s_own_file_is_the_one_that_was_issued(client, left: Left) -> None:
    page = by_page(client, left.pdf)
    assert "This certificate is valid" in page.text
    assert "byte for byte" in page.text
    assert "Whose signature it bears" in page.text
    assert CANARY not in page.text
    assert by_json(client, left.pdf).json["certificate"]["code"] == left.code
    altered = left.pdf.replace(b"Ana", b"Eva", 1) if b"Ana" in left.pdf else left.pdf[:-1]
    assert by_json(client, altered).status_code == 404


def test_trust_38_the_canary_is_gone_from_the_room_and_from_the_store(app, left: Left) -> None:
    with app.app_context():
        for name in ("certificates", "signing_certificates", "issue_pauses", "serial_counters"):
            rows = db.session.execute(Model.metadata.tables[name].select()).all()
            assert CANARY not in repr(rows), name
        (found,) = certificates()
        assert (found.person_id, found.enrolment_id) == (None, None)
        assert found.file_key == left.file_key
        assert found.file_deleted_at is not None
        assert not files.is_kept(left.file_key)
        assert not [p for p in Path(app.config["FILES_FOLDER"]).glob("*/*") if p.read_bytes() == left.pdf]
        (entry,) = db.session.query(AuditEntry).filter_by(verb="certificate.forgotten")
        assert entry.object_id == left.code


def test_a_kept_answer_with_the_name_is_not_given_any_more(app, client) -> None:
    with app.app_context():
        found = Left()
    assert CANARY in client.get(f"/verify/{found.code}?lang=en").text
    with app.app_context():
        service.forget(found.person_id)
    assert CANARY not in client.get(f"/verify/{found.code}?lang=en").text


@pytest.mark.parametrize("revoked_first", [True, False])
def test_a_revocation_before_or_after_is_told_and_its_reason_goes(app, client, revoked_first: bool) -> None:
    with app.app_context():
        found = Left()
        if revoked_first:
            service.revoke(code=found.code, reason=f"{CANARY} did not attend")
        service.forget(found.person_id)
        assert CANARY not in repr([(c.note, c.reason, c.content) for c in certificates()])
        if not revoked_first:
            service.revoke(code=found.code, reason="By mistake")
    assert "This certificate was revoked" in client.get(f"/verify/{found.code}?lang=en").text
    assert client.get(f"/credentials/status/{found.serial.split('-')[1]}").status_code == 200


def test_the_credential_is_gone_and_says_so(client, left: Left) -> None:
    answer = client.get(f"/credentials/{left.code}")
    assert answer.status_code == 410
    assert CANARY not in answer.text


def test_nobody_gets_the_file_and_nothing_is_issued_in_its_place(app, client, left: Left) -> None:
    with app.app_context():
        coordinator()
        with pytest.raises(errors.HolderForgotten):
            service.reissue(code=left.code, reason="A surname was missing")
    staff = bearer(app, COORDINATOR)
    assert client.get(f"/api/v1/certificates/{left.code}/file", headers=staff).status_code == 404
    (item,) = client.get(f"/api/v1/activities/{left.activity_ref}/certificates", headers=staff).json["items"]
    assert item["holder"] is None
    sign_in(client, COORDINATOR)
    page = client.get(f"/coordinate/activities/{left.activity_ref}/certificates?lang=en").text
    assert "erased at their own wish" in page
    assert f"/certificates/{left.code}.pdf" not in page


def test_what_was_not_made_yet_never_is_even_by_a_worker_that_had_it_in_hand(app, monkeypatch) -> None:
    from ilpes_lms.certificates import press

    with app.app_context():
        taught = make_completed(participants=1)
        service.issue(activity_ref=taught.activity.public_id)
        person_id, code = taught.enrolments[0].person_id, certificates()[0].code
        real = press.make

        def meanwhile(*args: Any, **kwargs: Any) -> bytes:
            made = real(*args, **kwargs)
            service.forget(person_id)
            return made

        monkeypatch.setattr(press, "make", meanwhile)
        assert service.render(code=code) is False
        (found,) = certificates()
        assert (found.state, found.content["holder"]) == ("failed", "")
        assert list(Path(app.config["FILES_FOLDER"]).glob("*/*")) == []
        # The one who is erased is no participant of that activity any more, as far as certificates know.
        assert not [c for c in certificates() if c.person_id]


def test_twice_is_as_good_as_once_and_a_deletion_that_was_lost_is_made_good(app, monkeypatch) -> None:
    with app.app_context():
        found = Left()
        assert service.forget(found.person_id) == 1
        assert service.forget(found.person_id) == 0

        def lost(_key: str) -> bool:
            raise OSError("disk")

        with monkeypatch.context() as patched:
            patched.setattr(files, "forget_unless_needed", lost)
            with pytest.raises(OSError, match="disk"):
                tasks.delete_files()
        db.session.rollback()
        assert files.is_kept(found.file_key)
        tasks.delete_files()
        assert not files.is_kept(found.file_key)
        assert service.delete_files() == 0


def test_it_is_done_with_the_person_or_not_at_all(app, monkeypatch) -> None:
    from ilpes_lms.privacy import service as privacy

    with app.app_context():
        found = Left()

        def refuse(_person_id: int) -> int:
            raise RuntimeError

        monkeypatch.setitem(forgetters.registered(), "another", refuse)
        with pytest.raises(RuntimeError):
            privacy.forget(person_ref=found.person_ref, reason="Asked for in writing")
        assert CANARY in certificates()[0].content["holder"]
        monkeypatch.delitem(forgetters.registered(), "another")
        assert privacy.forget(person_ref=found.person_ref, reason="Asked for in writing")["certificates"] == 1
        assert certificates()[0].content["holder"] == ""


def test_the_command_says_first_what_it_would_do(app) -> None:
    with app.app_context():
        file_key = Left().file_key
    runner = app.test_cli_runner()
    asked = ["privacy", "forget", "--email", "canary@example.org", "--reason", "Letter of 3 May"]
    said = runner.invoke(args=asked).output
    assert "would forget" in said
    assert "to be erased by hand" in said
    with app.app_context():
        assert certificates()[0].person_id is not None
    said = runner.invoke(args=[*asked, "--yes"]).output
    assert "forgotten: 1" in said
    assert runner.invoke(args=["privacy", "forget", "--email", "nobody@example.org", "--reason", "x"]).exit_code == 1
    with app.app_context():
        assert certificates()[0].person_id is None
        assert not files.is_kept(file_key)


def test_renaming_and_deleting_the_activity_leave_it_as_issued(app, client) -> None:
    with app.app_context():
        found = Left()
        with writing():
            db.session.query(Activity).filter_by(public_id=found.activity_ref).one().titles = {"es": "Otro curso"}
    assert "Curso de prospectiva" in client.get(f"/verify/{found.code}?lang=en").text
    with app.app_context(), db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        connection.execute(text("UPDATE certificates SET enrolment_id = NULL"))
        with unguarded(connection):
            for table in reversed(Model.metadata.sorted_tables):
                if table.name not in ("certificates", "signing_certificates", "persons", "organizations"):
                    connection.execute(table.delete())
    page = client.get(f"/verify/{found.code}?lang=en").text
    assert "This certificate is valid" in page
    assert "Curso de prospectiva" in page
    assert CANARY in page
    assert "byte for byte" in by_page(client, found.pdf).text
    assert client.get(f"/api/v1/certificates/{found.code}").json["certificate"]["title"] == "Curso de prospectiva"


def test_the_reason_of_a_successor_survives_a_failure_and_is_told(app, client, monkeypatch) -> None:
    with app.app_context():
        coordinator()
        issued = make_issued()
        before, ref = issued.certificate.code, issued.certificate.activity_ref
        with writing():
            issued.holder.certificate_name = "Ana \u4e2d"
        after = service.reissue(code=before, reason="A surname was missing").code
        service.render(code=after)
        failed = certificates()[1]
        assert (failed.state, failed.reason) == ("failed", "A surname was missing")
        with writing():
            db.session.get(type(issued.holder), issued.holder.id).certificate_name = "Ana Soto"
        service.issue(activity_ref=ref)
        service.render(code=after)
        old, new = certificates()
        assert (old.state, old.note) == ("superseded", "A surname was missing")
        assert (new.state, new.reason) == ("issued", "A surname was missing")
    items = client.get(f"/api/v1/activities/{ref}/certificates", headers=bearer(app, COORDINATOR)).json["items"]
    assert [(i["note"], i["reason"]) for i in items] == [("A surname was missing", ""), ("", "A surname was missing")]
