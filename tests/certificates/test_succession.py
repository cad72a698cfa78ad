"""A certificate that is corrected, or wanted in another language, has one successor; the old one says so."""

import threading

import pytest
from sqlalchemy import select, update

from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.certificates import errors, queries, rules, service
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core.database import db, writing
from tests.certificates.test_service import text_of
from tests.factories.certificates import certificates, make_issued
from tests.factories.notifications import deliver_all, mailbox
from tests.factories.notifications import text_of as letter_of
from tests.factories.people import bearer, coordinator, form_post, person, sign_in

HOLDER = "holder@example.org"


def rename(issued, name: str) -> None:
    with writing():
        issued.holder.certificate_name = name


def test_a_corrected_one_supersedes_the_old_one_once_it_is_issued(context) -> None:
    issued = make_issued(email=HOLDER)
    old = issued.certificate.code
    rename(issued, "Ana Corregida")
    new = service.reissue(code=old, reason="A letter was missing").code
    assert queries.check(old).answer == "valid"
    assert queries.check(new).answer == "unknown"
    assert service.render_queued() == 1
    before, after = certificates()
    assert (queries.check(old).answer, queries.check(new).answer) == ("superseded", "valid")
    assert (before.state, before.note) == ("superseded", "A letter was missing")
    assert before.ended_at
    assert (after.edition, after.replaces_id, after.note) == (2, before.id, "")
    assert after.serial > before.serial
    assert "Ana Corregida" in text_of(after.file_key)
    assert "Ana Corregida" not in text_of(before.file_key)
    assert queries.chain(before) == queries.Chain(None, after)
    assert queries.chain(after) == queries.Chain(before, None)


def test_a_chain_of_three_leads_from_each_to_the_next(context) -> None:
    issued = make_issued()
    code = issued.certificate.code
    for _ in range(2):
        code = service.reissue(code=code, reason="again").code
        service.render_queued()
    first, second, third = certificates()
    assert queries.chain(second) == queries.Chain(first, third)
    assert [c.state for c in (first, second, third)] == ["superseded", "superseded", "issued"]


def test_only_a_valid_certificate_has_a_successor_and_only_one(context) -> None:
    code = make_issued().certificate.code
    with pytest.raises(errors.ReissueReasonMissing):
        service.reissue(code=code, reason=" ")
    with pytest.raises(errors.UnknownCertificate):
        service.reissue(code="nowhere", reason="why")
    service.reissue(code=code, reason="why")
    with pytest.raises(errors.SuccessorUnderWay):
        service.reissue(code=code, reason="why")
    service.render_queued()
    with pytest.raises(errors.StepNotPossible):
        service.reissue(code=code, reason="why")
    service.revoke(code=certificates()[1].code, reason="why")
    with pytest.raises(errors.StepNotPossible):
        service.reissue(code=certificates()[1].code, reason="why")


def test_two_coordinators_who_correct_at_once_make_one_successor(app) -> None:
    with app.app_context():
        code = make_issued().certificate.code
    barrier, outcomes = threading.Barrier(2), []

    def work() -> None:
        with app.app_context():
            barrier.wait()
            try:
                outcomes.append(service.reissue(code=code, reason="why").code)
            except errors.SuccessorUnderWay:
                outcomes.append("refused")

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert outcomes.count("refused") == 1
        assert len(certificates()) == 2


def test_a_revocation_while_the_successor_is_made_wins(context) -> None:
    code = make_issued().certificate.code
    service.reissue(code=code, reason="why")
    service.revoke(code=code, reason="It was never earned")
    assert service.render_queued() == 0
    before, after = certificates()
    assert (before.state, after.state, after.note) == ("revoked", "failed", rules.OVERTAKEN)
    assert list(queries.failed(after.activity_ref)) == []
    assert service.issue(activity_ref=after.activity_ref) == 0


def test_a_name_that_can_not_be_printed_leaves_the_old_one_valid_until_it_can(context) -> None:
    issued = make_issued()
    rename(issued, "Ana \u4e2d")
    service.reissue(code=issued.certificate.code, reason="why")
    assert service.render_queued() == 0
    assert [c.state for c in certificates()] == ["issued", "failed"]
    rename(issued, "Ana Zhong")
    service.reissue(code=issued.certificate.code, reason="with a name that can be printed")
    assert service.render_queued() == 1
    assert [(c.state, c.content["holder"]) for c in certificates()][1] == ("issued", "Ana Zhong")
    assert len(certificates()) == 2


def test_one_s_own_certificate_in_another_language_keeps_the_name(context) -> None:
    issued = make_issued(email=HOLDER, language="es")
    name = issued.certificate.content["holder"]
    rename(issued, "Somebody Else")
    service.translate(code=issued.certificate.code, person_id=issued.holder.id, language="fr")
    service.render_queued()
    after = certificates()[1]
    assert (after.language, after.content["holder"], after.state) == ("fr", name, "issued")
    assert "Il est certifié que" in text_of(after.file_key)


def test_a_language_that_is_none_or_the_same_is_refused(context) -> None:
    issued = make_issued(language="es")
    for language in ("es", "xx", ""):
        with pytest.raises(errors.LanguageNotOffered):
            service.translate(code=issued.certificate.code, person_id=issued.holder.id, language=language)
    other = person("other@example.org")
    with pytest.raises(errors.UnknownCertificate):
        service.translate(code=issued.certificate.code, person_id=other.id, language="fr")


def test_nobody_makes_editions_without_end(context, monkeypatch) -> None:
    monkeypatch.setattr(rules, "MOST_EDITIONS", 2)
    issued = make_issued()
    service.translate(code=issued.certificate.code, person_id=issued.holder.id, language="fr")
    service.render_queued()
    with pytest.raises(errors.TooManyEditions):
        service.translate(code=certificates()[1].code, person_id=issued.holder.id, language="en")


def test_a_certificate_whose_activity_is_gone_is_corrected_from_what_it_says(context) -> None:
    issued = make_issued()
    title = issued.certificate.content["title"]
    with writing():
        db.session.execute(update(Certificate).values(activity_ref="gone"))
    rename(issued, "Ana Corregida")
    with pytest.raises(errors.ActivityNotKept):
        service.translate(code=issued.certificate.code, person_id=issued.holder.id, language="fr")
    after = service.reissue(code=issued.certificate.code, reason="why")
    service.render_queued()
    after = certificates()[1]
    assert (after.content["holder"], after.content["title"]) == ("Ana Corregida", title)
    assert after.content["verify_url"].endswith(f"/verify/{after.code}")
    assert after.code in text_of(after.file_key)


def test_the_database_itself_refuses_a_second_successor(context) -> None:
    from sqlalchemy.exc import IntegrityError

    issued = make_issued()
    service.reissue(code=issued.certificate.code, reason="why")
    after = certificates()[1]
    second = Certificate(
        serial="ILPES-0-1", kind=after.kind, edition=9, activity_ref=after.activity_ref, language="es", content={},
        replaces_id=after.replaces_id, requested_at=after.requested_at,
    )  # fmt: skip
    with pytest.raises(IntegrityError), writing():
        db.session.add(second)


def test_the_pages_lead_from_the_old_to_the_new(app, client) -> None:
    with app.app_context():
        coordinator()
        issued = make_issued(email=HOLDER)
        code, ref = issued.certificate.code, issued.taught.activity.public_id
        rename(issued, "Ana Corregida")
    sign_in(client, "coordinator@example.org")
    assert f"/coordinate/certificates/{code}/reissue" in client.get(f"/coordinate/activities/{ref}/certificates").text
    url = f"/coordinate/certificates/{code}/reissue?lang=en"
    assert form_post(client, url, {"reason": ""}).status_code == 422
    assert form_post(client, url, {"reason": "A letter"}).status_code == 303
    assert form_post(client, url, {"reason": "A letter"}).status_code == 422
    with app.app_context():
        service.render_queued()
        new = certificates()[1]
    old_page = client.get(f"/verify/{code}?lang=en").text
    assert "was replaced" in old_page
    assert f"/verify/{new.code}" in old_page
    assert "A letter" not in old_page
    assert f"/verify/{code}" in client.get(f"/verify/{new.code}?lang=en").text
    answer = client.get(f"/api/v1/certificates/{code}").json
    assert (answer["state"], answer["replaced_by"], answer["replaces"]) == ("superseded", new.code, None)
    deliver_all(app)
    letters = [letter_of(m) for m in mailbox(app, HOLDER)]
    assert any("no es válido" in letter or "ya no es válido" in letter for letter in letters)


def test_the_holder_chooses_the_language_on_the_own_page(app, client) -> None:
    with app.app_context():
        person("other@example.org")
        code = make_issued(email=HOLDER, language="es").certificate.code
    sign_in(client, HOLDER)
    page, url = "/my/certificates?lang=en", f"/my/certificates/{code}/language"
    assert "In another language" in client.get(page).text
    assert form_post(client, url, {"language": "es"}, page=page).status_code == 422
    assert form_post(client, url, {"language": "pt"}, page=page).status_code == 303
    with app.app_context():
        assert [c.language for c in certificates()] == ["es", "pt"]
    other = app.test_client()
    sign_in(other, "other@example.org")
    assert form_post(other, url, {"language": "fr"}, page="/my/certificates").status_code == 404


def test_what_the_pages_do_json_does(app, client) -> None:
    with app.app_context():
        coordinator()
        coordinator("elsewhere@example.org", division="statistics")
        code = make_issued(email=HOLDER, language="es").certificate.code
    mine, url = bearer(app, HOLDER), f"/api/v1/me/certificates/{code}/language"
    assert client.post(url, json={"language": "xx"}, headers=mine).status_code == 422
    answer = client.post(url, json={"language": "fr"}, headers=mine)
    assert (answer.status_code, answer.json["language"], answer.json["state"]) == (202, "fr", "queued")
    with app.app_context():
        service.render_queued()
    url = f"/api/v1/certificates/{answer.json['code']}/reissue"
    assert client.post(url, json={"reason": "x"}, headers=mine).status_code == 403
    assert client.post(url, json={"reason": "x"}, headers=bearer(app, "elsewhere@example.org")).status_code == 404
    staff = bearer(app, "coordinator@example.org")
    assert client.post(url, json={}, headers=staff).status_code == 422
    assert client.post(url, json={"reason": ""}, headers=staff).json["code"] == "reissue_reason_missing"
    assert client.post(url, json={"reason": "x"}, headers=staff).status_code == 202
    assert client.post(url, json={"reason": "x"}, headers=staff).json["code"] == "successor_under_way"


def test_whose_certificate_is_revoked_gets_a_message_without_the_reason(context) -> None:
    issued = make_issued(email=HOLDER)
    service.revoke(code=issued.certificate.code, reason="Se confundió con otra persona")
    with pytest.raises(errors.StepNotPossible):
        service.revoke(code=issued.certificate.code, reason="Otra vez")
    deliver_all(context)
    (letter,) = [one for one in mailbox(context, HOLDER) if "revocado" in one["Subject"]]
    assert issued.certificate.serial in letter_of(letter)
    assert "otra persona" not in letter_of(letter)


def test_the_record_of_deeds_tells_a_correction_from_another_language_and_keeps_no_reason(context) -> None:
    issued = make_issued(email=HOLDER)
    french = service.translate(code=issued.certificate.code, person_id=issued.holder.id, language="fr")
    service.render_queued()
    service.reissue(code=french.code, reason="Se llama Ana")
    entries = select(AuditEntry).where(AuditEntry.verb == "certificate.reissue").order_by(AuditEntry.id)
    found = [one.details for one in db.session.scalars(entries)]
    assert [details["cause"] for details in found] == ["language", "correction"]
    assert "Ana" not in str(found)
