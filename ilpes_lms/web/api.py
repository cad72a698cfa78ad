"""JSON: one blueprint a room under /api/v1, strict schemas, errors as problem documents."""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Self, get_args

from apiflask import APIBlueprint, APIFlask
from apiflask.exceptions import HTTPError
from flask import Flask, Response
from flask.json.provider import DefaultJSONProvider
from flask_babel import gettext as _
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    NaiveDatetime,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError
from werkzeug.exceptions import BadRequest

from ilpes_lms.core.text import visible
from ilpes_lms.web.errors import detail_of, note_refused_shape, problem
from ilpes_lms.web.faults import NulInText, Refused, faults_of

PREFIX = "/api/v1"
_BYTES = {"type": "string", "format": "binary"}
_DOCUMENT = {"type": "object"}
_SECONDS = re.compile(r"[+-]?\d+(\.\d+)?")


class Closed(BaseModel):
    """What comes from outside: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, str_max_length=10_000)


class Query(Closed):
    """What a client asks or sends as text, in an address or a form: numbers are read from it."""

    @field_validator("*", mode="before")
    @classmethod
    def readable(cls, value: Any, info: ValidationInfo) -> Any:
        if fault := _fault(value, cls.model_fields[info.field_name or ""].annotation):
            raise fault
        return visible(value) if isinstance(value, str) else value


class In(Closed):
    """What a client sends as JSON: nothing is taken for what it is not, neither true for 1 nor "25" for 25."""

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """Return the values, read as JSON has them: there, a date is a text, and a number is none."""
        text = _written_again(obj)
        if faults := [
            InitErrorDetails(type=fault, loc=loc, input=value)
            for loc, value in _texts(obj)
            if (fault := _fault(value, _about(cls, loc)))
        ]:
            raise ValidationError.from_exception_data(cls.__name__, faults)
        return cls.model_validate_json(text, strict=True, **options)


class Out(BaseModel):
    """What a client gets, read from attributes."""

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def model_json_schema(cls, *given: Any, **options: Any) -> dict[str, Any]:
        """Describe the answer as it is written: where a value is read from is not what its field is called."""
        return super().model_json_schema(*given, **{**options, "mode": "serialization"})


def blueprint(room: str) -> APIBlueprint:
    """Return the JSON blueprint of a room."""
    return APIBlueprint(f"api_{room}", f"ilpes_lms.{room}.routes", url_prefix=PREFIX, tag=room.capitalize())


def a_file(*types: str) -> dict[int, Any]:
    """Return what the document says of an answer that is a file of one of these types (`@api.doc(responses=...)`)."""
    # A client compares what stands before the parameters.
    named = [one.partition(";")[0] for one in types]
    schemas = {one: _DOCUMENT if one == "application/json" else _BYTES for one in named}
    content = {one: {"schema": schema} for one, schema in schemas.items()}
    return {200: {"description": "The file", "content": content}}


def _written_again(obj: Any) -> str:
    try:
        # Between texts there is nothing unseen, so what goes is gone from the texts alone.
        return visible(json.dumps(obj, ensure_ascii=False))
    except RecursionError as error:
        raise BadRequest from error


def _texts(obj: Any, loc: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Return all texts of a document with where each stands."""
    if isinstance(obj, str):
        yield loc, obj
    elif isinstance(obj, dict | list):
        for name, value in obj.items() if isinstance(obj, dict) else enumerate(obj):
            yield from _texts(value, (*loc, name))


def _about(model: type[BaseModel], loc: tuple[str | int, ...]) -> Any:
    """Return the type of the field that a text is the value of, None for one within a list or a map."""
    fields = {info.alias or name: info.annotation for name, info in model.model_fields.items()}
    return fields.get(str(loc[0])) if len(loc) == 1 else None


def _fault(value: Any, about: Any) -> PydanticCustomError | None:
    """Return what is wrong with a text of whatever field: NUL, which PostgreSQL keeps in none; seconds for a date."""
    if not isinstance(value, str):
        return None
    if "\x00" in value:
        return PydanticCustomError("value_error", "NUL", {"error": Refused(NulInText())})
    if _SECONDS.fullmatch(value.strip()) and _is_temporal(about):
        return PydanticCustomError("date_parsing", "seconds are no date")
    return None


def _is_temporal(annotation: Any) -> bool:
    if isinstance(annotation, type):
        return issubclass(annotation, date | AwareDatetime | NaiveDatetime)
    return any(map(_is_temporal, get_args(annotation)))


class _Json(DefaultJSONProvider):
    """JSON as Flask reads it; what nests deeper than Python follows is as unreadable as a broken text."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def open_api(app: APIFlask) -> None:
    """Let what APIFlask finds wrong with a request be said as a problem document."""
    app.json = _Json(app)
    app.error_processor(_wrong)


def _wrong(error: HTTPError) -> Response:
    if not isinstance(error.__cause__, ValidationError):
        return problem(error.status_code, detail_of(error.status_code), code="invalid")
    note_refused_shape(fault["type"] for fault in error.__cause__.errors(include_input=False, include_context=False))
    detail = str(_("Some values need to be corrected; each is named with what is wrong with it."))
    return problem(error.status_code, detail, code="invalid", faults=faults_of(error.__cause__))


def add_api(app: Flask, room: APIBlueprint) -> None:
    """Open a room's JSON blueprint; it needs no form token, since it knows no cookie, only bearer tokens."""
    app.extensions["csrf"].exempt(room)
    app.register_blueprint(room)
