"""Somebody's transcript as a document, typeset while they wait: one page or two take some tens of milliseconds."""

from datetime import date

from ilpes_lms.certificates import transcript
from ilpes_lms.people import queries as people
from ilpes_lms.people.service import attempts

_TRANSCRIPT = "transcript"


def transcribe(*, person_id: int, account: str, today: date) -> bytes:
    """Return a person's transcript as PDF bytes in the reader's language, counted against who asks for it.

    Raises TooManyAttempts, since each takes the server's time; GlyphMissing.
    """
    attempts.count(_TRANSCRIPT, email=account, caller=None)
    name = people.person(person_id).certificate_name
    return transcript.render(name, transcript.of_person(person_id), today=today)
