"""What merging shows on pages of other rooms."""

from typing import Any

from flask import render_template

from ilpes_lms.privacy.merging import display, queries


def person_panel(*, person: Any, **_context: Any) -> str:
    """Return which records were merged into a person's, with the way to undo it; nothing where none was."""
    found = queries.merged_into(person.id)
    return render_template("privacy/merging/person_panel.html", found=found, words=display) if found else ""
