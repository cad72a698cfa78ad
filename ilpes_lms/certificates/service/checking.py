"""Whether a certificate is valid: by its code, by its file."""

from typing import IO

from ilpes_lms.certificates import queries, rules
from ilpes_lms.certificates.queries import Check
from ilpes_lms.core import files
from ilpes_lms.people.service import attempts


def check(text: str, *, caller: str) -> Check:
    """Answer whether the certificate with a code is valid; codes that are none are counted against who tries them.

    Raises CheckUnavailable when it can't be known, TooManyAttempts after many that were none.
    """
    found = queries.check(text)
    if found.certificate is None and (code := rules.code_in(text)):
        attempts.count("verify", email=code, caller=caller)
    return found


def check_file(file: IO[bytes], *, caller: str) -> Check:
    """Answer whether a file is, byte for byte, a certificate as issued; refusals are those of `check`."""
    file_key = files.key_of_stream(file)
    counted = attempts.count("verify_file", email=file_key, caller=caller)
    found = queries.check_file(file_key)
    if found.certificate is not None:
        attempts.forgive(counted)
    return found
