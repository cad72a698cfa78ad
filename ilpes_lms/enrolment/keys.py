"""A key for half a day to a focal point's list, for who is signed in under the address the places were given to."""

from itsdangerous import BadSignature, TimestampSigner

from ilpes_lms.core.settings import settings

_MARK = "signed-in."
_SECONDS = 12 * 3600


def key_to(quota_ref: str) -> str:
    """Return a key that opens what the personal link opens, for twelve hours."""
    return _MARK + _signer().sign(quota_ref).decode()


def opened_by(token: str) -> str | None:
    """Return the reference of the places that a key opens, None for what is no such key or is too old."""
    if not token.startswith(_MARK):
        return None
    try:
        return _signer().unsign(token.removeprefix(_MARK), max_age=_SECONDS).decode()
    except (BadSignature, UnicodeError):
        return None


def _signer() -> TimestampSigner:
    return TimestampSigner(settings().secret_key, salt="enrolment.nominations")
