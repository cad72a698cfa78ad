"""Fields that several forms have in common."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from ilpes_lms.catalogue.errors import DateNotPlausible
from ilpes_lms.catalogue.rules.values import is_plausible

_EMPTY_PARTNERS = 2
_WALL = "%Y-%m-%dT%H:%M"
_NOTHING = ""
_Choices = list[tuple[str, str]]


class Checkboxes(SelectMultipleField):  # type: ignore[misc]  # WTForms is untyped
    """Several of a few choices."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _needed() -> InputRequired:
    return InputRequired(_("This field is required."))


def _plausible(_form: Any, field: Any) -> None:
    if field.data and not is_plausible(field.data):
        raise ValidationError(gettext(DateNotPlausible.message))


def _text(label: Any, longest: int, **more: Any) -> StringField:
    return StringField(label, [Optional(), Length(max=longest)], **more)


def _long_text(label: Any, **more: Any) -> TextAreaField:
    return TextAreaField(label, [Optional(), Length(max=10_000)], **more)


def _labelled(labels: dict[str, str]) -> _Choices:
    return [(code, gettext(label)) for code, label in labels.items()]


def _optional(choices: _Choices) -> _Choices:
    return [(_NOTHING, "–"), *choices]
