"""The letter that what somebody asked to be corrected is answered."""

from flask import Flask
from flask_babel import gettext as _

from ilpes_lms.attendance import queries, rules
from ilpes_lms.attendance.letters.placeholders import OWN_ATTENDANCE
from ilpes_lms.attendance.service import APPEAL_LETTER
from ilpes_lms.core.text import N_
from ilpes_lms.notifications import kinds, links
from ilpes_lms.notifications.kinds import Kind, Values
from ilpes_lms.notifications.placeholders import ACTIVITY, NAME, Placeholder
from ilpes_lms.web.i18n import in_own_words

_PLACEHOLDERS = (
    NAME,
    ACTIVITY,
    Placeholder("state", N_("What was decided"), N_("Accepted")),
    Placeholder("answer", N_("The answer, as somebody wrote it"), N_("We have corrected your mark."), form="prose"),
    OWN_ATTENDANCE,
)


def register(app: Flask) -> None:
    """Make this kind of message known."""
    kind = Kind(
        APPEAL_LETTER, "attendance/mail/appeal_answered", is_due=_is_answered, values=_words,
        label=N_("A correction is answered"), placeholders=_PLACEHOLDERS,
    )  # fmt: skip
    kinds.register(app, kind)


def _is_answered(values: Values, person_id: int | None) -> bool:
    found = queries.appeal(values["appeal"])
    return found is not None and found.state != rules.APPEAL_OPEN and found.enrolment.person_id == person_id


def _words(values: Values, language: str) -> Values:
    found = queries.appeal(values["appeal"])
    if found is None:
        return {"title": "", "state": "", "answer": "", "link": ""}
    return {
        "title": in_own_words(found.enrolment.activity.titles, language),
        "state": _(rules.APPEAL_LABELS[found.state][0]),
        "answer": found.answer,
        "link": links.absolute(f"/my/attendance/{found.enrolment.public_id}"),
    }
