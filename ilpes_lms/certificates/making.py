"""A certificate's bytes: its credential, attached to the document, which is signed; and taken out of it again."""

import io
from datetime import datetime
from typing import cast

from ilpes_lms.certificates import credential, document
from ilpes_lms.certificates.document import CertificateContent
from ilpes_lms.certificates.keys import SigningKey
from ilpes_lms.certificates.wording import WORDINGS


def make(content: CertificateContent, key: SigningKey, *, asked_at: datetime) -> bytes:
    """Return the signed document; the same content, key and moment give the same bytes.

    The signature bears the moment when the certificate was asked for, or the key's first if the key is younger.
    """
    # Signing reads a large library, which whoever only looks into a document does without.
    from ilpes_lms.certificates import signature

    at = max(asked_at, key.certificate.not_valid_before_utc)
    badge = "" if key.for_credentials is None else credential.issue(content, key.for_credentials, at=at)
    pdf = document.render(content, for_trials=key.development, attached=badge)
    description = WORDINGS[content.language].signature.format(key.name)
    return signature.sign(pdf, key, at=at, description=description)


def credential_in(pdf: bytes) -> bytes | None:
    """Return the credential that a certificate carries, as it was issued; None if it carries none."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        names = PdfFileReader(io.BytesIO(pdf)).root["/Names"]["/EmbeddedFiles"]["/Names"]
    except KeyError:
        return None
    return cast("bytes", names[1]["/EF"]["/F"].data)
