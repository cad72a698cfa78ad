"""What the programme's courses ask applicants, what invented people answer, and materials for those who take part."""

from collections.abc import Mapping
from functools import cache
from random import Random
from typing import Any

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.demo.service.files import read
from ilpes_lms.demo.service.population import Population
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.people.models import Person

_WITH_LETTER = 3


class Answering:
    """One activity's questions, and who has answered them so far; a chance of its own leaves all others as they are."""

    def __init__(self, activity: Activity, plan: Mapping[str, Any]) -> None:
        self._activity = activity
        self._chance = Random(plan["key"])  # noqa: S311 - invented people need the same chance each time  # nosec B311
        self._letters = 0
        asked = read("programme", "applications")["questions"] if plan.get("questions") else []
        self._refs = {question["key"]: _add(activity, question) for question in asked}

    def said_by(self, person: Person) -> dict[str, str] | None:
        """Return what a person answers; the first few send a letter with it."""
        if not self._refs:
            return None
        told = read("programme", "applications")["answers"][person.language]
        said = {self._refs["work"]: self._chance.choice(told), self._refs["use"]: self._chance.choice("123")}
        if self._letters < _WITH_LETTER:
            self._letters += 1
            said[self._refs["letter"]] = self._letter(person)
        return said

    def begin(self, person: Person) -> None:
        """Let a person begin an application and leave it unsent."""
        told = read("programme", "applications")["answers"][person.language]
        enrolment.save_draft(
            activity_ref=self._activity.public_id, person_id=person.id, said={self._refs["work"]: told[0]}
        )

    def _letter(self, person: Person) -> str:
        return enrolment.keep_file(
            activity_ref=self._activity.public_id, person_id=person.id, question_ref=self._refs["letter"],
            name="carta de apoyo.pdf", content=_letter(),
        )  # fmt: skip


def add_materials(activity: Activity, plan: Mapping[str, Any]) -> None:
    """Give an activity its materials, if its plan has any."""
    for title, link in read("programme", "applications")["materials"] if plan.get("materials") else []:
        catalogue.add_material(activity_ref=activity.public_id, title=title, link=link)


def begin_unsent(answering: Answering, plan: Mapping[str, Any], population: Population) -> None:
    """Leave the demonstration's participant with an application begun, if the plan says so."""
    if plan.get("participant") == "begun":
        answering.begin(population.participant)


def _add(activity: Activity, question: Mapping[str, Any]) -> str:
    shape = {name: value for name, value in question.items() if name != "key"}
    return enrolment.add_question(activity_ref=activity.public_id, **shape).public_id


@cache
def _letter() -> bytes:
    import typst

    content: bytes = typst.compile(read("programme", "applications")["letter"].encode())
    return content
