"""A house in which something of every kind is there, somebody of every role, and what addresses call it all."""

import re
import shutil
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from apiflask import APIFlask
from sqlalchemy import select

from ilpes_lms.attendance.models import AttendanceImport
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.certificates.models import Certificate, CertificateImage
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.enrolment.models import ApplicationAnswer, ApplicationQuestion, Enrolment, ParticipantImport
from ilpes_lms.notifications.declining import stop_url
from ilpes_lms.notifications.models import Message
from ilpes_lms.notifications.retrying.models import MessageRetry
from ilpes_lms.people.models import RoleGrant, SignIn
from ilpes_lms.people.rules import ROLES
from ilpes_lms.privacy.duplicates import service as duplicates
from ilpes_lms.privacy.duplicates.models import TwinPair
from ilpes_lms.privacy.merging import service as merging
from ilpes_lms.privacy.taking.models import DataArchive
from ilpes_lms.statistics import service as statistics
from tests.factories import canary, people
from tests.factories.applications import make_question
from tests.factories.catalogue import make_activity, make_course
from tests.factories.enrolment import make_quota, make_someone, token_of
from tests.factories.releases import MARCH, release
from tests.factories.statistics import peopled_activity
from tests.factories.taught import make_desk
from tests.factories.templates import make_template

# Whoever can ask: nobody known, somebody with nothing but an account, one who teaches, and every role there is.
AUDIENCES = ("anonymous", "participant", "instructor", *ROLES)
DESK = "desk@example.org"
Values = dict[str, str]


def address_of(audience: str) -> str:
    # Who takes part does so in the activity of the desk, and has asked for a correction there.
    return f"participant.{DESK}" if audience == "participant" else f"{audience.replace('_', '.')}@example.org"


@dataclass(frozen=True)
class House:
    """An application whose tables and files can be brought back to what they were when all was put in."""

    app: APIFlask
    kept: Path
    tokens: Mapping[str, str]
    values: Values
    meant: Mapping[str, Any]
    elsewhere: tuple[tuple[str, Values], ...]

    def called(self, path: str) -> Values:
        """Return what an address of the document calls the things that are there, each hanging on the other."""
        said = dict(self.values)
        for fragment, values in self.elsewhere:
            if re.search(fragment, path):
                said |= values
        return said

    def headers(self, audience: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[audience]}"} if audience in self.tokens else {}

    def put_back(self) -> None:
        """Undo whatever was done to it since."""
        source, target = sqlite3.connect(self.kept / "house.db"), sqlite3.connect(_database(self.app))
        with source, target:
            source.backup(target)
        source.close()
        target.close()
        shutil.copytree(self.kept / "var", self.app.config["SETTINGS"].var, dirs_exist_ok=True)


def furnished(app: APIFlask, kept: Path) -> House:
    """Put something of every kind and somebody of every role into an empty application."""
    desk = make_desk(app, division="statistics", email=DESK)
    with app.app_context(), actor.acting("test"):
        values, elsewhere = _furnish(desk)
        _let_in(values)
        db.session.remove()
    tokens = {
        audience: people.bearer(app, address_of(audience))["Authorization"].split()[1]
        for audience in AUDIENCES
        if audience != "anonymous"
    }
    with app.app_context():
        owner = people.account(address_of("participant"))
        values["sign_in_ref"] = _one(SignIn, account_id=owner.id).public_id
    source, target = sqlite3.connect(_database(app)), sqlite3.connect(kept / "house.db")
    with source, target:
        source.backup(target)
    source.close()
    target.close()
    shutil.copytree(app.config["SETTINGS"].var, kept / "var")
    return House(app, kept, tokens, values, _meant(values), elsewhere)


def _database(app: APIFlask) -> str:
    with app.app_context():
        return str(db.engine.url.database)


def _let_in(values: Values) -> None:
    """Let somebody of every role in; who teaches does so in the activity of the desk."""
    activity = _one(Activity, public_id=values["activity_ref"])
    for audience in AUDIENCES[2:]:
        person = people.person(address_of(audience))
        if audience == "instructor":
            catalogue.assign(activity_id=activity.id, person_id=person.id, role="instructor")
        else:
            organization_id = people.organization().id if audience == "focal_point" else None
            people.service.grant_role(person_id=person.id, role=audience, organization_id=organization_id)


def _furnish(desk: Values) -> tuple[Values, tuple[tuple[str, Values], ...]]:
    canary.make_canary()
    course, template, certificate = make_course(), make_template(), _first(Certificate)
    certified = _one(Enrolment, id=certificate.enrolment_id)
    peopled_activity("webinar", "female", "male")
    published, compiled = release(), statistics.ask_compilation(start=MARCH[0], end=MARCH[1])
    statistics.compile_queued()
    activity_ref = desk["activity_ref"]
    material = catalogue.add_material(activity_ref=activity_ref, title="Programa", link="https://example.org/p")
    module = catalogue.add_module(activity_ref=activity_ref, titles={"es": "Módulo", "en": "Module"})
    selecting = make_activity("international_open", admission="selection", closes_in=5)
    question = make_question(selecting, "text", required=False)
    applied = enrolment.apply(activity_ref=selecting.public_id, person_id=make_someone().id, motivation="Sí.", said={})
    invited = make_activity("national_restricted", admission="invitation")
    invitation = enrolment.invite(
        activity_ref=invited.public_id, email="invited@example.org", given_names="Eva", first_surname="Paz"
    )
    letter = token_of("enrolment.invitation")
    nominating = make_activity("national_restricted", admission="nomination")
    quota, link = make_quota(nominating, email=address_of("focal_point"))
    nominee = enrolment.nominate(token=link, email="nominee@example.org", given_names="Ada", first_surname="Paz")
    teacher = make_someone()
    catalogue.assign(activity_id=_one(Activity, public_id=activity_ref).id, person_id=teacher.id, role="instructor")
    merge = _merged()
    pair = _alike()
    listed = _first(ParticipantImport)
    report = _one(AttendanceImport, public_id=desk["report_ref"])
    answer = next(one for one in _all(ApplicationAnswer) if one.file_key)
    asked = _one(ApplicationQuestion, id=answer.question_id)
    asking = _one(Activity, id=asked.activity_id)
    written = _first(Message)
    retry = MessageRetry(reason="", domain="", kind="", last_id=written.id, total=1, asked_at=clock.now())
    stops = stop_url(certified.person.public_id, "reminders.activity_starts").rpartition("/")[2]
    with writing() as session:
        session.add(retry)
    archive = _first(DataArchive)
    colleague = people.staff("statistics_reader")
    values = {
        **desk, "announcement_ref": desk["ref"], "material_ref": material.public_id, "module_ref": module.public_id,
        "course_ref": course.public_id, "template_ref": template.public_id, "code": certificate.code,
        "number": "1", "key": _first(CertificateImage).key, "compilation_ref": compiled.public_id,
        "release_ref": published.public_id, "merge_ref": merge.public_id, "pair_ref": pair.public_id,
        "message_ref": written.public_id, "retry_ref": retry.public_id, "archive_ref": archive.public_id,
        "organization_ref": quota.organization.public_id, "answer_ref": answer.public_id,
        "invitation_ref": invitation.public_id, "quota_ref": quota.public_id, "question_ref": question.public_id,
        "person_ref": certified.person.public_id,
        "grant_ref": _one(RoleGrant, person_id=colleague.id).public_id,
    }  # fmt: skip
    in_selection = {"activity_ref": selecting.public_id, "enrolment_ref": applied.public_id}
    return values, (
        ("/activities/.*/(questions|draft|proposal|decisions|balance|conflict|review|attributes)", in_selection),
        ("/enrolments/.*{answer_ref}", {"enrolment_ref": _one(Enrolment, id=answer.enrolment_id).public_id}),
        ("/draft/files", {"activity_ref": asking.public_id, "question_ref": asked.public_id}),
        ("/activities/{activity_ref}/certificate", {"activity_ref": certified.activity.public_id}),
        ("/activities/{activity_ref}/invitation", {"activity_ref": invited.public_id}),
        ("/activities/{activity_ref}/(headcount|record|registrations)", {"activity_ref": make_activity().public_id}),
        ("/quotas", {"activity_ref": nominating.public_id, "invitation_ref": nominee.public_id}),
        ("/nominations/{token}", {"token": link, "invitation_ref": nominee.public_id}),
        ("/invitations/{token}", {"token": letter}),
        ("/message-kinds/{token}", {"token": stops}),
        ("/participant-imports", {"activity_ref": listed.activity.public_id, "import_ref": listed.public_id}),
        ("/platform-exports", {"import_ref": desk["export_ref"]}),
        ("/reports", {"import_ref": report.public_id, "person_ref": desk["person_ref"]}),
        ("/roles", {"person_ref": colleague.public_id}),
        ("/assignments/", {"person_ref": teacher.public_id}),
        ("/message-texts/", {"kind": "people.address_known", "language": "es"}),
        ("/messages/kinds/", {"kind": "reminders.activity_starts"}),
        ("/reminders/rules/{kind}", {"kind": "international_open"}),
        ("/retention/", {"kind": "drafts"}),
        ("/jobs/{name}", {"name": "enrolment.promote"}),
    )  # fmt: skip


def _meant(values: Values) -> Mapping[str, Any]:
    """Return by the names of fields what is seldom invented: what is there, and what is taken for what it says."""
    day, later = clock.today("UTC"), clock.today("UTC") + timedelta(days=30)
    return {
        "activity": values["activity_ref"], "answer_by": str(later), "closes_on": str(later), "country": "CHL",
        "course": values["course_ref"], "day": str(day), "email": "someone@example.org", "ends_on": str(later),
        "enrolment": values["enrolment_ref"], "enrolments": [values["enrolment_ref"]], "from": str(MARCH[0]),
        "into": address_of("participant"), "joining_link": "https://example.org/room", "link": "https://example.org/p",
        "minutes": 90, "organization": values["organization_ref"], "password": "eight quiet rivers",
        "person": values["person_ref"], "starts_on": str(day), "starts_wall": f"{day}T10:00:00",
        "template": values["template_ref"], "title": "Curso", "titles": {"es": "Curso"}, "to": str(MARCH[1]),
        "until": f"{later}T10:00:00Z", "zone": "America/Santiago",
    }  # fmt: skip


def _merged() -> Any:
    gone, stays = make_someone(), make_someone()
    seen = merging.preview_persons(gone_ref=gone.public_id, into=stays.public_id).seen
    return merging.merge_persons(gone_ref=gone.public_id, into=stays.public_id, seen=seen, reason="The same passport.")


def _alike() -> TwinPair:
    for _one_of_two in range(2):
        make_someone(given_names="Ana", first_surname="Soto", residence_country="CHL")
    duplicates.look()
    pair: TwinPair = _first(TwinPair)
    return pair


def _all(model: type[Any]) -> list[Any]:
    return list(db.session.scalars(select(model)))


def _first(model: type[Any]) -> Any:
    return _all(model)[0]


def _one(model: type[Any], **values: Any) -> Any:
    return db.session.scalars(select(model).filter_by(**values)).one()
