"""The form of a module."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    DecimalField,
)
from wtforms.validators import Optional

from ilpes_lms.catalogue.forms.fields import Checkboxes, _text
from ilpes_lms.catalogue.models import ClassSession, Module
from ilpes_lms.core.errors import DomainError
from ilpes_lms.people.vocabularies import languages
from ilpes_lms.web.forms import Form


class ModuleForm(Form):
    """A part of an activity with hours of its own."""

    titles_es = _text(_("Title in Spanish"), 200)
    titles_en = _text(_("Title in English"), 200)
    titles_pt = _text(_("Title in Portuguese"), 200)
    titles_fr = _text(_("Title in French"), 200)
    hours = DecimalField(_("Hours of training"), [Optional()], places=None)
    class_sessions = Checkboxes(
        _("Class sessions"), [Optional()], description=_("One that belongs to another module leaves it.")
    )

    def values(self) -> dict[str, Any]:
        """Return what was typed as the service takes it."""
        titles = {code: self[f"titles_{code}"].data or "" for code in languages.CODES}
        return {"titles": titles, "hours": self.hours.data, "class_sessions": self.class_sessions.data or []}

    def refuse(self, refusal: DomainError) -> None:
        """Put a refusal beside its field; what is wrong with all titles stands beside the first."""
        if refusal.field == "titles":
            refusal.field = "titles_es"
        super().refuse(refusal)


def data_of_module(module: Module, sessions: Iterable[ClassSession]) -> dict[str, Any]:
    """Return a module's values as the form holds them."""
    titles = {f"titles_{code}": module.titles.get(code, "") for code in languages.CODES}
    theirs = [session.public_id for session in sessions if session.module_id == module.id]
    hours = Decimal(f"{module.hours.normalize():f}") if module.hours else None
    return {**titles, "hours": hours, "class_sessions": theirs}
