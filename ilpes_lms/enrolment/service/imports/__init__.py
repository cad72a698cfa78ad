"""Lists of participants: uploaded, checked, imported or discarded. The verbs are offered here."""

from ilpes_lms.enrolment.service.imports.deeds import discard, refusal, request_import, upload
from ilpes_lms.enrolment.service.imports.kept import remarks_after, remarks_of, remarks_to_see
from ilpes_lms.enrolment.service.imports.work import (
    check_at_once,
    forget_person,
    import_at_once,
    let_go,
    work_on_lists,
)

__all__ = [
    "check_at_once",
    "discard",
    "forget_person",
    "import_at_once",
    "let_go",
    "refusal",
    "remarks_after",
    "remarks_of",
    "remarks_to_see",
    "request_import",
    "upload",
    "work_on_lists",
]
