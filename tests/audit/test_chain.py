"""The record as a chain: what is edited, deleted or cut off is found; what is erased leaves it whole."""

import json

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from ilpes_lms.audit import service as audit
from ilpes_lms.audit.chain import anchors, queries, rules, service
from ilpes_lms.audit.chain.errors import ChainBroken
from ilpes_lms.audit.chain.models import AuditLink
from ilpes_lms.audit.models import AuditEntry, SeenPerson
from ilpes_lms.core import actor
from ilpes_lms.core.database import db, writing
from tests.factories.audit import record, tamper

ANA, LUIS = "a" * 26, "b" * 26


@pytest.fixture
def kept(context, tmp_path, monkeypatch):
    """A file of anchors of this test's own."""
    monkeypatch.setattr(anchors, "file", lambda: tmp_path / "anchors" / "audit.jsonl")


def found(*known: rules.Anchor) -> set[tuple[int, str]]:
    return {(fault.number, fault.code) for fault in service.verify(known or anchors.kept()).faults}


def entry_of(number: int):
    return select(AuditLink.entry_id).where(AuditLink.number == number).scalar_subquery()


def see(*people: str) -> None:
    with actor.acting("reader"):
        audit.record_seen("teach.roster", "activity", "c" * 26, people)


def test_what_was_written_is_chained_in_order_and_whole(kept) -> None:
    record(7)
    assert service.chain() == 7
    assert service.chain() == 0
    record(2)
    assert service.chain() == 2
    numbers = db.session.scalars(select(AuditLink.number).order_by(AuditLink.entry_id)).all()
    assert numbers == list(range(1, 10))
    verified = service.verify([])
    assert (verified.links, verified.faults, verified.waiting.number) == (9, [], 0)


def test_a_batch_ends_where_it_must_and_the_next_goes_on(kept) -> None:
    record(5)
    assert [service.chain_some(most=2) for _ in range(4)] == [2, 2, 1, 0]
    assert found() == set()


def test_what_was_committed_late_is_chained_after_what_it_was_written_before(kept) -> None:
    """Its number in the table is lower: whoever only looked behind the last link would never see it."""
    record(3)
    late = {"at": func.now(), "actor": "late", "verb": "thing.done", "object_type": "thing", "object_id": "late"}
    with writing() as session:
        first = session.scalar(select(AuditEntry).order_by(AuditEntry.id))
        gap = first.id - 1
    service.chain()
    with writing() as session:
        session.execute(insert(AuditEntry).values(id=gap, details={}, **{**late, "at": first.at}))
    assert service.chain() == 1
    last = queries.last()
    assert (last.number, last.entry_id) == (4, gap)
    assert found() == set()


def test_what_waits_to_be_chained_is_counted_and_is_no_fault(kept) -> None:
    record(2)
    service.chain()
    record(3)
    verified = service.verify([])
    assert (verified.links, verified.waiting.number, verified.faults) == (2, 3, [])
    assert verified.waiting.oldest is not None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"verb": "thing.undone"}, "digest"),
        ({"object_type": "other"}, "digest"),
        ({"actor": "somebody else"}, "actor"),
        ({"object_id": "another"}, "object"),
        ({"details": {"places": 8}}, "object"),
        ({"actor": ""}, "actor"),
    ],
)
def test_trust_40_an_edit_of_an_entry_is_detected(kept, change, code) -> None:
    record(4, places=7)
    service.anchor()
    assert found() == set()
    tamper(update(AuditEntry).where(AuditEntry.id == entry_of(2)).values(**change))
    assert found() == {(2, code)}


def test_trust_40_an_edit_of_the_hour_is_detected(kept) -> None:
    record(3)
    service.anchor()
    first = db.session.scalar(select(func.min(AuditEntry.at)))
    tamper(update(AuditEntry).where(AuditEntry.id == entry_of(3)).values(at=first))
    assert found() == {(3, "digest")}


def test_trust_40_a_deletion_of_an_entry_is_detected(kept) -> None:
    record(4)
    service.anchor()
    tamper(delete(AuditLink).where(AuditLink.number == 2), delete(AuditEntry).where(AuditEntry.object_id == "object1"))
    assert found() == {(3, "gap"), (3, "predecessor")}


def test_trust_40_a_deletion_of_the_first_entry_is_detected(kept) -> None:
    record(3)
    service.anchor()
    tamper(delete(AuditLink).where(AuditLink.number == 1), delete(AuditEntry).where(AuditEntry.object_id == "object0"))
    assert found() == {(2, "gap"), (2, "predecessor")}


def test_trust_40_a_cut_tail_is_detected_by_what_was_written_down_outside(kept) -> None:
    record(5)
    anchor = service.anchor()
    ids = select(AuditLink.entry_id).where(AuditLink.number > 3)
    gone = db.session.scalars(ids).all()
    tamper(delete(AuditLink).where(AuditLink.number > 3), delete(AuditEntry).where(AuditEntry.id.in_(gone)))
    assert found() == {(5, "cut")}
    assert found(anchor) == {(5, "cut")}
    # The negative control: without what was written down, a chain that is shorter is as good as another.
    assert service.verify([]).faults == []


def test_trust_40_a_cut_tail_that_was_written_anew_is_detected(kept) -> None:
    record(5)
    service.anchor()
    tamper(delete(AuditLink).where(AuditLink.number > 3))
    # The sweep chains the same entries again; their salts, and so their digests, are others.
    assert service.chain() == 2
    assert service.verify([]).faults == []
    assert found() == {(5, "anchor")}


def test_trust_40_a_person_taken_out_of_those_who_were_seen_is_detected(kept) -> None:
    see(ANA, LUIS)
    see(ANA)
    service.anchor()
    tamper(update(SeenPerson).where(SeenPerson.person_ref == LUIS).values(person_ref="d" * 26))
    assert found() == {(1, "person")}
    tamper(delete(SeenPerson).where(SeenPerson.person_ref == ANA, SeenPerson.entry_id == entry_of(2)))
    assert found() == {(1, "person"), (2, "object")}


def test_trust_40_an_entry_made_to_look_erased_is_detected(kept) -> None:
    record(3, places=7)
    service.anchor()
    blank = {"object_id": "", "details": {}}
    tamper(
        update(AuditEntry).where(AuditEntry.id == entry_of(2)).values(**blank),
        update(AuditLink).where(AuditLink.number == 2).values(object_salt=""),
    )
    assert found() == {(2, "erased")}


def test_trust_38_an_erased_person_leaves_seals_alone_and_the_chain_verifies(kept) -> None:
    record(2, by=ANA)
    with actor.acting("administrator"):
        audit.record("account.disabled", "person", ANA, note="about Ana")
    see(ANA, LUIS)
    service.anchor()
    digests = db.session.scalars(select(AuditLink.digest).order_by(AuditLink.number)).all()
    with actor.acting("administrator"):
        assert service.erase([ANA]) == 4
    service.anchor()
    assert found() == set()
    assert db.session.scalars(select(AuditLink.digest).order_by(AuditLink.number)).all()[:4] == digests
    rows = [*db.session.execute(select(AuditEntry.__table__)), *db.session.execute(select(SeenPerson.__table__))]
    assert not any(ANA in str(row) or "about Ana" in str(row) for row in rows)
    assert any(LUIS in str(row) for row in rows)
    # Who disabled the account stays, and what was done.
    assert db.session.scalars(select(AuditEntry.actor).where(AuditEntry.verb == "account.disabled")).all() == [
        "administrator"
    ]


def test_trust_38_without_its_salt_a_seal_does_not_tell_a_good_guess_from_a_bad_one(kept) -> None:
    record(1, by=ANA)
    service.chain()
    link = db.session.scalar(select(AuditLink))
    # The negative control: with the salt, whoever guesses knows.
    assert rules.sealed(link.actor_salt, ANA) == link.actor_seal
    service.erase([ANA])
    link = db.session.scalar(select(AuditLink).where(AuditLink.number == 1))
    assert rules.sealed(link.actor_salt, ANA) != link.actor_seal


def test_erasing_chains_first_what_was_not_chained_yet(kept) -> None:
    record(3, by=ANA)
    assert service.erase([ANA]) == 3
    service.chain()
    assert service.verify([]).links == 4
    assert found() == set()


def test_erasing_nobody_records_nothing(kept) -> None:
    record(2)
    assert service.erase([ANA]) == 0
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 2


@pytest.mark.parametrize("table", [AuditEntry, AuditLink, SeenPerson])
def test_the_database_refuses_to_delete_from_the_record(kept, table) -> None:
    see(ANA)
    service.chain()
    with pytest.raises(IntegrityError, match="only grows"), writing() as session:
        session.execute(delete(table))


@pytest.mark.parametrize(
    ("table", "change"),
    [
        (AuditEntry, {"verb": "other"}), (AuditEntry, {"actor": "other"}), (AuditEntry, {"object_id": ""}),
        (AuditEntry, {"details": {"a": 1}}), (AuditLink, {"digest": "0" * 64}), (AuditLink, {"actor_salt": "0"}),
        (AuditLink, {"number": 7}), (SeenPerson, {"person_ref": LUIS}), (SeenPerson, {"person_ref": ""}),
        (SeenPerson, {"seal": "0" * 64}),
    ],
)  # fmt: skip
def test_the_database_refuses_to_change_the_record_except_by_erasing(kept, table, change) -> None:
    see(ANA)
    service.chain()
    with pytest.raises(IntegrityError, match="only grows"), writing() as session:
        session.execute(update(table).values(**change))


def test_an_anchor_is_a_line_that_is_added_once(kept) -> None:
    assert service.anchor() is None
    record(2)
    first = service.anchor()
    assert service.anchor() == first
    record(1)
    second = service.anchor()
    assert anchors.kept() == [first, second]
    lines = anchors.file().read_text().splitlines()
    assert [json.loads(line)["number"] for line in lines] == [2, 3]


def test_a_chain_that_is_not_what_was_written_down_gets_no_further_anchor(kept) -> None:
    record(2)
    service.anchor()
    tamper(delete(AuditLink).where(AuditLink.number == 2))
    with pytest.raises(ChainBroken):
        service.anchor()
    assert len(anchors.kept()) == 1
