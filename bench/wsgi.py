"""The real application, with the catalogue page once more: the same template, its values kept in memory."""

from typing import Any

from flask import Flask, render_template, template_rendered
from flask.typing import ResponseReturnValue
from jinja2 import Template

from ilpes_lms.app import create_app
from ilpes_lms.web import access

app = create_app()
_kept: dict[str, Any] = {}


@app.get("/bench/memory")
@access.public
def memory() -> ResponseReturnValue:
    return render_template(_kept["template"], **_kept["values"])


def _keep(sender: Flask, template: Template, context: dict[str, Any], **_rest: Any) -> None:
    shared: dict[str, Any] = {}
    sender.update_template_context(shared)
    _kept["template"] = template.name
    # What every page gets is made anew for every page; only what the view gave is kept.
    _kept["values"] = {name: value for name, value in context.items() if name not in shared}


def _keep_catalogue() -> None:
    with template_rendered.connected_to(_keep, app):
        response = app.test_client().get("/activities")
    if response.status_code != 200 or not _kept:
        raise RuntimeError(f"the catalogue page answered {response.status_code}")


_keep_catalogue()
