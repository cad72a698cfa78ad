"""The commands of whoever answers for the record."""

import json

import pytest
from sqlalchemy import delete, update

from ilpes_lms.audit.chain import anchors, service
from ilpes_lms.audit.chain.models import AuditLink
from ilpes_lms.audit.models import AuditEntry
from tests.factories.audit import record, tamper


@pytest.fixture
def run(app, tmp_path, monkeypatch):
    monkeypatch.setattr(anchors, "file", lambda: tmp_path / "anchors.jsonl")
    return lambda *arguments: app.test_cli_runner().invoke(args=["audit", *arguments])


def test_a_whole_record_verifies_and_its_end_is_printed(app, run) -> None:
    with app.app_context():
        record(3)
    printed = run("anchor").output.strip()
    assert printed.startswith("3:")
    done = run("verify")
    assert done.exit_code == 0, done.output
    assert "3 entries chained, 1 anchors, 0 not chained yet" in done.output


def test_an_edit_is_said_with_its_number_and_fails(app, run) -> None:
    with app.app_context():
        record(3)
        run("anchor")
        tamper(update(AuditEntry).where(AuditEntry.object_id == "object1").values(actor="somebody else"))
    done = run("verify")
    assert done.exit_code == 1
    assert "Entry 2: who did it was changed" in done.output


def test_a_printed_anchor_tells_of_a_cut_tail_without_any_file(app, run) -> None:
    with app.app_context():
        record(3)
        printed = run("anchor").output.strip()
        anchors.file().unlink()
        tamper(
            delete(AuditLink).where(AuditLink.number == 3), delete(AuditEntry).where(AuditEntry.object_id == "object2")
        )
    assert run("verify").exit_code == 0
    assert "No anchor is known" in run("verify").output
    done = run("verify", "--anchor", printed)
    assert done.exit_code == 1
    assert "Entry 3: it was written down outside the database and is not there any more" in done.output
    with app.app_context():
        service.chain()


@pytest.mark.parametrize("text", ["nonsense", "x:abc", "12"])
def test_what_is_no_anchor_is_refused_in_words(run, text) -> None:
    done = run("verify", "--anchor", text)
    assert done.exit_code == 1
    assert "no anchor" in done.output
    assert "Traceback" not in done.output


def test_a_broken_file_of_anchors_is_refused_in_words(run, tmp_path) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text(json.dumps({"number": 1}) + "\n")
    done = run("verify", "--anchors", str(path))
    assert done.exit_code == 1
    assert "no anchor" in done.output


def test_no_anchor_is_written_after_a_broken_chain(app, run) -> None:
    with app.app_context():
        record(2)
        run("anchor")
        tamper(delete(AuditLink).where(AuditLink.number == 2))
    done = run("anchor")
    assert done.exit_code == 1
    assert "audit verify" in done.output
