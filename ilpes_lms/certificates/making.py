"""A certificate's bytes: typeset, then signed; what hands them out and what checks them meet here alone."""

from datetime import datetime

from ilpes_lms.certificates import document, signature
from ilpes_lms.certificates.document import CertificateContent
from ilpes_lms.certificates.keys import SigningKey
from ilpes_lms.certificates.wording import WORDINGS


def make(content: CertificateContent, key: SigningKey, *, asked_at: datetime) -> bytes:
    """Return the signed document; the same content, key and moment give the same bytes.

    The signature bears the moment when the certificate was asked for, or the key's first if the key is younger.
    """
    pdf = document.render(content, for_trials=key.development)
    at = max(asked_at, key.certificate.not_valid_before_utc)
    description = WORDINGS[content.language].signature.format(key.name)
    return signature.sign(pdf, key, at=at, description=description)
