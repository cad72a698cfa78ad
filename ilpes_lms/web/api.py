"""JSON: one blueprint a room under /api/v1, strict schemas, errors as problem documents."""

from typing import Any

from apiflask import APIBlueprint, APIFlask
from apiflask.exceptions import HTTPError
from flask import Flask, Response
from flask.json.provider import DefaultJSONProvider
from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from ilpes_lms.web.errors import problem
from ilpes_lms.web.faults import NulInText, Refused, faults_of

PREFIX = "/api/v1"


class In(BaseModel):
    """What a client may send; unknown fields are refused, and so is NUL, which PostgreSQL keeps in no text."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, str_max_length=10_000)

    @field_validator("*", mode="before")
    @classmethod
    def without_nul(cls, value: Any) -> Any:
        if isinstance(value, str) and "\x00" in value:
            raise Refused(NulInText())
        return value


class Out(BaseModel):
    """What a client gets, read from attributes."""

    model_config = ConfigDict(from_attributes=True)


def blueprint(room: str) -> APIBlueprint:
    """Return the JSON blueprint of a room."""
    return APIBlueprint(f"api_{room}", f"ilpes_lms.{room}.routes", url_prefix=PREFIX, tag=room.capitalize())


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
        return problem(error.status_code, error.message, code="invalid")
    detail = str(_("Some values need to be corrected; each is named with what is wrong with it."))
    return problem(error.status_code, detail, code="invalid", faults=faults_of(error.__cause__))


def add_api(app: Flask, room: APIBlueprint) -> None:
    """Open a room's JSON blueprint; it needs no form token, since it knows no cookie, only bearer tokens."""
    app.extensions["csrf"].exempt(room)
    app.register_blueprint(room)
