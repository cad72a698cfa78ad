"""Questions about certificates: which there are, whose they are, whether one is valid."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, func, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import contains_eager, joinedload

from ilpes_lms.attendance.models import Outcome
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.catalogue.queries import managed_by
from ilpes_lms.certificates import rules
from ilpes_lms.certificates.document import missing_glyphs
from ilpes_lms.certificates.errors import CheckUnavailable
from ilpes_lms.certificates.models import Certificate, IssuePause, SigningCertificate
from ilpes_lms.core.database import db, read_at_once
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.pagination import BadCursor, Page, page_of
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.queries import without_account
from ilpes_lms.people.models import Person

_AT_ONCE = 1000
PAGE = 100


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks for a file: its holder, or a coordinator of all (no divisions) or of some divisions."""

    person_id: int | None
    coordinates: bool = False
    divisions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A participant without a certificate, with the outcome if there is one."""

    enrolment: Enrolment
    outcome: Outcome | None

    @property
    def eligible(self) -> bool:
        return self.outcome is not None and self.outcome.result == "completed"

    @property
    def unprintable(self) -> str:
        """Return the characters of the name that no certificate can show."""
        return missing_glyphs(self.enrolment.person.certificate_name)


@dataclass(frozen=True, slots=True)
class Check:
    """What a code turned out to be; an unknown one has no certificate."""

    answer: rules.Answer
    certificate: Certificate | None


@dataclass(frozen=True, slots=True)
class Standing:
    """All of a certificate that can change once it was handed out: while it is the same, so is the public answer."""

    code: str
    state: str
    ended_at: datetime | None
    forgotten_at: datetime | None


_STANDING = select(Certificate.code, Certificate.state, Certificate.ended_at, Certificate.forgotten_at).where(
    Certificate.code == bindparam("code")
)


def by_code(code: str) -> Certificate | None:
    """Return the certificate with a code, in whatever state."""
    statement = select(Certificate).where(Certificate.code == code).options(joinedload(Certificate.signer))
    return db.session.scalar(statement)


def signing_certificates() -> list[SigningCertificate]:
    """Return the public halves of all keys that have signed, the newest first."""
    return list(db.session.scalars(select(SigningCertificate).order_by(SigningCertificate.first_used_at.desc())))


def signing_certificate(fingerprint: str) -> SigningCertificate:
    """Return the public half of a key that has signed; raises NotFound."""
    found = db.session.scalar(select(SigningCertificate).where(SigningCertificate.fingerprint == fingerprint))
    if found is None:
        raise NotFound
    return found


def ended_numbers(year: int) -> list[int]:
    """Return the serials' numbers of a year's certificates that are not valid any more."""
    ended = Certificate.state.in_((rules.SUPERSEDED, rules.REVOKED))
    statement = select(Certificate.serial).where(ended, Certificate.serial.like(f"ILPES-{year}-%"))
    with _or_unavailable():
        return [rules.place_of(serial)[1] for serial in db.session.scalars(statement)]


def check(text: str) -> Check:
    """Answer whether the certificate with a code is valid; raises CheckUnavailable when that can't be known."""
    code = rules.code_in(text)
    with _or_unavailable():
        return _checked(by_code(code) if code else None)


def standing(text: str) -> Standing | None:
    """Return how the certificate with a code stands, None if there is none; raises CheckUnavailable as `check` does."""
    code = rules.code_in(text)
    if code is None:
        return None
    with _or_unavailable():
        found = read_at_once(_STANDING, code=code)
    standing = Standing(*found) if found else None
    return standing if standing and standing.state in rules.HANDED_OUT else None


def check_file(file_key: str) -> Check:
    """Answer whether the file with this hash is a certificate as issued; raises CheckUnavailable as `check` does."""
    statement = select(Certificate).where(Certificate.file_key == file_key).options(joinedload(Certificate.signer))
    with _or_unavailable():
        return _checked(db.session.scalar(statement))


@contextmanager
def _or_unavailable() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        raise CheckUnavailable from error


def _checked(found: Certificate | None) -> Check:
    answer = rules.answer(found.state if found else None)
    return Check(answer, None if answer == "unknown" else found)


def of_person(person_id: int) -> list[Certificate]:
    """Return a person's certificates that were handed out, the newest first."""
    statement = select(Certificate).where(Certificate.person_id == person_id, Certificate.state.in_(rules.HANDED_OUT))
    return list(db.session.scalars(statement.order_by(Certificate.issued_at.desc(), Certificate.id.desc())))


def of_enrolment(enrolment_id: int) -> Certificate | None:
    """Return an enrolment's newest certificate that was handed out."""
    statement = select(Certificate).where(
        Certificate.enrolment_id == enrolment_id, Certificate.state.in_(rules.HANDED_OUT)
    )
    return db.session.scalars(statement.order_by(Certificate.id.desc())).first()


def of_activity(activity_ref: str, *, cursor: str | None = None, size: int = PAGE) -> Page[Certificate]:
    """Return a page of an activity's certificates in the order of their serials; raises BadCursor."""
    statement = select(Certificate).where(Certificate.activity_ref == activity_ref)
    return page_of(statement, keys=[Certificate.serial], cursor=cursor, size=size)


# Asked with marks, so made once.
_CERTIFICATES = Certificate.metadata.tables[Certificate.__tablename__]
_CERTIFIED = select(_CERTIFICATES.c.enrolment_id).where(
    _CERTIFICATES.c.state.in_((rules.QUEUED, rules.ISSUED)),
    _CERTIFICATES.c.enrolment_id.in_(bindparam("some", expanding=True)),
)


def certified(enrolment_ids: Collection[int]) -> set[int]:
    """Return which of some enrolments have a certificate that is valid or being made."""
    ids, found = sorted(enrolment_ids), set[int]()
    for start in range(0, len(ids), _AT_ONCE):
        found |= set(db.session.connection().scalars(_CERTIFIED, {"some": ids[start : start + _AT_ONCE]}))
    return found


def progress(activity_ref: str) -> Counter[str]:
    """Count an activity's certificates by state."""
    statement = (
        select(Certificate.state, func.count())
        .where(Certificate.activity_ref == activity_ref)
        .group_by(Certificate.state)
    )
    return Counter(dict(iter(db.session.execute(statement))))


def queued_codes() -> list[str]:
    """Return the codes of the certificates that wait to be made and are not held back, the oldest first."""
    return list(db.session.scalars(select(Certificate.code).where(*_to_be_made()).order_by(Certificate.id)))


def to_be_made(code: str) -> Certificate | None:
    """Return the certificate with a code if it waits to be made and is not held back."""
    return db.session.scalar(select(Certificate).where(Certificate.code == code, *_to_be_made()))


def paused_since(activity_ref: str) -> datetime | None:
    """Return since when an activity's certificates are held back, None if they are not."""
    return db.session.scalar(select(IssuePause.since).where(IssuePause.activity_ref == activity_ref))


def _to_be_made() -> tuple[ColumnElement[bool], ...]:
    held_back = select(IssuePause.id).where(IssuePause.activity_ref == Certificate.activity_ref).exists()
    return Certificate.state == rules.QUEUED, ~held_back


def candidates(activity: Activity) -> list[Candidate]:
    """Return the participants of an activity who have no certificate of its kind, by name.

    Whom only a meeting's report shows is not among them before signing up: nobody vouches for the name.
    """
    kind, nameless = rules.kind_for(activity.kind), without_account(activity.id)
    lacking = (~_has_certificate(kind), Person.forgotten_at.is_(None))
    statement = _participants(activity.id).where(*lacking).order_by(Person.name_key, Enrolment.id)
    found = db.session.execute(statement)
    return [Candidate(enrolment, outcome) for enrolment, outcome in found if enrolment.id not in nameless]


def page_of_candidates(found: Sequence[Candidate], *, cursor: str | None = None, size: int = PAGE) -> Page[Candidate]:
    """Return those who come after the one that a cursor names; raises BadCursor when that one is not among them."""
    refs = [one.enrolment.public_id for one in found]
    if cursor and cursor not in refs:
        raise BadCursor(field="cursor")
    start = refs.index(cursor) + 1 if cursor else 0
    items = list(found[start : start + size])
    return Page(items, items[-1].enrolment.public_id if start + size < len(found) else None)


def outcome_of(enrolment_id: int | None) -> Outcome | None:
    """Return the outcome of an enrolment, None where there is none or the enrolment is not kept any more."""
    return db.session.scalar(select(Outcome).where(Outcome.enrolment_id == enrolment_id))


def own(code: str, person_id: int) -> Certificate:
    """Return a person's own certificate that was handed out; raises NotFound."""
    its = (Certificate.code == code, Certificate.person_id == person_id, Certificate.state.in_(rules.HANDED_OUT))
    return _one(select(Certificate).where(*its))


@dataclass(frozen=True, slots=True)
class Chain:
    """What a certificate stands in the place of, and what stands in its place."""

    before: Certificate | None
    after: Certificate | None


def chain(certificate: Certificate) -> Chain:
    """Return the certificates next to one, as far as they were handed out."""
    beside = (Certificate.replaces_id == certificate.id, Certificate.id == certificate.replaces_id)
    statement = select(Certificate).where(or_(*beside), Certificate.state.in_(rules.HANDED_OUT))
    found = {one.id: one for one in db.session.scalars(statement)}
    before = found.pop(certificate.replaces_id or 0, None)
    return Chain(before, next(iter(found.values()), None))


def successor(certificate_id: int) -> Certificate | None:
    """Return what stands, or is to stand, in the place of a certificate."""
    return db.session.scalar(select(Certificate).where(Certificate.replaces_id == certificate_id))


def last_edition(certificate: Certificate) -> int:
    """Return the highest edition of what a certificate certifies."""
    if certificate.enrolment_id is None:
        return certificate.edition
    its = (Certificate.enrolment_id == certificate.enrolment_id, Certificate.kind == certificate.kind)
    return db.session.scalar(select(func.max(Certificate.edition)).where(*its)) or certificate.edition


def failed(activity_ref: str) -> Sequence[Certificate]:
    """Return an activity's certificates that could not be made and are still wanted."""
    statement = select(Certificate).where(
        Certificate.activity_ref == activity_ref, Certificate.state == rules.FAILED,
        Certificate.note != rules.OVERTAKEN, Certificate.forgotten_at.is_(None),
    )  # fmt: skip
    return db.session.scalars(statement.order_by(Certificate.id)).all()


def managed(code: str, divisions: frozenset[str]) -> Certificate:
    """Return a certificate of an activity that a coordinator of these divisions may see; raises NotFound."""
    return _one(_with_activity().where(Certificate.code == code, managed_by(divisions)))


def readable(code: str, viewer: Viewer) -> Certificate:
    """Return a certificate whose file someone may have: their own, or one they manage; raises NotFound."""
    statement = _with_activity().where(Certificate.code == code, _may_read(viewer))
    its_file = (Certificate.file_key.is_not(None), Certificate.forgotten_at.is_(None))
    return _one(statement.where(Certificate.state.in_(rules.HANDED_OUT), *its_file))


# The keys of all certificates' files but those of people who were erased.
FILES = select(Certificate.file_key).where(Certificate.forgotten_at.is_(None))


def file_is_needed(key: str) -> bool:
    """Tell whether a certificate's file is kept under a key: not that of one whose holder was erased."""
    its = (Certificate.file_key == key, Certificate.forgotten_at.is_(None))
    return db.session.scalar(select(Certificate.id).where(*its).limit(1)) is not None


def _may_read(viewer: Viewer) -> ColumnElement[bool]:
    own = Certificate.person_id == viewer.person_id if viewer.person_id is not None else false()
    return or_(own, managed_by(viewer.divisions)) if viewer.coordinates else own


def _with_activity() -> Select[Certificate]:
    # A certificate outlives its activity.
    return select(Certificate).outerjoin(Activity, Activity.public_id == Certificate.activity_ref)


def _participants(activity_id: int) -> Select[Enrolment, Outcome]:
    return (
        select(Enrolment, Outcome)
        .join(Enrolment.person)
        .outerjoin(Outcome, Outcome.enrolment_id == Enrolment.id)
        .options(contains_eager(Enrolment.person))
        .where(Enrolment.activity_id == activity_id, Enrolment.state == "confirmed")
    )


def _has_certificate(kind: str) -> ColumnElement[bool]:
    its = and_(Certificate.enrolment_id == Enrolment.id, Certificate.kind == kind)
    return select(Certificate.id).where(its).exists()


def _one(statement: Select[Certificate]) -> Certificate:
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound
    return found
