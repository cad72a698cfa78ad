"""What is wrong with a request's values is said in the caller's language, by the name of each field."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from pydantic import AwareDatetime, BaseModel, Field, ValidationError
from pydantic_core import PydanticCustomError

from ilpes_lms.web import i18n
from ilpes_lms.web.api import In
from ilpes_lms.web.faults import faults_of


class Colour(StrEnum):
    blue = "blue"
    green = "green"


class Within(BaseModel):
    name: str


class Everything(In):
    """A field for each kind of fault."""

    text: Annotated[str, Field(min_length=2, max_length=5)] = "abc"
    code: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "CHL"
    whole: Annotated[int, Field(ge=1, lt=10)] = 1
    above: Annotated[int, Field(gt=0, le=9)] = 1
    share: float = 0.5
    hours: Annotated[Decimal, Field(max_digits=4, decimal_places=2)] = Decimal(1)
    agreed: bool = True
    day: date = date(2027, 4, 6)
    at: AwareDatetime | None = None
    seen: datetime | None = None
    sort: Literal["date", "name", "state"] = "date"
    colour: Colour = Colour.blue
    several: Annotated[list[str], Field(min_length=1, max_length=2)] = Field(["x"])
    by_name: dict[str, str] = Field({})
    within: Within = Within(name="x")


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"text": 5}, "This must be text."),
    ({"text": "a"}, "This is too short: at least 2 characters."),
    ({"text": "abcdef"}, "This is too long: at most 5 characters."),
    ({"code": "Chile"}, "This does not have the expected form: ^[A-Z]{3}$"),
    ({"whole": "many"}, "This must be a whole number."),
    ({"whole": 1.5}, "This must be a whole number."),
    ({"whole": "9" * 5000}, "This number is too large."),
    ({"whole": 0}, "This must be at least 1."),
    ({"whole": 10}, "This must be less than 10."),
    ({"above": 0}, "This must be more than 0."),
    ({"above": 10}, "This must be at most 9."),
    ({"share": "half"}, "This must be a number."),
    ({"hours": "some"}, "This must be a number."),
    ({"hours": "100.999"}, "This number has too many digits: at most 4."),
    ({"hours": "1.999"}, "This number has too many decimals: at most 2."),
    ({"agreed": "perhaps"}, "This must be true or false."),
    ({"day": "tomorrow"}, "This must be a date like 2027-04-06."),
    ({"day": "2027-04-06T10:00"}, "This must be a date like 2027-04-06."),
    ({"at": "2027-04-06T10:00"}, "This date and hour need their time zone, like 2027-04-06T10:00:00-04:00."),
    ({"seen": "noon"}, "This must be a date and an hour like 2027-04-06T10:00."),
    ({"sort": "size"}, "This must be one of: 'date', 'name', 'state'."),
    ({"colour": "red"}, "This must be one of: 'blue', 'green'."),
    ({"several": "x"}, "This must be a list."),
    ({"several": []}, "This list is too short: at least 1."),
    ({"several": ["a", "b", "c"]}, "This list is too long: at most 2."),
    ({"by_name": 3}, "This must be an object with named fields."),
    ({"within": 3}, "This must be an object with named fields."),
    ({"within": {}}, "This field is required."),
    ({"other": 1}, "There is no field of this name here."),
]


def said(app: APIFlask, error: ValidationError, language: str) -> list[dict[str, str]]:
    with app.test_request_context(), i18n.in_language(language):
        return faults_of(error)


@pytest.mark.parametrize(("values", "sentence"), WRONG)
def test_each_fault_has_a_sentence_of_its_own_in_every_language(app: APIFlask, values, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Everything(**values)
    (english,) = said(app, refused.value, "en")
    assert english["message"] == sentence
    assert english["field"].split(".")[0] == next(iter(values))
    others = {said(app, refused.value, language)[0]["message"] for language in ("es", "pt", "fr")}
    assert len(others | {sentence}) == 4


def test_a_fault_without_a_sentence_of_its_own_is_still_said(app: APIFlask) -> None:
    new_kind = PydanticCustomError("of_a_later_release", "in English")
    error = ValidationError.from_exception_data("x", [{"type": new_kind, "loc": ("a", 1), "input": 1}])
    (fault,) = said(app, error, "es")
    assert fault == {"field": "a.1", "code": "of_a_later_release", "message": "Este valor no es válido."}


def test_a_problem_document_speaks_the_language_that_was_asked_for(client: FlaskClient) -> None:
    answer = client.post("/api/v1/tokens", json={"email": 5}, headers={"Accept-Language": "pt-BR"})
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert answer.json is not None
    assert answer.json["errors"] == [
        {"field": "email", "code": "string_type", "message": "Este valor deve ser um texto."},
        {"field": "password", "code": "missing", "message": "Preencha este campo."},
    ]
    assert answer.json["detail"].startswith("Alguns valores")
