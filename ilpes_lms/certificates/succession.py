"""What another certificate says that is issued in the place of one."""

from dataclasses import replace
from datetime import date

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.certificates import composition, queries
from ilpes_lms.certificates.document import CertificateContent
from ilpes_lms.certificates.errors import ActivityNotKept
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.notifications import links


def content_after(
    certificate: Certificate,
    activity: Activity | None,
    *,
    language: str,
    holder: str,
    serial: str,
    code: str,
    today: date,
) -> CertificateContent:  # fmt: skip
    """Return the successor's content: the activity as it is now, or as it was certified if it is not kept any more.

    Raises ActivityNotKept where only the activity could say its title in another language.
    """
    if activity is not None:
        words = composition.words_of(activity, language)
        before = CertificateContent.from_record(certificate.content)
        return composition.content_of(
            words, kind=before.kind, holder=holder, serial=serial, code=code, issued_on=today,
            outcome=queries.outcome_of(certificate.enrolment_id),
        )  # fmt: skip
    if language != certificate.language:
        raise ActivityNotKept
    return replace(
        CertificateContent.from_record(certificate.content), holder=holder, serial=serial, code=code, issued_on=today,
        verify_url=links.absolute(f"/verify/{code}"),
    )  # fmt: skip
