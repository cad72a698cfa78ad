"""One's own data: complete, one's own, in words, and to take along."""

import json

import pytest
from sqlalchemy import update

from ilpes_lms.attendance.models import OutcomeAppeal, PlatformRecord
from ilpes_lms.calendars import service as calendars
from ilpes_lms.calendars.models import CalendarBook, CalendarEntry
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core import clock
from ilpes_lms.core.database import Model, writing
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.enrolment.models import Invitation, NominationQuota
from ilpes_lms.notifications.models import DeclinedKind, DigestChoice, Message
from ilpes_lms.people import service as people_service
from ilpes_lms.people.models import Consent, FormerAddress, ProviderIdentity, RoleGrant, SecondFactor
from ilpes_lms.privacy import exporters, wording
from ilpes_lms.privacy.errors import TwoExporters
from ilpes_lms.privacy.merging import service as merging
from ilpes_lms.privacy.models import ErasureRequest
from ilpes_lms.privacy.retention.models import DisuseNotice
from ilpes_lms.privacy.taking.models import DataArchive
from ilpes_lms.statistics import service as statistics
from ilpes_lms.statistics.models import Compilation
from ilpes_lms.web.models import RememberedAnswer
from tests.factories import people
from tests.factories.applications import make_question, pdf
from tests.factories.attendance import complete, make_taught
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol

EMAIL = "ana@example.org"


def whole(client) -> str:
    """Return the pages of all rooms as one text, in English."""
    return "".join(client.get(f"/my/data/{room}?lang=en").text for room in wording.ROOM_LABELS)


def _merge_another_record(into: str) -> None:
    gone = people.person("ana.antes@example.org", given_names="Ana", first_surname="Soto").public_id
    seen = merging.preview_persons(gone_ref=gone, into=into).seen
    merging.merge_persons(gone_ref=gone, into=into, seen=seen, reason="La misma cédula.")


@pytest.fixture
def ana(app) -> int:
    """Someone of whom every room knows something."""
    with app.app_context():
        person = people.person(EMAIL, given_names="Ana", first_surname="Soto")
        _merge_another_record(person.public_id)
        taught = make_taught(sessions=1, participants=0, titles={"es": "Curso con marcas"})
        held = enrol(taught.activity, person)
        _ask_for_a_correction(held)
        _tell_calendar(held)
        complete(taught)
        applied = make_activity("international_open", title="Curso al que postuló", starts_in=20)
        _apply(applied, person)
        unsent = make_activity("international_open", title="Curso sin enviar", starts_in=30)
        enrolment.save_draft(activity_ref=unsent.public_id, person_id=person.id, motivation="Casi", said={})
        _add_the_rest(person, applied.id)
        return person.id


def _ask_for_a_correction(enrolment) -> None:
    """Have an outcome looked at again, and something told by the learning platform."""
    with writing() as session:
        session.add(OutcomeAppeal(enrolment_id=enrolment.id, text="Estuve.", state="open", asked_at=clock.now()))
        session.add(PlatformRecord(enrolment_id=enrolment.id, items={"Foro": True}, updated_at=clock.now()))


def _tell_calendar(enrolment) -> None:
    """Have a calendar told of a class session, and another one fetch all of them."""
    calendars.make_feed(person_id=enrolment.person_id)
    with writing() as session:
        book = CalendarBook(enrolment_id=enrolment.id, standing=True, rounds=0)
        session.add(book)
        session.flush()
        session.add(CalendarEntry(
            book_id=book.id, uid="x", sequence=0, standing=True, fingerprint="x", starts_at=clock.now(),
            ends_at=clock.now(), zone="America/Lima", whole_days=False, title="", told_at=clock.now(), message_id="x",
        ))  # fmt: skip


def _apply(activity, person) -> None:
    """Apply with an answer of each kind."""
    where = {"activity_ref": activity.public_id, "person_id": person.id}
    asked = {kind: make_question(activity, kind).public_id for kind in ("text", "choice", "number", "file")}
    token = enrolment.keep_file(**where, question_ref=asked["file"], name="Carta.pdf", content=pdf())
    said = {asked["text"]: "Un <i>plan</i>", asked["choice"]: "2", asked["number"]: "12,5", asked["file"]: token}
    enrolment.apply(**where, motivation="Por <b>esto</b>", said=said)


def _add_the_rest(person, activity_id: int) -> None:
    """One row of each table that the steps above leave empty."""
    account, now = people.account(EMAIL), clock.now()
    statistics.ask_compilation(start=now.date(), end=now.date())
    catalogue.assign(activity_id=activity_id, person_id=person.id, role="instructor")
    rows = [
        DeclinedKind(person_id=person.id, kind="reminders.activity_starts", at=now),
        DigestChoice(person_id=person.id, hour=7, at=now),
        FormerAddress(person_id=person.id, address="before@example.org", left_at=now),
        ProviderIdentity(account_id=account.id, issuer="https://id.example.org", subject="1", linked_at=now),
        SecondFactor(account_id=account.id, secret="sealed", created_at=now),
        Consent(person_id=person.id, notice_version="2026-01", given_at=now),
        ErasureRequest(person_id=person.id, asked_at=now, due_at=now),
        RoleGrant(person_id=person.id, role="statistics_reader", granted_at=now),
        Certificate(
            serial="ILPES-2027-000001", kind="completion", person_id=person.id, activity_ref="x", language="es",
            content={"name": "Ana Soto"}, requested_at=now,
        ),
        Invitation(
            activity_id=activity_id, email=EMAIL, email_key=EMAIL, given_names="Ana", first_surname="Soto",
            link_digest="x", created_at=now,
        ),
        NominationQuota(
            activity_id=activity_id, organization_id=people.organization().id, places=2, closes_at=now,
            focal_point_email=EMAIL.upper(), link_digest="x", created_at=now,
        ),
        DataArchive(person_id=person.id, asked_at=now),
        DisuseNotice(person_id=person.id, told_at=now),
        RememberedAnswer(
            caller=account.public_id, endpoint="/api/v1/x", key="k", body_digest="x", status=201, answer=b"", at=now
        ),
    ]  # fmt: skip
    with writing() as session:
        session.add_all(rows)
        session.execute(update(Compilation).values(asked_by=account.public_id))
        session.add(Message(kind="people.confirm_email", key="k", person_id=person.id, values={}, message_id="m",
                            due_at=now, created_at=now, text="Hola", subject="Confirme"))  # fmt: skip


def test_every_room_s_part_has_something_to_show_in_these_tests(app, ana) -> None:
    """The negative control of the tests below: a part that is empty here would not be tried at all."""
    people.bearer(app, EMAIL)
    with app.app_context():
        found = exporters.export(ana)
    assert [(room, part) for room, parts in found.items() for part, items in parts.items() if not items] == []


def test_one_sees_what_every_room_has(app, client, ana) -> None:
    people.sign_in(client, EMAIL)
    assert client.get("/my/data?lang=en").status_code == 200
    page = whole(client)
    courses = ("Curso con marcas", "Curso al que postuló", "Curso sin enviar")
    for text in ("You and your account", EMAIL, *courses, "Present", "Under review"):
        assert text in page, text


def test_what_no_room_keeps_has_no_page(client, ana) -> None:
    people.sign_in(client, EMAIL)
    assert client.get("/my/data/kitchen").status_code == 404


def test_what_one_wrote_is_shown_as_text(client, ana) -> None:
    people.sign_in(client, EMAIL)
    page = whole(client)
    assert "Por &lt;b&gt;esto&lt;/b&gt;" in page
    assert "<b>esto" not in page


def test_one_s_answers_are_there_with_the_way_to_the_file(client, ana) -> None:
    people.sign_in(client, EMAIL)
    page = whole(client)
    for text in ("Un &lt;i&gt;plan", "Up to ten", "12.5", "Carta.pdf", "Casi"):
        assert text in page, text
    taken = json.loads(client.get("/my/data.json").text)["rooms"]["enrolment"]
    (file,) = [a["file"] for e in taken["enrolments"] for a in e["answers"] if a["file"]]
    assert client.get(file).data.startswith(b"%PDF-")


def test_the_page_leads_to_erasure(client, ana) -> None:
    people.sign_in(client, EMAIL)
    assert 'href="/my/data/erase"' in client.get("/my/data?lang=en").text


def test_the_file_holds_what_the_page_shows(client, ana) -> None:
    people.sign_in(client, EMAIL)
    answer = client.get("/my/data.json")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="ilpes-')
    taken = json.loads(answer.text)
    assert taken["rooms"]["people"]["profile"]["first_surname"] == "Soto"
    assert [mark["mark"] for mark in taken["rooms"]["attendance"]["marks"]] == ["present"]
    states = {each["titles"]["es"]: each["state"] for each in taken["rooms"]["enrolment"]["enrolments"]}
    assert states == {"Curso con marcas": "confirmed", "Curso al que postuló": "applied"}


def test_one_gets_nothing_of_anybody_else(app, client, ana) -> None:
    with app.app_context():
        people.person("otra@example.org", given_names="Otra")
    people.sign_in(client, "otra@example.org")
    text = client.get("/my/data.json").text
    assert EMAIL not in text
    assert "Curso al que postuló" not in text


def test_json_gives_the_same_as_the_file(app, client, ana) -> None:
    answer = client.get("/api/v1/me/data", headers=people.bearer(app, EMAIL)).get_json()
    assert answer["rooms"]["people"]["addresses"][0]["address"] == EMAIL
    assert set(answer["rooms"]) == set(wording.ROOM_LABELS)


def test_neither_password_nor_secrets_nor_row_numbers_are_taken_along(app, client, ana) -> None:
    with app.app_context():
        people_service.request_reset(email=EMAIL, caller="192.0.2.1")
    people.sign_in(client, EMAIL)
    names = set(_names(json.loads(client.get("/my/data.json").text)["rooms"]))
    assert not {name for name in names if "password" in name or "digest" in name or name.endswith("_id")} - {
        "object_id"
    }


def test_every_stored_name_has_a_word(app, ana) -> None:
    people.bearer(app, EMAIL)
    with app.app_context():
        found = exporters.export(ana)
    missing = {
        name
        for parts in found.values()
        for part, items in parts.items()
        for name in [part, *_shown(items)]
        if name not in wording.LABELS
    }
    assert missing == set()


def test_every_table_that_names_a_person_is_exported_or_named_here() -> None:
    """A new table with a person in it must be thought of."""
    exported = {
        "email_addresses", "accounts", "role_grants", "consents", "assignments", "enrolments", "certificates",
        "messages", "declined_kinds", "digest_choices", "application_drafts", "calendar_feeds", "erasure_requests",
        "former_addresses", "data_archives", "disuse_notices",
    }  # fmt: skip
    with_person = {table.name for table in Model.metadata.sorted_tables if "person_id" in table.columns}
    assert with_person == exported


def test_two_exporters_of_one_room_are_refused(app) -> None:
    with pytest.raises(TwoExporters):
        exporters.register(app, "people", lambda _person_id: {})


def _names(value):
    if isinstance(value, dict):
        for name, part in value.items():
            yield name
            if name not in wording.AS_STORED:
                yield from _names(part)
    elif isinstance(value, list):
        for part in value:
            yield from _names(part)


def _shown(value):
    return [name for name in _names(value) if name not in {"es", "en", "pt", "fr"}]
