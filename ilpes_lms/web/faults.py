"""What a schema finds wrong with a request, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from pydantic import ValidationError

from ilpes_lms.core.errors import DomainError, Invalid
from ilpes_lms.core.text import N_
from ilpes_lms.web.errors import text_of

_NUMBER, _WHOLE = N_("This must be a number."), N_("This must be a whole number.")
_DATE = N_("This must be a date like 2027-04-06.")
_TIME = N_("This must be a date and an hour like 2027-04-06T10:00.")
_OBJECT = N_("This must be an object with named fields.")
_TOO_LONG = N_("This is too long: at most %(max_length)s characters.")
# By the types that pydantic gives its errors; %(name)s places are filled from an error's context.
_TEXTS = {
    "missing": N_("This field is required."),
    "extra_forbidden": N_("There is no field of this name here."),
    "string_type": N_("This must be text."),
    "string_unicode": N_("This must be text."),
    "string_too_long": _TOO_LONG,
    "string_too_short": N_("This is too short: at least %(min_length)s characters."),
    "string_pattern_mismatch": N_("This does not have the expected form: %(pattern)s"),
    "literal_error": N_("This must be one of: %(expected)s."),
    "enum": N_("This must be one of: %(expected)s."),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": N_("This number is too large."),
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "decimal_max_digits": N_("This number has too many digits: at most %(max_digits)s."),
    "decimal_whole_digits": N_("This number has too many digits: at most %(whole_digits)s before the decimal mark."),
    "decimal_max_places": N_("This number has too many decimals: at most %(decimal_places)s."),
    "greater_than": N_("This must be more than %(gt)s."),
    "greater_than_equal": N_("This must be at least %(ge)s."),
    "less_than": N_("This must be less than %(lt)s."),
    "less_than_equal": N_("This must be at most %(le)s."),
    "bool_type": N_("This must be true or false."),
    "bool_parsing": N_("This must be true or false."),
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_object_invalid": _TIME,
    "datetime_from_date_parsing": _TIME,
    "timezone_aware": N_("This date and hour need their time zone, like 2027-04-06T10:00:00-04:00."),
    "list_type": N_("This must be a list."),
    "too_short": N_("This list is too short: at least %(min_length)s."),
    "too_long": N_("This list is too long: at most %(max_length)s."),
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
}


class Refused(ValueError):
    """A refusal inside a schema, where only a ValueError is told of its field."""

    def __init__(self, refusal: DomainError) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


class NulInText(Invalid):
    message = N_("This contains the character NUL, which cannot be stored.")


def faults_of(error: ValidationError) -> list[dict[str, str]]:
    """Return each fault with its field, a code for programs, and a sentence for people."""
    return [_fault(each) for each in error.errors(include_url=False, include_input=False)]


def _fault(error: Mapping[str, Any]) -> dict[str, str]:
    field, refused = ".".join(map(str, error["loc"])), _refusal_in(error)
    if refused:
        return {"field": field, "code": refused.code, "message": text_of(refused)}
    return {"field": field, "code": error["type"], "message": _text(error["type"], error.get("ctx", {}))}


def _refusal_in(error: Mapping[str, Any]) -> DomainError | None:
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, Refused):
        return cause.refusal
    return cause if isinstance(cause, DomainError) else None


def _text(kind: str, values: Mapping[str, Any]) -> str:
    shown = dict(values)
    if "expected" in shown:
        # Pydantic joins the last two by an English word.
        shown["expected"] = str(shown["expected"]).replace("' or '", "', '")
    return str(_(_TEXTS.get(kind, Invalid.message), **shown))
