"""Applications in the reader's language: what is asked, what was answered, what the committee sees of a person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from ilpes_lms.catalogue import wording
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.errors import DomainError
from ilpes_lms.enrolment import rules
from ilpes_lms.enrolment.models import ApplicationAnswer, ApplicationQuestion, Enrolment
from ilpes_lms.enrolment.queries import shape_of
from ilpes_lms.enrolment.rules import Given, KeptFile
from ilpes_lms.enrolment.service import Beginning
from ilpes_lms.enrolment.wording import country_label, sex_label
from ilpes_lms.people.models import Person
from ilpes_lms.people.vocabularies import languages, sectors
from ilpes_lms.web import i18n
from ilpes_lms.web.errors import text_of


@dataclass(frozen=True, slots=True)
class Line:
    """Something asked and what is said to it: as text, or as a file with its address.

    `target` is the input where it is changed, `fault` why it is no answer yet, `before` earlier words of the question.
    """

    label: str
    text: str
    url: str = ""
    target: str = ""
    fault: str = ""
    before: tuple[str, ...] = ()


def answer_lines(enrolment: Enrolment, answers: Iterable[ApplicationAnswer]) -> list[Line]:
    """Return the answers of an application, why somebody wants to take part first."""
    why = [Line(str(_("Why you want to take part")), enrolment.motivation)] if enrolment.motivation else []
    return why + [
        Line(
            label=i18n.in_own_words(answer.question.labels),
            text=_given(answer.question, Given(answer.text, answer.number), answer.file_name),
            url=_file_url(enrolment, answer) if answer.file_key else "",
            before=_before(answer.question),
        )
        for answer in answers
    ]


def check_lines(beginning: Beginning) -> list[Line]:
    """Return what an applicant has written, each with what is still wrong with it."""
    lines = [_draft_line(question, beginning) for question in beginning.questions]
    if not beginning.motivated:
        return lines
    fault = "" if beginning.motivation.strip() else str(_("Write why you want to take part."))
    why = Line(str(_("Why do you want to take part?")), beginning.motivation, target="motivation", fault=fault)
    return [why, *lines]


def asked_lines(activity: Activity, questions: Iterable[ApplicationQuestion]) -> list[str]:
    """Return what somebody needs who wants to apply, before they begin."""
    motivation = [str(_("Why you want to take part, in a few sentences"))] if activity.admission == "selection" else []
    return motivation + [_asked(question) for question in questions]


def profile_lines(person: Person) -> list[tuple[str, str]]:
    """Return what a committee sees of a person, as pairs of a word and a text."""
    shown = i18n.current_language()
    silent = str(_("not stated"))
    sector = person.sector or (person.organization.sector if person.organization else None)
    working = ", ".join(languages.label(code, shown) for code in person.working_languages)
    return [
        (str(_("Name")), person.full_name),
        (str(_("Sex")), sex_label(person.sex)),
        (str(_("Country")), country_label(person.residence_country) or silent),
        (str(_("Institution")), person.organization_name or silent),
        (str(_("Sector")), sectors.label(sector, shown) if sector else silent),
        (str(_("Position")), person.position or silent),
        (str(_("Working languages")), working or silent),
    ]


def what_it_means(enrolment: Enrolment) -> str:
    """Return in a sentence or two what a state means for the person, and what comes next; empty for who waits."""
    if enrolment.activity.status == "cancelled" and enrolment.state in rules.LIVE:
        return ""
    last = enrolment.changes[-1] if enrolment.changes else None
    if last and enrolment.state == "declined" and rules.place_taken_back(last.from_state, last.to_state):
        return str(_(rules.MEANS_PLACE_ENDED))
    return str(_(_MEANINGS[enrolment.state])) if enrolment.state in _MEANINGS else ""


def saved_at(moment: datetime | None) -> str:
    """Return when a draft was saved, for the line under the form."""
    return str(_("Saved: %(moment)s", moment=i18n.moment(moment))) if moment else ""


_MEANINGS = {
    "applied": rules.MEANS_APPLIED,
    "offered": rules.MEANS_OFFERED,
    "confirmed": rules.MEANS_CONFIRMED,
    "declined": rules.MEANS_DECLINED,
    "withdrawn": rules.MEANS_WITHDRAWN,
    "expired": rules.MEANS_EXPIRED,
}


def _given(question: ApplicationQuestion, given: Given, file_name: str = "") -> str:
    if question.kind == "choice":
        return _option(question, given.text)
    if question.kind == "number":
        return i18n.number(given.number)
    return file_name if question.kind == "file" else given.text


def _option(question: ApplicationQuestion, code: str) -> str:
    labels: Mapping[str, str] = next((o["labels"] for o in question.options if o["code"] == code), {})
    return i18n.in_own_words(dict(labels))


def _draft_line(question: ApplicationQuestion, beginning: Beginning) -> Line:
    said: Any = beginning.answers.get(question.public_id, "")
    if isinstance(said, dict):
        said = KeptFile(**said)
    label, target = i18n.in_own_words(question.labels), rules.field_of(question.public_id)
    try:
        given = rules.answer_to(shape_of(question), said)
    except DomainError as refusal:
        return Line(label, said if isinstance(said, str) else said.name, target=target, fault=text_of(refusal))
    if given is None:
        return Line(label, str(_("No answer")), target=target)
    return Line(label, _given(question, given, given.file.name if given.file else ""), target=target)


def _asked(question: ApplicationQuestion) -> str:
    label = i18n.in_own_words(question.labels)
    if question.kind == "file":
        label = str(_("%(label)s (a PDF file of at most 5 MB)", label=label))
    return label if question.required else str(_("%(label)s (if you like)", label=label))


def _before(question: ApplicationQuestion) -> tuple[str, ...]:
    return tuple(
        str(
            _(
                "The wording was corrected on %(day)s (%(note)s). Before: %(label)s",
                day=i18n.day(datetime.fromisoformat(correction["at"]).date()),
                note=correction["note"],
                label=i18n.in_own_words(correction["labels"]),
            )
        )
        for correction in question.corrections
    )


def _file_url(enrolment: Enrolment, answer: ApplicationAnswer) -> str:
    return url_for("enrolment.application_file", enrolment_ref=enrolment.public_id, answer_ref=answer.public_id)


def reasons(answer: Any) -> list[str]:
    """Return why somebody may not take part, a sentence for each condition."""
    return [wording.reason_text(reason) for reason in answer.reasons]
