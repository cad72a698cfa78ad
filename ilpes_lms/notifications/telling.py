"""What a mail service tells about bounces is signed with a secret that both know, and soon too old to be told again."""

import hashlib
import hmac
import re

from ilpes_lms.core import clock
from ilpes_lms.core.settings import settings
from ilpes_lms.notifications.errors import BouncesNotTaken, SignatureNotValid

_SIGNATURE = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")
_LONGEST_SECONDS = 300


def check_signature(body: bytes, header: str) -> None:
    """Raise unless a header is `t=SECONDS,v1=HEX` with the HMAC-SHA256 of `SECONDS.BODY`, made minutes ago at most."""
    secret = settings().bounce_secret
    if not secret:
        raise BouncesNotTaken
    found = _SIGNATURE.fullmatch(header)
    if found is None or abs(clock.now().timestamp() - int(found[1])) > _LONGEST_SECONDS:
        raise SignatureNotValid
    if not hmac.compare_digest(sign(body, int(found[1]), secret), header):
        raise SignatureNotValid


def sign(body: bytes, seconds: int, secret: str) -> str:
    """Return the header that goes with a body sent at a moment."""
    seal = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={seal}"
