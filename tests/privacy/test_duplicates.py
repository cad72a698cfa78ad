"""People who look like one person: by what evidence, how strongly, and decided by people alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from ilpes_lms.attendance.models import AttendanceImport, ReportedPerson
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.people.models import Person
from ilpes_lms.people.rules import Known
from ilpes_lms.privacy import service as privacy
from ilpes_lms.privacy.duplicates import queries, service
from ilpes_lms.privacy.duplicates.errors import PairUnknown
from ilpes_lms.privacy.duplicates.models import TwinPair
from ilpes_lms.privacy.duplicates.rules import (
    FAIR,
    STRONG,
    WEAK,
    Record,
    mailbox,
    one_letter_apart,
    pairs_of,
    words_of,
)
from ilpes_lms.privacy.merging import service as merging
from tests.factories import people
from tests.factories.attendance import make_taught
from tests.factories.enrolment import make_institution, make_someone

ANA = Known(residence_country="CHL", organization="mideplan")


def found(*records: Record) -> dict[tuple[int, int], tuple[str, ...]]:
    return {pair: likeness.same for pair, likeness in pairs_of(lambda: records).items()}


def test_accents_case_and_order_of_a_name_do_not_tell_people_apart() -> None:
    one, other = Record(1, "José Núñez", "", ANA), Record(2, "nunez JOSE", "", ANA)
    assert found(one, other) == {(1, 2): ("organization", "name", "residence_country")}
    assert pairs_of(lambda: [one, other])[1, 2].strength == STRONG


def test_a_name_alone_is_no_evidence_unless_nothing_else_is_known_of_one() -> None:
    chile, peru = Known(residence_country="CHL"), Known(residence_country="PER")
    assert found(Record(1, "Ana Soto", "", chile), Record(2, "Ana Soto", "", peru)) == {}
    assert found(Record(1, "Ana Soto", "", chile), Record(2, "Ana Soto", "", chile)) == {
        (1, 2): ("name", "residence_country")
    }
    known = Known(position="asesora")
    bare = Known(has_address=False)
    assert found(Record(1, "Ana Soto", "", known), Record(2, "Ana Soto", "", bare)) == {(1, 2): ("name", "only_name")}


def test_what_differs_makes_it_weaker() -> None:
    one = Known(residence_country="CHL", organization="mideplan", position="jefa")
    other = Known(residence_country="PER", organization="mideplan", position="asesora")
    likeness = pairs_of(lambda: [Record(1, "Ana Soto", "", one), Record(2, "Ana Soto", "", other)])[1, 2]
    assert (likeness.different, likeness.strength) == (("position", "residence_country"), WEAK)


@pytest.mark.parametrize(
    ("first", "second", "evidence"),
    [("ana.soto@cepal.org", "anasoto+cursos@cepal.org", "address"),
     ("ana.soto@gmail.com", "ana.soto@gmial.com", "domain"), ("ana.soto@cepal.org", "ana.soto@cepa.org", "domain")],
)  # fmt: skip
def test_addresses_that_differ_by_a_tag_a_dot_or_a_letter_speak_for_one(first: str, second: str, evidence: str) -> None:
    one, other = Record(1, "Ana", "", Known(), (first,)), Record(2, "Otra", "", Known(), (second,))
    assert found(one, other) == {(1, 2): (evidence,)}
    assert pairs_of(lambda: [one, other])[1, 2].strength == (FAIR if evidence == "address" else WEAK)


def test_an_office_s_address_and_the_commonest_names_say_nothing() -> None:
    offices = [Record(n, f"Persona {n}", "", Known(), (f"contacto@a{n}.cl",)) for n in range(3)]
    assert found(*offices) == {}
    crowd = [Record(n, "María González", "", Known(residence_country="MEX")) for n in range(60)]
    assert found(*crowd) == {}


def test_the_same_name_on_certificates_counts_with_something_else() -> None:
    one, other = Record(1, "Ana Soto", "Ana Soto Rojas", ANA), Record(2, "Ana S. Rojas", "Rojas Ana Soto", ANA)
    assert found(one, other) == {(1, 2): ("organization", "certificate_name", "residence_country")}


def test_a_report_that_showed_somebody_under_another_s_address_speaks_for_one() -> None:
    one = Record(1, "Ana Soto", "", Known(), ("ana@a.cl",), reported=("casa@b.cl",))
    assert found(one, Record(2, "A. S.", "", Known(), ("casa@b.cl",))) == {(1, 2): ("report",)}


WORDS = st.text("abcdefgh", min_size=1, max_size=8)


@given(word=WORDS, place=st.integers(0, 8), letter=st.sampled_from("xyz"))
def test_one_letter_more_less_or_other_is_one_letter_apart_both_ways(word: str, place: int, letter: str) -> None:
    longer = word[:place] + letter + word[place:]
    other = word[: place % len(word)] + letter + word[place % len(word) + 1 :]
    for changed in (longer, other):
        assert one_letter_apart(word, changed)
        assert one_letter_apart(changed, word)
    assert not one_letter_apart(word, word)
    assert not one_letter_apart(word, word + "xy")


@given(st.lists(st.builds(
    Record, number=st.integers(1, 30), name=st.sampled_from(["Ana Soto", "Soto Ana", "Luz Mar"]),
    certificate_name=st.just(""),
    known=st.builds(Known, organization=st.sampled_from(["", "a"]), residence_country=st.sampled_from(["", "CHL"])),
), unique_by=lambda one: one.number))  # fmt: skip
def test_pairs_do_not_depend_on_the_order_of_records(records: list[Record]) -> None:
    assert pairs_of(lambda: records) == pairs_of(lambda: reversed(records))
    assert all(first < second for first, second in pairs_of(lambda: records))


def test_words_and_mailboxes() -> None:
    assert words_of("  Núñez, José ") == words_of("jose nunez,")
    assert mailbox("A.B+c@X.org") == "ab@x.org"


def twins() -> tuple[int, int]:
    ministry = make_institution()
    return tuple(
        make_someone(given_names="Ana", first_surname="Soto", organization_id=ministry.id).id for _ in range(2)
    )


def listed() -> list[tuple[int, int]]:
    db.session.expire_all()
    return [(pair.first_id, pair.second_id) for pair in queries.pairs().items]


def test_pairs_are_kept_and_what_was_said_to_be_two_is_not_proposed_again(context) -> None:
    pair = twins()
    make_someone()
    assert service.look() == service.look() == 1
    assert listed() == [pair]
    ref = queries.pairs().items[0].public_id
    assert service.dismiss(pair_ref=ref).dismissed_at == service.dismiss(pair_ref=ref).dismissed_at
    service.look()
    assert listed() == []
    with pytest.raises(PairUnknown):
        service.dismiss(pair_ref="x")


def test_who_was_merged_or_erased_or_is_no_longer_alike_is_not_proposed(context) -> None:
    first, second = twins()
    service.look()
    refs = [people_ref(number) for number in (second, first)]
    seen = merging.preview_persons(gone_ref=refs[0], into=refs[1]).seen
    merging.merge_persons(gone_ref=refs[0], into=refs[1], seen=seen, reason="One.")
    assert listed() == []
    service.look()
    assert db.session.scalar(select(func.count()).select_from(TwinPair)) == 0


def people_ref(number: int) -> str:
    return db.session.get_one(Person, number).public_id


def test_erasing_somebody_erases_the_pairs_they_were_in(context) -> None:
    first, _second = twins()
    service.look()
    service.dismiss(pair_ref=queries.pairs().items[0].public_id)
    privacy.forget(person_ref=people_ref(first), reason="Asked for in writing")
    assert db.session.scalar(select(func.count()).select_from(TwinPair)) == 0


def test_a_line_of_a_report_that_somebody_matched_is_evidence(context) -> None:
    taught, owner = make_taught(sessions=1, participants=1), make_someone(email="casa@example.org")
    with writing() as session:
        report = AttendanceImport(
            class_session_id=taught.sessions[0].id, digest="x", platform="zoom", zone="UTC", least_minutes=1,
            faults=[], created_by="test", created_at=clock.now(),
        )  # fmt: skip
        session.add(report)
        session.flush()
        session.add(
            ReportedPerson(
                import_id=report.id, number=1, key="casa@example.org", name="Ana", email="casa@example.org", minutes=1,
                spans=[], standing="decided", enrolment_id=taught.enrolments[0].id,
            )
        )  # fmt: skip
    service.look()
    (pair,) = queries.pairs().items
    assert {pair.first_id, pair.second_id} == {owner.id, taught.enrolments[0].person_id}
    assert pair.evidence["same"][0] == "report"


def test_an_administrator_decides_and_an_auditor_looks(app, client, run_jobs) -> None:
    with app.app_context():
        people.administrator("admin@example.org", password=people.PASSWORD)
        people.staff("auditor", "auditor@example.org", password=people.PASSWORD)
        twins()
    people.sign_in(client, "admin@example.org")
    page = "/admin/people/duplicates"
    assert "Nobody looks like somebody else." in client.get(f"{page}?lang=en").text
    assert people.form_post(client, f"{page}/look", page=page).status_code == 303
    assert run_jobs() >= 1
    shown = client.get(f"{page}?lang=en").text
    assert "The same institution." in shown
    assert shown.count("Ana Soto") >= 2
    auditor, token = app.test_client(), people.bearer(app, "auditor@example.org")
    people.sign_in(auditor, "auditor@example.org")
    assert "They are two people" not in auditor.get(f"{page}?lang=en").text
    found = client.get("/api/v1/people/duplicates", headers=token).json["items"]
    assert (len(found), found[0]["same"]) == (
        1, ["organization", "name", "certificate_name", "residence_country"],
    )  # fmt: skip
    address = f"/api/v1/people/duplicates/{found[0]['pair_ref']}/different"
    assert app.test_client().put(address, headers=token).status_code == 403
    admin = people.bearer(app, "admin@example.org")
    assert app.test_client().put(address, headers=admin).json["dismissed_at"]
    assert app.test_client().put("/api/v1/people/duplicates/look", headers=admin).status_code == 204
    assert "Ana Soto" not in client.get(page).text
