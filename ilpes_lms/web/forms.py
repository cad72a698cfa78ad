"""Forms: parse and check shapes; what the service refuses stands beside the field it is about."""

from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField
from wtforms.fields.choices import SelectFieldBase

from ilpes_lms.core.errors import DomainError, NotFound
from ilpes_lms.core.text import visible
from ilpes_lms.web.errors import note_refused_shape, text_of

_LARGEST_NUMBER = 2**63 - 1


class Form(FlaskForm):  # type: ignore[misc]  # flask-wtf is untyped
    """A form that keeps what was typed and shows refusals where they belong."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # flask-wtf is untyped
        """Leaves out of what was typed whatever nobody sees, before any field reads it."""

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            typed = super().wrap_formdata(form, formdata)
            return _seen(typed) if isinstance(typed, MultiDict) else typed

    result: Any = None

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what was typed, first of all numbers that no column holds: the check of a range fails on them."""
        for field in self:
            if isinstance(field.data, int) and abs(field.data) > _LARGEST_NUMBER:
                field.data, field.process_errors = None, [_("This number is not plausible.")]
        valid: bool = super().validate(extra_validators)
        if not valid and (faults := [fault for field in self if (fault := _beyond_hands(field))]):
            note_refused_shape(faults)
        return valid

    def attempt(self, verb: Callable[..., Any], **values: Any) -> bool:
        """Call a service with values; tell whether it agreed, and keep its answer in `result`.

        What is not there is no mistake in the form: NotFound goes on to its page.
        """
        try:
            self.result = verb(**values)
        except NotFound:
            raise
        except DomainError as refusal:
            self.refuse(refusal)
            return False
        return True

    def refuse_all(self, refusals: Iterable[DomainError]) -> bool:
        """Put refusals beside fields that nothing is wrong with so far; tell whether there were none."""
        new = [refusal for refusal in refusals if not (refusal.field and self[refusal.field].errors)]
        for refusal in new:
            self.refuse(refusal)
        return not new

    def refuse(self, refusal: DomainError) -> None:
        """Put a refusal beside the field it names, or on top."""
        text = text_of(refusal)
        if refusal.field and refusal.field in self._fields:
            field = self._fields[refusal.field]
            field.errors = [*field.errors, text]
        else:
            self.form_errors.append(text)


class Bare(Form):
    """A form of one button: nothing but the proof that it was ours."""


def _beyond_hands(field: Field) -> str | None:
    """Return what is wrong with a field that nobody can fill so on the page itself, None for what a hand gets wrong."""
    if not field.errors:
        return None
    if isinstance(field, HiddenField):
        return "hidden"
    return "choice" if isinstance(field, SelectFieldBase) and any(field.raw_data or ()) else None


def _seen(typed: MultiDict[str, Any]) -> MultiDict[str, Any]:
    return MultiDict(
        (name, visible(value) if isinstance(value, str) else value) for name, value in typed.items(multi=True)
    )
