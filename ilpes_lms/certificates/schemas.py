"""Certificates as JSON."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from pydantic import Field

from ilpes_lms.attendance.display import standing
from ilpes_lms.certificates.document import CertificateContent
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.certificates.queries import PAGE, Candidate, Check, chain
from ilpes_lms.certificates.rules import Answer
from ilpes_lms.certificates.transcript import Year
from ilpes_lms.certificates.wording import Language
from ilpes_lms.core.pagination import Page
from ilpes_lms.web.api import In, Out, Query


class CertificateOut(Out):
    """A certificate with what it says, as issued."""

    code: str
    serial: str
    kind: str
    holder: str | None = Field(description="the name as issued; null once the holder was erased at their own wish")
    title: str
    dates: str
    hours: float | None = Field(description="Hours of training planned")
    hours_earned: float | None = Field(description="Hours earned, null where nothing is on record of them")
    organizations: list[str]
    language: str
    issued_on: date
    verify_url: str

    @classmethod
    def of(cls, certificate: Certificate) -> "CertificateOut":
        content = CertificateContent.from_record(certificate.content)
        return cls(
            code=certificate.code, serial=certificate.serial, kind=certificate.kind, holder=content.holder or None,
            title=content.title, dates=content.dates,
            hours=_number(content.hours), hours_earned=_number(content.hours_earned),
            organizations=list(content.organizations), language=certificate.language, issued_on=content.issued_on,
            verify_url=content.verify_url,
        )  # fmt: skip


def _number(hours: Decimal | None) -> float | None:
    return None if hours is None else float(hours)


class SigningCertificateOut(Out):
    """The public half of a key that has signed: whose it is, and its certificate with those above it as PEM text."""

    name: str
    fingerprint: str
    valid_from: datetime
    valid_until: datetime
    for_trials: bool
    pem: str


class SigningCertificatesOut(Out):
    """All keys that have signed, the newest first; those that sign no more, too."""

    items: list[SigningCertificateOut]


class SignatureOut(Out):
    """Whose key signed; with one that is for trials only, nothing is certified."""

    name: str
    fingerprint: str
    for_trials: bool


class CheckOut(Out):
    """The answer of a check: `state` is valid, superseded or revoked; the last two say since when.

    `signature` is null for a certificate that was issued before certificates were signed; `replaces` and
    `replaced_by` are codes.
    """

    state: Answer
    since: datetime | None
    certificate: CertificateOut
    signature: SignatureOut | None
    replaces: str | None
    replaced_by: str | None

    @classmethod
    def of(cls, check: Check, certificate: Certificate) -> "CheckOut":
        beside = chain(certificate)
        signature = SignatureOut.model_validate(certificate.signer) if certificate.signer else None
        return cls(
            state=check.answer, since=certificate.ended_at, certificate=CertificateOut.of(certificate),
            signature=signature, replaces=beside.before.code if beside.before else None,
            replaced_by=beside.after.code if beside.after else None,
        )  # fmt: skip


class OwnCertificateOut(CertificateOut):
    """One's own certificate: how it stands, and where its file is."""

    state: str
    file: str = Field(description="for browsers that are signed in; programs ask for /api/v1/certificates/{code}/file")

    @classmethod
    def of(cls, certificate: Certificate) -> "OwnCertificateOut":
        said = CertificateOut.of(certificate).model_dump()
        return cls(**said, state=certificate.state, file=f"/certificates/{certificate.code}.pdf")


class TranscriptYearOut(Out):
    """What was issued in one year: hours earned (planned, where nothing else is on record), and all hours planned.

    `without_hours` are those whose hours are not on record, which is not zero.
    """

    year: int
    hours: float
    hours_planned: float
    without_hours: int
    certificates: list[str]

    @classmethod
    def of(cls, found: Year) -> "TranscriptYearOut":
        return cls(
            year=found.year, hours=float(found.hours), hours_planned=float(found.hours_planned),
            without_hours=found.without_hours,
            certificates=[content.code for content in found.contents],
        )  # fmt: skip


class TranscriptOut(Out):
    """One's valid certificates by year, the newest first, and where the same is as PDF."""

    years: list[TranscriptYearOut]
    file: str


class ReissueIn(In):
    """Why another certificate is issued."""

    reason: str = Field(max_length=400)


class LanguageIn(In):
    """In which language one wants one's certificate."""

    language: Language


class ReissueOut(Out):
    """The certificate that is being made; the one before is valid until it is issued."""

    code: str
    serial: str
    language: str
    state: str


class OwnCertificatesOut(Out):
    """One's own certificates, the newest first."""

    items: list[OwnCertificateOut]


class CandidateOut(Out):
    """A participant without a certificate: whether they get one when certificates are issued, and why (not).

    `unprintable` are characters of the name that certificates can't show; until it is corrected, none is made.
    """

    enrolment: str
    name: str
    eligible: bool
    hours_planned: float | None
    hours_earned: float | None
    reasons: list[str]
    unprintable: str

    @classmethod
    def of(cls, candidate: Candidate) -> "CandidateOut":
        person = candidate.enrolment.person
        return cls(
            enrolment=candidate.enrolment.public_id, name=person.certificate_name, eligible=candidate.eligible,
            hours_planned=_told(candidate, "planned"), hours_earned=_told(candidate, "earned"),
            reasons=[str(reason) for reason in standing(candidate.outcome).reasons],
            unprintable=candidate.unprintable,
        )  # fmt: skip


def _told(candidate: Candidate, name: str) -> float | None:
    hours = candidate.outcome.evidence.get("hours") if candidate.outcome else None
    return float(hours[name]) if hours else None


class CandidatesOut(Out):
    """The participants of an activity who have no certificate, by name."""

    items: list[CandidateOut]


class ProgressOut(Out):
    """How an activity's certificates stand, and since when those that wait are held back, if they are."""

    states: dict[str, int]
    paused_since: datetime | None


class IssueOut(Out):
    """How many certificates were asked for now, and how all of the activity's stand."""

    queued: int
    states: dict[str, int]


class RevocationIn(In):
    """Why a certificate is revoked; coordinators can read it."""

    reason: str = Field(min_length=1, max_length=400)


class ManagedCertificateOut(CertificateOut):
    """A certificate as coordinators see it; `note` says why it was revoked, replaced or could not be made.

    `reason` says why it was issued in the place of another.
    """

    state: str
    note: str
    reason: str
    ended_at: datetime | None

    @classmethod
    def of(cls, certificate: Certificate) -> "ManagedCertificateOut":
        said = CertificateOut.of(certificate).model_dump()
        return cls(
            **said,
            state=certificate.state,
            note=certificate.note,
            reason=certificate.reason,
            ended_at=certificate.ended_at,
        )


class ActivityCertificatesQuery(Query):
    """Which page of an activity's certificates."""

    cursor: str | None = Field(None, max_length=200)
    limit: int = Field(PAGE, ge=1, le=500)


class ActivityCertificatesOut(Out):
    """A page of an activity's certificates in the order of their serials, how many stand how, and all who have none."""

    items: list[ManagedCertificateOut]
    next_cursor: str | None
    states: dict[str, int]
    without: list[CandidateOut]

    @classmethod
    def of(
        cls, page: Page[Certificate], states: Counter[str], candidates: Sequence[Candidate]
    ) -> "ActivityCertificatesOut":
        return cls(
            items=[ManagedCertificateOut.of(one) for one in page.items],
            next_cursor=page.next_cursor,
            states=dict(states),
            without=[CandidateOut.of(one) for one in candidates],
        )
