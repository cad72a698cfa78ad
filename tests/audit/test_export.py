"""A period of the record taken along: whole, provable without the system, and recorded."""

import csv
import io
import json
from dataclasses import replace

import pytest

from ilpes_lms.audit import queries
from ilpes_lms.audit.chain import anchors, documents, rules, service
from ilpes_lms.core import actor, clock
from ilpes_lms.core.settings import institute_zone
from tests.factories import people
from tests.factories.audit import record


@pytest.fixture
def exported(app, client):
    """The day's record as an administrator takes it along."""
    with app.app_context():
        people.administrator()
        record(3, by="somebody", note="=1+1")
        today = clock.today(institute_zone()).isoformat()
    people.sign_in(client, "admin@example.org")

    def take(form: str):
        return client.get(f"/admin/audit/export.{form}?from={today}&to={today}")

    return take


def test_the_file_proves_itself_and_its_place_in_the_chain(app, exported) -> None:
    said = json.loads(exported("json").data)
    assert documents.faults_of(said) == []
    assert [entry["object"] for entry in said["entries"] if entry["verb"] == "thing.done"] == [
        "object0", "object1", "object2"
    ]  # fmt: skip
    with app.app_context():
        last = said["entries"][-1]
        assert documents.faults_of(said, (rules.Anchor(last["number"], last["digest"]),)) == []
        assert documents.faults_of(said, (rules.Anchor(last["number"], "0" * 64),)) != []


@pytest.mark.parametrize(
    "change",
    [
        lambda entries: entries[0].update(actor="somebody else"),
        lambda entries: entries[1].update(at="2020-01-01T00:00:00+00:00"),
        lambda entries: entries[1]["details"].update(note="other"),
        lambda entries: entries.pop(1),
        lambda entries: entries.reverse(),
    ],
)
def test_trust_40_a_change_of_the_file_is_detected(exported, change) -> None:
    said = json.loads(exported("json").data)
    change(said["entries"])
    assert documents.faults_of(said) != []


def test_what_lies_outside_the_period_is_there_for_the_chain_alone(context) -> None:
    record(3)
    service.chain()
    today = clock.today(institute_zone())
    found = service.export(first=today, last=today)
    found = replace(found, whole=found.whole - {2})
    said = documents.document(found)
    assert "actor" not in said["entries"][1]
    assert "object1" not in json.dumps(said)
    assert documents.faults_of(said) == []


def test_a_table_has_a_line_for_each_entry_and_no_formula(exported) -> None:
    lines = list(csv.DictReader(io.StringIO(exported("csv").data.decode("utf-8-sig"))))
    assert [line["object"] for line in lines if line["verb"] == "thing.done"] == ["object0", "object1", "object2"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line.values())
    assert all(len(line["digest"]) == 64 for line in lines)


def test_taking_it_along_is_recorded(app, exported) -> None:
    exported("json")
    with app.app_context():
        [entry] = queries.entries(queries.Sought(verb="audit.exported")).items
        assert entry.actor == people.account("admin@example.org").public_id
        assert entry.details["entries"] >= 3


def test_an_auditor_s_program_takes_the_same_along(app, client, exported) -> None:
    with app.app_context():
        people.staff("auditor", "auditor@example.org")
        today = clock.today(institute_zone()).isoformat()
    headers = people.bearer(app, "auditor@example.org")
    answer = client.get(f"/api/v1/audit/export.json?from={today}&to={today}", headers=headers)
    assert documents.faults_of(json.loads(answer.data)) == []


def test_more_than_fits_is_refused_and_said(app, exported, monkeypatch) -> None:
    monkeypatch.setattr(service, "MOST_EXPORTED", 2)
    answer = exported("json")
    assert answer.status_code == 422


def test_a_file_is_checked_at_the_console_without_a_database(app, exported, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(anchors, "file", lambda: tmp_path / "none")
    path, run = tmp_path / "export.json", app.test_cli_runner()
    path.write_bytes(exported("json").data)
    assert run.invoke(args=["audit", "check", str(path)]).exit_code == 0
    said = json.loads(path.read_text())
    said["entries"][0]["actor"] = "somebody else"
    path.write_text(json.dumps(said))
    done = run.invoke(args=["audit", "check", str(path)])
    assert (done.exit_code, "who did it was changed" in done.output) == (1, True)
    path.write_text("[]")
    done = run.invoke(args=["audit", "check", str(path)])
    assert (done.exit_code, "no export" in done.output) == (1, True)


def test_an_export_of_an_erased_person_still_proves_itself(context) -> None:
    with actor.acting("a" * 26):
        record(2, by="a" * 26)
    service.erase(["a" * 26])
    said = documents.document(service.export(first=clock.today(), last=clock.today()))
    assert documents.faults_of(said) == []
    assert "a" * 26 not in json.dumps(said)
