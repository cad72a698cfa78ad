"""No page issues more than twelve SQL statements, with the demonstration's data and whoever opens it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from ilpes_lms.attendance.models import AttendanceImport, ReportedPerson
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.certificates import credential, keys
from ilpes_lms.certificates.models import Certificate, CertificateImage, CertificateTemplate, SigningCertificate
from ilpes_lms.core import actor
from ilpes_lms.core.database import db
from ilpes_lms.core.settings import institute_day
from ilpes_lms.demo import service as demo
from ilpes_lms.demo.accounts import ACCOUNTS
from ilpes_lms.enrolment.models import Enrolment, Invitation, NominationQuota, ParticipantImport
from ilpes_lms.notifications.models import Message
from ilpes_lms.people.models import EmailAddress, Organization, Person
from ilpes_lms.privacy.merging import service as merging
from ilpes_lms.privacy.merging.models import Merge
from ilpes_lms.reminders.announcements.models import Announcement
from ilpes_lms.statistics import service as statistics
from ilpes_lms.statistics.models import Compilation
from ilpes_lms.statistics.releases.models import Release
from tests.architecture.permissions_table import routes, rows
from tests.conftest import counted_statements
from tests.factories import announcements, people

MOST = 12
OK = 200
# Pages that may ask more often, each with its reason.
MORE = {
    "/my/data.json": (39, "takes everything along at once: one statement for each table that a person is in"),
    "/admin/people/<person_ref>/erase": (49, "counts what goes: one statement for each table that a person is in"),
    "/admin/people/<person_ref>/merge": (34, "asks every room what would move: one statement for each table"),
    "/admin/retention": (29, "counts what is due: one statement for each kind of data"),
}
PAGES = sorted(
    name.removeprefix("GET ") for name in rows() if name.startswith("GET /") and not name.startswith("GET /api/")
)
# Whoever has an account, and who has none.
OPENERS = (*(account.email for account in ACCOUNTS), None)
# Pages that need the secret of a letter or something that the demonstration has none of, and those that only lead on.
NEVER_OPENED = {
    "/statistics/releases/<ref>/sdmx.<any(csv, xml):form>",
    "/calendar/<token>.ics",
    "/activities/<activity_ref>/register/sent",
    "/applications/<enrolment_ref>/files/<answer_ref>",
    "/change-address/<token>",
    "/confirm/<token>",
    "/coordinate/activities/<activity_ref>/questions/<question_ref>",
    "/coordinate/activities/<ref>/materials/<material_ref>",
    "/coordinate/activities/<ref>/modules/<module_ref>",
    "/metrics",
    "/my/data/archive/<ref>.zip",
    "/invitations/<token>",
    "/invitations/<token>/decline",
    "/messages/stop/<token>",
    "/my/nominations/<quota_ref>",
    "/nominate/<token>",
    "/nominate/<token>/<invitation_ref>/replace",
    "/nominate/<token>/list",
    "/object/<token>",
    "/reset/<token>",
    "/sign-in/code",
    "/sign-in/provider",
    "/sign-in/provider/back",
    "/teach/activities/<activity_ref>/corrections/<appeal_ref>",
    "/teach/activities/<activity_ref>/platform/<import_ref>",
    "/teach/activities/<activity_ref>/platform/<import_ref>/people/<row_ref>",
}
MERGED_INTO = "merged.into@example.org"
# What a page has to be asked.
ASKED = {
    "/admin/audit/export.<any(csv, json):form>": {"from": "2020-06-01", "to": "2021-05-31"},
    "/coordinate/statistics/releases/new": {"from": "2020-06-01", "to": "2021-05-31"},
    "/admin/people/<person_ref>/merge": {"into": MERGED_INTO},
}
# What stands for an argument when the demonstration has nothing of the kind; the page is then not found.
NOTHING = "a" * 26
VALUES = {
    "kind": "webinar",
    "rule": "activity_starts",
    "filename": "app.css",
    "slug": "x",
    "year": "2026",
    "number": "1",
    "place": "0",
    "language": "es",
}


@dataclass
class Living:
    """The application with the demonstration, and one of each thing that an address may name."""

    app: APIFlask
    routes: dict[str, Rule]
    refs: dict[str, str] = field(default_factory=dict)

    def url_of(self, page: str) -> str:
        rule = self.routes[f"GET {page}"]
        values = {argument: self._value(page, rule, argument) for argument in rule.arguments} | ASKED.get(page, {})
        with self.app.test_request_context():
            return self.app.url_map.bind("localhost").build(rule.endpoint, values, method="GET")

    def open(self, url: str, email: str | None) -> int:
        """Open an address as somebody; return what the answer's status is."""
        with self.browser(email).get(url) as answer:
            return answer.status_code

    def browser(self, email: str | None) -> FlaskClient:
        browser = self.app.test_client()
        if email:
            people.sign_in(browser, email)
        return browser

    def _value(self, page: str, rule: Rule, argument: str) -> str:
        choices: Any = getattr(rule._converters[argument], "items", None)
        if choices:
            return min(choices)
        return self.refs.get(f"{page} {argument}") or self.refs.get(argument) or VALUES.get(argument, NOTHING)


_REPORT = "/teach/class-sessions/<class_session_ref>/reports/<import_ref>"
_REPORTED = f"{_REPORT}/people/<person_ref>"
_LIST = "/coordinate/activities/<activity_ref>/participants/import/<import_ref>"
_LISTS = (_LIST, f"{_LIST}/remarks.csv", f"{_LIST}/remarks.xlsx")
_ANNOUNCEMENT = ("", "/edit", "/drawn")
_ANNUAL = "/coordinate/statistics/compilations/<ref>/report/<any(es, en, pt, fr):language>.<any(docx, pdf, xlsx):form>"
_RELEASES = (
    "/statistics/releases/<ref>", "/statistics/releases/<ref>.<any(json, csv, xlsx):form>",
    "/coordinate/statistics/releases/<ref>",
)  # fmt: skip
_APPLICATION = "/coordinate/activities/<activity_ref>/applications/<enrolment_ref>"


@pytest.fixture(scope="module")
def living(make_app: Callable[[str], APIFlask], tmp_path_factory: pytest.TempPathFactory) -> Living:
    """Statements don't depend on the database, so SQLite serves."""
    app = make_app(f"sqlite:///{tmp_path_factory.mktemp('statements') / 'test.db'}")
    with app.app_context(), actor.acting("demo"):
        demo.load_report()
        demo.publish_report()
        demo.load_programme()
        statistics.ask_compilation(start=institute_day(), end=institute_day())
        statistics.compile_queued()
        announcements.draft(_busiest(), people.coordinator("announcing@example.org"))
        _merge(people.person().public_id, people.person(MERGED_INTO).public_id)
        found = Living(app, routes(app), _refs())
    texts = [page for page in PAGES if page.startswith("/coordinate/message-texts")]
    # The original, which is there before anybody writes another.
    found.refs |= {f"{page} kind": "enrolment.confirmed" for page in texts} | {f"{page} number": "0" for page in texts}
    found.refs |= {"/admin/retention/<kind> kind": "messages", "/privacy/<version> version": "2026-02"}
    found.refs |= {f"{page} activity_ref": ref for page, ref in _open_to_participants(found).items()}
    return found


def _merge(gone_ref: str, into: str) -> None:
    seen = merging.preview_persons(gone_ref=gone_ref, into=into).seen
    merging.merge_persons(gone_ref=gone_ref, into=into, seen=seen, reason="One.")


def _refs() -> dict[str, str]:
    """Return for each name of an argument what the demonstration has most of."""
    busiest = _busiest()
    selecting = select(Activity).where(Activity.admission == "selection", Activity.status == "published")
    board = db.session.scalars(selecting.order_by(Activity.confirmed_count.desc())).first()
    own = db.session.scalars(
        select(Enrolment)
        .join(EmailAddress, EmailAddress.person_id == Enrolment.person_id)
        .where(EmailAddress.address == "participant@example.org", Enrolment.state == "confirmed")
    ).first()
    quota = db.session.scalars(
        select(NominationQuota).where(NominationQuota.focal_point_email == "focal.point@example.org")
    ).first()
    applicant = (
        db.session.scalars(select(Enrolment).where(Enrolment.activity_id == board.id)).first() if board else None
    )
    assert busiest
    assert board
    assert own
    assert quota
    assert applicant
    marked = select(Enrolment.public_id).where(Enrolment.activity_id == busiest.id, Enrolment.state == "confirmed")
    firsts = {
        "class_session_ref": select(ClassSession.public_id).where(ClassSession.activity_id == busiest.id),
        "invitation_ref": select(Invitation.public_id).where(Invitation.quota_id == quota.id),
        "person_ref": select(Person.public_id).where(Person.id == own.person_id),
        "message_ref": select(Message.public_id),
        "merge_ref": select(Merge.public_id),
        "organization_ref": select(Organization.public_id),
        "code": select(Certificate.code).where(Certificate.state == "issued"),
        "fingerprint": select(SigningCertificate.fingerprint),
        "template_ref": select(CertificateTemplate.public_id),
        "key": select(CertificateImage.key),
        "/teach/class-sessions/<class_session_ref>/people/<enrolment_ref> enrolment_ref": marked,
        "/coordinate/statistics/compilations/<ref> ref": select(Compilation.public_id),
        **{f"/coordinate/announcements/<ref>{end} ref": select(Announcement.public_id) for end in _ANNOUNCEMENT},
        "/coordinate/statistics/compilations/<ref>.csv ref": select(Compilation.public_id),
        f"{_ANNUAL} ref": select(Compilation.public_id),
        **{f"{page} ref": select(Release.public_id) for page in _RELEASES},
    }
    reported_at = select(ClassSession.public_id).join(AttendanceImport)
    undecided = select(ReportedPerson.public_id).where(ReportedPerson.standing == "open")
    firsts |= {f"{page} class_session_ref": reported_at for page in (_REPORT, _REPORTED, f"{_REPORT}/progress")}
    takes_list = select(Activity.public_id).join(ParticipantImport, ParticipantImport.activity_id == Activity.id)
    firsts |= {f"{page} activity_ref": takes_list for page in _LISTS}
    firsts |= {f"{page} import_ref": select(ParticipantImport.public_id) for page in _LISTS}
    firsts |= {"import_ref": select(AttendanceImport.public_id), f"{_REPORTED} person_ref": undecided}
    refs = {name: db.session.scalar(statement.limit(1)) for name, statement in firsts.items()}
    nominations = "/coordinate/activities/<activity_ref>/nominations"
    return {name: ref for name, ref in refs.items() if ref} | {
        "ref": busiest.public_id, "activity_ref": board.public_id, "enrolment_ref": own.public_id,
        "multikey": credential.multikey(keys.public_keys_in(keys.current().public_text)[0]),
        "quota_ref": quota.public_id, "room": "enrolment", f"{nominations} activity_ref": quota.activity.public_id,
        f"{nominations}/<quota_ref> activity_ref": quota.activity.public_id,
        f"{nominations}/<quota_ref>/<invitation_ref>/replace activity_ref": quota.activity.public_id,
        "/teach/activities/<activity_ref> activity_ref": busiest.public_id,
        f"{_APPLICATION} enrolment_ref": applicant.public_id,
        f"{_APPLICATION}/attributes enrolment_ref": applicant.public_id,
    }  # fmt: skip


def _busiest() -> Activity:
    return db.session.scalars(select(Activity).order_by(Activity.confirmed_count.desc())).first()


def _open_to_participants(living: Living) -> dict[str, str]:
    """Return for each page of the way in an activity where somebody can still go that way."""
    with living.app.app_context():
        refs = list(db.session.scalars(select(Activity.public_id).where(Activity.status == "published")))
    found = {}
    for page in ("/activities/<activity_ref>/apply", "/activities/<activity_ref>/apply/check",
                 "/activities/<activity_ref>/register"):  # fmt: skip
        tried = ((ref, living.open(page.replace("<activity_ref>", ref), opener)) for ref in refs for opener in OPENERS)
        found[page] = next(ref for ref, status in tried if status == OK)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_the_database_little(living: Living, page: str) -> None:
    most, _reason = MORE.get(page, (MOST, ""))
    url, asked = living.url_of(page), dict[str | None, int]()
    for email in OPENERS:
        browser = living.browser(email)
        # Whatever is remembered within the process is remembered for the second reader.
        browser.get(url).close()
        with counted_statements(living.app) as statements:
            browser.get(url).close()
        asked[email] = len(statements)
    assert {email: number for email, number in asked.items() if number > most} == {}


def test_pages_about_one_thing_are_tried_with_one_that_is_there(living: Living) -> None:
    """The negative control: a page that is not found asks for little whatever it would ask."""
    opened = {page for page in PAGES if any(living.open(living.url_of(page), opener) == OK for opener in OPENERS)}
    assert sorted(set(PAGES) - opened - NEVER_OPENED) == []
