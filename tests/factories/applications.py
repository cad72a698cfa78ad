"""Questions to applicants, and documents that answer them; to be called inside an app context."""

import io
from typing import Any

import pikepdf

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.enrolment import service
from ilpes_lms.enrolment.models import ApplicationQuestion

LABELS = {
    "text": {"es": "¿Qué proyecto tiene a cargo?", "en": "Which project are you in charge of?"},
    "choice": {"es": "¿Cuántas personas coordina?", "en": "How many people do you coordinate?"},
    "number": {"es": "Años de experiencia", "en": "Years of experience"},
    "file": {"es": "Carta de apoyo", "en": "Letter of support"},
}
OPTIONS = ({"es": "Ninguna", "en": "None"}, {"es": "Hasta diez", "en": "Up to ten"}, {"es": "Más", "en": "More"})


def make_question(activity: Activity, kind: str = "text", **fields: Any) -> ApplicationQuestion:
    """Let an activity ask applicants something."""
    fields.setdefault("labels", LABELS[kind])
    if kind == "choice":
        fields.setdefault("options", OPTIONS)
    return service.add_question(activity_ref=activity.public_id, kind=kind, **fields)


def pdf(*, pages: int = 1, **saved: Any) -> bytes:
    """Return a real document; `saved` are the options with which it is written."""
    document, written = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        document.add_blank_page()
    document.save(written, **saved)
    return written.getvalue()


def padded_pdf(size: int) -> bytes:
    """Return a real document of exactly so many bytes."""
    small = pdf()
    head, tail = small[:9], small[9:]
    start = int(tail.rsplit(b"startxref", 1)[1].split()[0])
    filler = b"%" + b"x" * (size - len(small) - 2) + b"\n"
    moved = str(start + len(filler)).encode()
    filler = filler[: len(filler) - len(moved) + len(str(start))]
    before, _word, _number = tail.rpartition(b"startxref")
    return head + filler[:-1] + b"\n" + before + b"startxref\n" + str(start + len(filler)).encode() + b"\n%%EOF\n"
