"""What the classes of data in personal.toml ask for (docs/security.md, "Classes of data")."""

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from apiflask import APIFlask
from sqlalchemy import select

from ilpes_lms.attendance import service as attendance
from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.core.database import Model, db
from ilpes_lms.core.settings import institute_day
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.people import service as people
from ilpes_lms.privacy import exporters
from ilpes_lms.web.openapi import document_of
from tests.architecture.test_personal import DECLARED
from tests.factories import releases
from tests.factories.applications import make_question, pdf
from tests.factories.attendance import make_taught
from tests.factories.canary import ADDRESS, make_canary
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import token_of
from tests.factories.notifications import deliver_all, mailbox, text_of
from tests.factories.people import PASSWORD, account, coordinator, person

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

UNREADABLE = re.compile(r"[0-9a-f]{64}|\$argon2id\$.+|gAAAA[\w=-]+")
# From either alone little follows: a link needs SECRET_KEY as well, a code counts for a minute of one class session.
SEEDS = {"invitations.link_seed", "check_in_screens.secret"}
SECRET = "solo-para-el-comité"


def columns_of(kind: str) -> list[str]:
    return [f"{table}.{name}" for table, one in DECLARED.items() for name in one.get(kind, ())]


def values_of(name: str) -> list[Any]:
    """Return what is in a column, without what says nothing."""
    table, column = name.split(".")
    return [value for value in db.session.scalars(select(Model.metadata.tables[table].c[column])) if value]


def field_names(document: Any) -> set[str]:
    """Return the names of all fields of all shapes in a document."""
    if isinstance(document, list):
        return set().union(*map(field_names, document))
    if not isinstance(document, dict):
        return set()
    own = document["properties"].keys() if isinstance(document.get("properties"), dict) else set()
    return set(own).union(*map(field_names, document.values()))


def let_in() -> int:
    """Have something in every column that lets somebody in; return whose most of it is."""
    canary = make_canary()
    hers = account(ADDRESS).id
    people.open_sign_in(account_id=hers)
    code = pyotp.TOTP(people.begin_second_factor(account_id=hers).secret).now()
    people.confirm_second_factor(account_id=hers, code=code, password=PASSWORD, caller=None, sign_in_key="")
    held = make_taught(sessions=1).sessions[0]
    with time_machine.travel(held.starts_at, tick=False):
        attendance.open_check_in(class_session_ref=held.public_id)
    return canary.person_id


def confide() -> str:
    """Say the secret wherever somebody may say what is for those who decide; return who is answered with it."""
    decider, other = (
        rules.Reviewer(coordinator(email).id, frozenset()) for email in ("a@example.org", "b@example.org")
    )
    activity = make_activity("international_open", admission="selection", closes_in=5)
    text, letter = make_question(activity), make_question(activity, "file")
    of, by = {"activity_ref": activity.public_id}, {"person_id": person("candidate@example.org").id}
    enrolment.save_draft(**of, **by, motivation=SECRET, said={})
    token = enrolment.keep_file(**of, **by, question_ref=letter.public_id, name=f"{SECRET}.pdf", content=pdf())
    made = enrolment.apply(**of, **by, motivation=SECRET, said={text.public_id: SECRET, letter.public_id: token})
    enrolment.save_draft(activity_ref=_another().public_id, **by, motivation=SECRET, said={})
    people.complete_profile(**by, accessibility_needs=SECRET)
    which = {**of, "enrolment_ref": made.public_id}
    enrolment.review(**which, reviewer=decider, score=50, note=SECRET, seen=0)
    enrolment.correct_attributes(**which, version=queries.attributes_version(made), reason=SECRET, position_held="Jefa")
    enrolment.declare_conflict(**which, reviewer=other, reason=SECRET)
    enrolment.withdraw(enrolment_ref=made.public_id, **by, reason=SECRET)
    _say_no()
    return _be_taught()


def _another() -> Any:
    return make_activity("international_open", admission="selection", closes_in=5)


def _say_no() -> None:
    invited = make_activity("national_restricted", admission="invitation")
    enrolment.invite(activity_ref=invited.public_id, email="no@example.org", given_names="Ana", first_surname="Soto")
    enrolment.decline_invitation(token=token_of("enrolment.invitation"), reason=SECRET)


def _be_taught() -> str:
    taught = make_taught(sessions=1, participants=1)
    pupil = taught.enrolments[0].person
    address = str(pupil.emails[0].address)
    for said in (SECRET, f"{SECRET}, otra vez"):
        attendance.mark(
            class_session_ref=taught.session_refs[0], enrolment_ref=taught.refs[0], mark="absent", note=said
        )
    asked = attendance.ask_for_correction(enrolment_ref=taught.refs[0], person_id=pupil.id, text=SECRET)
    attendance.answer_correction(appeal_ref=asked.public_id, state="upheld", text=SECRET)
    return address


def test_what_lets_somebody_in_is_kept_as_a_digest_or_sealed(context: APIFlask) -> None:
    let_in()
    kept = {name: values_of(name) for name in columns_of("opens")}
    assert [name for name, values in kept.items() if not values] == []
    readable = {name for name, values in kept.items() if not all(UNREADABLE.fullmatch(value) for value in values)}
    assert readable == SEEDS


def test_what_lets_somebody_in_is_in_no_export_and_no_answer(context: APIFlask) -> None:
    hers = let_in()
    told = str(exporters.export(hers))
    assert ADDRESS.casefold() in told.casefold()
    assert [name for name in columns_of("opens") for value in values_of(name) if value in told] == []
    digests = {name.split(".")[1] for name in columns_of("opens")} - {"secret"}
    assert field_names(document_of(context)) & digests == set()


def test_what_is_confided_is_in_no_record_no_figures_and_no_letter_to_others(context: APIFlask) -> None:
    asked = confide()
    deliver_all(context)
    written = [name for name in columns_of("confided") if any(SECRET in str(value) for value in values_of(name))]
    keys = {name for name in columns_of("confided") if name.endswith(".file_key")}
    assert set(written) == set(columns_of("confided")) - keys
    told = [letter for letter in mailbox(context) if SECRET in text_of(letter)]
    assert [letter["To"].addresses[0].addr_spec for letter in told] == [asked]
    record = db.session.scalars(select(AuditEntry.details)).all()
    assert [details for details in record if SECRET in str(details)] == []
    assert record
    days = [institute_day() - timedelta(days=ago) for ago in (30, 1)]
    assert SECRET not in str(releases.release(*days).content)
